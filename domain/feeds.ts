import { insert } from './content';
import type { Journey, Known } from './journey';
import type { Instant } from './vocabulary';

/**
 * What the service notes about a feed, a source system that sends facts: that it is silent beyond its rhythm, that it speaks
 * again, and that it says to have sent another number of messages than came. One journey a feed.
 */
export interface FeedInputs {
  /** Nothing came of it from `since`, when it was last heard, until `at`, the end of what its rhythm allows. */
  'feed-silent': { at: Instant; since: Instant };
  /** The silence that began at `since` ended at `at`. It is still to be explained. */
  'feed-heard': { at: Instant; since: Instant };
  /** Of what was received from `from` until before `to` the source counts otherwise; `types` names the kinds that differ. */
  'feed-differs': {
    at: Instant;
    from: Instant;
    to: Instant;
    sent: number;
    received: number;
    types?: { type: string; sent: number; received: number }[];
  };
}

/** All that stands in a feed's journey; any other journey has none of it. */
export interface FeedKnown {
  silences: Known<'feed-silent'>[];
  hearings: Known<'feed-heard'>[];
  differences: Known<'feed-differs'>[];
}

export const feedKnown = (j: Journey): FeedKnown => j.feed ?? { silences: [], hearings: [], differences: [] };

/** How each is folded into what is known. */
export const FEED_FOLDS = {
  'feed-silent': (j: Journey, f: Known<'feed-silent'>) => ({
    feed: { ...feedKnown(j), silences: insert(feedKnown(j).silences, f) },
  }),
  'feed-heard': (j: Journey, f: Known<'feed-heard'>) => ({
    feed: { ...feedKnown(j), hearings: insert(feedKnown(j).hearings, f) },
  }),
  'feed-differs': (j: Journey, f: Known<'feed-differs'>) => ({
    feed: { ...feedKnown(j), differences: insert(feedKnown(j).differences, f) },
  }),
};
