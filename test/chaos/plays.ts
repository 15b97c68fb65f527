import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readDirectory } from '../../src/directory/directory-file';
import { root } from '../../src/local/paths';
import { Sender } from '../system/support/sender';
import type { Play, Seen, Violation } from './checker/seen';
import { judge } from './checker';
import type { Outside } from './look';
import { look } from './look';
import type { Random } from './random';
import type { Story } from './stories';

/** Stories under way, each with senders of its own. */
export interface Stage {
  plays: Play[];
  /** Resolves when every sender knows what became of everything it sent; fails where one had to give up. */
  over: Promise<void>;
}

export interface Pace {
  /** How long a sender takes between two things, at most. */
  betweenMs: number;
  /** Over how long the stories begin. */
  spreadMs: number;
  /** How long a sender goes on trying. */
  patienceMs?: number;
}

/** Begins the stories. */
export const begin = (
  stories: readonly Story[],
  urls: () => readonly string[],
  random: Random,
  { betweenMs, spreadMs, patienceMs }: Pace = { betweenMs: 250, spreadMs: 0 },
): Stage => {
  const begun = stories.map(({ name, ends, play }) => {
    const sender = new Sender(urls, patienceMs);
    const own = random.split();
    const over = sleep(own.between(0, spreadMs)).then(() => play(sender, own, betweenMs));
    return { play: { name, ends, sent: sender.log }, over };
  });
  const over = Promise.allSettled(begun.map((b) => b.over)).then((ends) => {
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map((e) => e.message).join('; '));
  });
  over.catch(() => undefined); // a test that fails before it waits has failed already
  return { plays: begun.map((b) => b.play), over };
};

/** Who can be reached where, as the trust's own directory file says. */
export const addressBook = (): Map<string, string> =>
  new Map(
    readDirectory(join(root, 'policies', 'directory.fictitious.yaml')).people.flatMap(
      ({ id, email }): [string, string][] => (email === undefined || email === null ? [] : [[id, email]]),
    ),
  );

export interface Verdict {
  seen: Seen;
  violations: Record<string, Violation[]>;
}

/**
 * Looks and judges until nothing is wrong: what is on its way when everything is up again may take a moment. What still is
 * wrong after that is wrong.
 */
export async function verdict(outside: Outside, patienceMs = 40_000): Promise<Verdict> {
  for (const end = Date.now() + patienceMs; ; await sleep(500)) {
    const seen = await look(outside);
    const violations = judge(seen);
    if (Object.keys(violations).length === 0 || Date.now() > end) return { seen, violations };
  }
}
