import type { Mutant } from './mutant';

/** What the watchdog finds, and what it has owned. */
const STORE = 'src/watchdog/finding-store.ts';
const SWEEP = 'src/watchdog/sweep.ts';
const test = (title: string): string =>
  `journeys/watchdog.test.ts :: the watchdog, on a real server ${title}`;

export const WATCHDOG: Mutant[] = [
  {
    rule: 'an open journey whose run has ended is found',
    file: 'src/watchdog/causes.ts',
    from: "if (look.state === 'ended')",
    to: "if (look.state === 'ended' && look.how === '')",
    test: test(
      'a run that somebody terminated is found before anything is due in it, owned by the desk, and gone once it runs again',
    ),
  },
  {
    rule: 'an open journey that Temporal does not list is found',
    file: 'src/watchdog/lost-runs.ts',
    from: 'return [...ended, ...unlisted];',
    to: 'return ended;',
    test: test('a run that Temporal has lost is found by counting'),
  },
  {
    rule: 'messages that are not handed over are found, and only where none is',
    file: SWEEP,
    from: 'if (drains || oldestMs < this.limits.undeliveredMs) return [];',
    to: 'if (!drains || oldestMs < this.limits.undeliveredMs) return [];',
    test: test('messages that nobody hands over are found; a backlog that drains is not'),
  },
  {
    rule: 'while the whole service is away, that alone is owned',
    file: STORE,
    from: 'if (explained && !EXPLAINS_ALL.includes(code)) continue;',
    to: '',
    test: test(
      'no worker at all is one finding that explains the rest: a row and a deadline are found, and not owned one by one',
    ),
  },
  {
    rule: 'so many of one code are one concern',
    file: STORE,
    from: 'const concern = n < OWNED_EACH ? (journey ?? ref) : MANY;',
    to: 'const concern = journey ?? ref;',
    test: test('many of one code are owned ten one by one, and the rest as one'),
  },
  {
    rule: 'an ask that no dispatcher takes is found',
    file: 'src/watchdog/symptoms.ts',
    from: "coalesce(a.lease_until, '-infinity') < now())",
    to: "coalesce(a.lease_until, 'infinity') < now())",
    test: test('an ask that nobody sends is found, by its own id'),
  },
  {
    rule: 'Temporal that does not answer is found',
    file: SWEEP,
    from: 'if (awayMs === undefined || awayMs < this.limits.awayMs) return [];',
    to: 'if (awayMs === undefined || awayMs > this.limits.awayMs) return [];',
    test: test('Temporal away: what Postgres shows is found all the same, and one concern stands for all'),
  },
];
