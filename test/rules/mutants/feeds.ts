import type { Mutant } from '../support/mutant';

/** What keeps a silence, or a difference in numbers, owned and asked about once, and a backlog from being a storm. */
export const FEEDS: Mutant[] = [
  {
    name: 'a silence is named by when it was noted, so that one is many',
    file: 'pathway-feeds',
    find: '`silent:${s.since}`',
    replace: '`silent:${s.seq}`',
  },
  {
    name: 'an explanation holds for whatever comes after it',
    file: 'pathway-feeds',
    find: ' && q.seq > seq',
    replace: '',
  },
  {
    name: 'a silence is over without a word once the feed is heard again',
    file: 'pathway-feeds',
    find: 'newestOf(silences, silentId)',
    replace: 'newestOf(feedKnown(j).hearings.length > 0 ? [] : silences, silentId)',
  },
  {
    name: 'an explained silence settles what was sent about a patient',
    file: 'pathway',
    find: "q.id === 'unmatched' || q.id.startsWith('concern:') || isOfFeed(q);",
    replace: "q.id === 'unmatched' || q.id.startsWith('concern:');",
  },
  {
    name: 'the limit of feeds holds for every question',
    file: 'schedule-limits',
    find: '    subject: j.subject,\n',
    replace: "    subject: 'feed',\n",
  },
  {
    name: 'a feed that was only heard of owes nobody knows what',
    file: 'pathway',
    find: "  if (j.subject === 'feed' && j.feed !== undefined) return true;\n",
    replace: '',
  },
  {
    name: 'what was past its limit is asked about before the rest has come',
    file: 'schedule-limits',
    find: '  return addOnClock(at, arrears.duration, arrears.clock, calendar);',
    replace: '  return limitAt;',
  },
  {
    name: 'what was past its limit when we heard of it is never asked about',
    file: 'schedule-limits',
    find: '  return addOnClock(at, arrears.duration, arrears.clock, calendar);',
    replace: "  return addOnClock(at, 'P9999D', arrears.clock, calendar);",
  },
];
