import type { Change } from '../../support/change';
import { root } from '../../../src/local/paths';
import { join } from 'node:path';
import { MOMENTS } from '../faults/aimed';
import type { Start } from '../staff';

/**
 * The program without one of the safeguards on which "nothing lost, nothing twice" rests: one passage of its source is read
 * otherwise when such a program starts. The source itself has no switch.
 */
export interface ChaosMutant {
  /** Which programs it is in. */
  of: 'api' | 'worker';
  change: Change;
  /** The moment at which it is missed. */
  moment: string;
  /** The invariants of which one at least must be seen broken. */
  breaks: readonly string[];
}

/** For how long the broken programs hold in memory what they have answered for. */
const HELD_MS = 1_000;

const MUTANTS_BY_NAME = {
  /** A request that comes again under its key is taken in again. */
  idempotency: {
    of: 'api',
    moment: MOMENTS.answerOnItsWay,
    change: {
      file: 'src/api/idempotency.ts',
      from: 'if (taken.length > 0) return undefined;',
      to: 'return undefined;',
    },
    breaks: ['9 nothing comes from nowhere'],
  },
  /** What was answered for is held in memory, and put into the inbox a second later. */
  inbox: {
    of: 'api',
    moment: MOMENTS.answer,
    change: {
      file: 'src/intake/inbox.ts',
      from: 'const [{ n }] = await m.query<[{ n: number }]>(APPEND, [',
      to: `const n = 1;
  const later = (sql: string, row: unknown[]): unknown =>
    setTimeout(() => void m.dataSource.query(sql, row).catch(() => undefined), ${HELD_MS});
  later(APPEND, [`,
    },
    breaks: ['1 nothing acknowledged is lost'],
  },
  /** A record that is done again is written again. */
  'compare-and-set': {
    of: 'worker',
    moment: MOMENTS.completion,
    change: {
      file: 'src/journeys/journey-record.ts',
      from: 'if (row.seq > expected.seq) return this.since(m, journey, expected.seq, row.head);',
      to: 'if (row.seq > expected.seq && row.seq < 0) return this.since(m, journey, expected.seq, row.head);',
    },
    breaks: ['1 rows are recorded in order, once'],
  },
  /** The sender is told that it is accepted, and then the transaction goes on to its commit. */
  'answer-after-commit': {
    of: 'api',
    moment: MOMENTS.intake,
    change: {
      file: 'src/journeys/submissions.service.ts',
      from: `const { ticket, ageMs } = await this.db.transaction((m) =>
      this.accept(m, request, submission, key, ms, sent.also),
    );`,
      to: `const { ticket, ageMs } = await new Promise<{ ticket: Ticket; ageMs?: number }>((answer, refuse) => {
      this.db
        .transaction(async (m) => {
          answer(await this.accept(m, request, submission, key, 0, sent.also));
          await new Promise((commit) => setTimeout(commit, ${HELD_MS}));
        })
        .catch(refuse);
    });
    if (ageMs === undefined) return outcomeAnswer(ticket, undefined);`,
    },
    breaks: ['1 nothing acknowledged is lost'],
  },
} as const satisfies Record<string, ChaosMutant>;

export type Without = keyof typeof MUTANTS_BY_NAME;
export const MUTANTS: Readonly<Record<Without, ChaosMutant>> = MUTANTS_BY_NAME;

const CHANGED_PROGRAM = join(root, 'test', 'support', 'changed-program.cjs');

/** How a program is started with its change. */
export const startOf = ({ change }: ChaosMutant): Start => ({
  env: { NODE_OPTIONS: `--require ${CHANGED_PROGRAM}`, FAILSAFE_CHANGE: JSON.stringify(change) },
});
