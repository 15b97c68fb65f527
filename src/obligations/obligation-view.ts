import { z } from 'zod';
import { BECAUSE } from '../../domain/asking';
import type { Because } from '../../domain/asking';
import { CATEGORIES, OBLIGATION_KINDS, ROLE_KEYS } from '../../domain/vocabulary';

const view = z.object({
  key: z.string(),
  opening: z.int().describe('1 at first, one more with every reopening'),
  kind: z.enum(OBLIGATION_KINDS),
  category: z.enum(CATEGORIES).optional(),
  accountable: z.object({ role: z.enum(ROLE_KEYS), person: z.string() }),
  askedNow: z
    .object({ role: z.enum(ROLE_KEYS), person: z.string() })
    .describe('Whom the ladder asks at this moment'),
  insteadOf: z
    .object({ role: z.enum(ROLE_KEYS), person: z.string() })
    .optional()
    .describe('Whom the ask was meant for, where somebody else is asked in their stead'),
  because: z
    .enum(BECAUSE)
    .optional()
    .describe('Why: on call, a hole in the rota, absent, left, not in the directory, or asked often enough'),
  from: z.string().describe('When its clock started'),
  openedAt: z.string(),
  limitAt: z.string().describe('The limit that policy sets'),
  dueAt: z.string().describe('When the ladder acts next'),
  leaseUntil: z.string().optional(),
  rung: z.int(),
  asks: z.int().describe('How often somebody was asked'),
  overdue: z.boolean(),
  secondsToBreach: z.int().describe('Until the limit; negative once it has passed'),
  ended: z
    .object({ at: z.string(), how: z.string(), why: z.string().optional(), late: z.boolean() })
    .optional(),
});

export const obligationView = view;
export type ObligationView = z.output<typeof view>;

/** An obligation's row, as Postgres gives it. */
export interface ObligationRow {
  journey: string;
  key: string;
  opening: number;
  kind: string;
  category: string | null;
  risk: number;
  accountable_role: string;
  accountable_person: string;
  asked_role: string;
  asked_person: string;
  instead_of_role: string | null;
  instead_of_person: string | null;
  because: string | null;
  clock_from: Date;
  opened_at: Date;
  limit_at: Date;
  due_at: Date;
  lease_until: Date | null;
  rung: number;
  asks: number;
  ended_at: Date | null;
  ended_how: string | null;
  ended_why: string | null;
  late: boolean;
}

/** An obligation as it stands at `asOf`. */
export const viewObligation = (row: ObligationRow, asOf: string): ObligationView => {
  const measured = row.ended_at ?? new Date(asOf);
  const left = Math.floor((row.limit_at.getTime() - measured.getTime()) / 1000);
  return {
    key: row.key,
    opening: row.opening,
    kind: row.kind as ObligationView['kind'],
    ...(row.category === null ? {} : { category: row.category as NonNullable<ObligationView['category']> }),
    accountable: {
      role: row.accountable_role as ObligationView['accountable']['role'],
      person: row.accountable_person,
    },
    askedNow: { role: row.asked_role as ObligationView['askedNow']['role'], person: row.asked_person },
    ...(row.instead_of_person === null
      ? {}
      : {
          insteadOf: {
            role: row.instead_of_role as ObligationView['askedNow']['role'],
            person: row.instead_of_person,
          },
        }),
    ...(row.because === null ? {} : { because: row.because as Because }),
    from: row.clock_from.toISOString(),
    openedAt: row.opened_at.toISOString(),
    limitAt: row.limit_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    ...(row.lease_until === null ? {} : { leaseUntil: row.lease_until.toISOString() }),
    rung: row.rung,
    asks: row.asks,
    overdue: row.ended_at === null && row.limit_at.getTime() < measured.getTime(),
    secondsToBreach: left,
    ...(row.ended_at === null
      ? {}
      : {
          ended: {
            at: row.ended_at.toISOString(),
            how: row.ended_how!,
            ...(row.ended_why === null ? {} : { why: row.ended_why }),
            late: row.late,
          },
        }),
  };
};
