import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { PROOFS } from '../../domain/reach';
import { CATEGORIES, ROLE_KEYS } from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, paging, placeOf } from '../api/paging';
import { instant, uuid } from '../api/schemas/common';
import type { Contact } from '../asks/reach';
import { Where } from '../database/where';
import { dutyView } from '../obligations/duty-view';
import { DUTY_TEXTS } from '../policy/duty-texts';

export const callListQuery = z.strictObject({
  category: z.enum(CATEGORIES).optional(),
  ...paging,
});
export type CallListQuery = z.output<typeof callListQuery>;

export const callListItem = z.object({
  ask: z.string().describe('The ask that puts somebody on the list'),
  journey: z.string(),
  duty: dutyView,
  person: z.object({ id: z.string(), name: z.string(), role: z.enum(ROLE_KEYS) }),
  numbers: z.array(z.object({ kind: z.enum(['phone', 'bleep']), to: z.string() })),
  asks: z.int().describe('How often somebody was asked about this duty'),
  askedAt: z.string(),
  limitAt: z.string(),
  nextEscalationAt: z.string(),
  proof: z
    .enum(PROOFS)
    .optional()
    .describe('The best proof so far that the person was reached, by any channel'),
  attempts: z
    .array(z.object({ at: z.string(), what: z.string(), code: z.string().optional(), source: z.string() }))
    .describe('What was tried for this ask, by any channel, the oldest first'),
});
export type CallListItem = z.output<typeof callListItem>;

interface Row {
  id: string;
  journey: string;
  key: string;
  opening: number;
  kind: CallListItem['duty']['kind'];
  category: CallListItem['duty']['category'] | null;
  recipient: string;
  role: CallListItem['person']['role'];
  ask: number;
  created_at: Date;
  limit_at: Date;
  due_at: Date;
  risk: number;
  name: string | null;
  contacts: Contact[];
  proof: CallListItem['proof'] | null;
  attempts: { at: string; what: string; code: string | null; source: string }[];
}

const PLACE = z.tuple([z.int().min(0).max(32_767), instant, uuid]);

/** The other contact points of the same ask to the same person, itself among them. */
const QUESTION = `s.journey = a.journey and s.key = a.key and s.opening = a.opening and s.ask = a.ask
  and s.recipient = a.recipient and s.purpose = 'ask'`;

/** Who is to be rung now, about what. */
@Injectable()
export class CallListReader {
  constructor(private readonly db: DataSource) {}

  /** The live asks to be made by voice that nobody has answered by voice: the most dangerous first, then the next to escalate. */
  list(q: CallListQuery): Promise<Page<CallListItem>> {
    return this.page(q, new Where().only('not is_canary(a.journey)'));
  }

  /** Whether the list would name somebody about a canary: only whoever sent the canary asks. */
  async names(canary: string): Promise<boolean> {
    const { items } = await this.page({ limit: 1 }, new Where().and('a.journey = ?', canary));
    return items.length > 0;
  }

  private async page(q: CallListQuery, where: Where): Promise<Page<CallListItem>> {
    where
      .only(`a.to_ring and a.status in ('waiting', 'sending', 'sent')`)
      .only(`o.ended_at is null and o.asks = a.ask`)
      .only(`not exists (select 1 from ask s where ${QUESTION} and s.proof = 'spoken')`)
      .and('a.category = ?', q.category);
    const place = placeOf(q.cursor, PLACE);
    if (place)
      where.only(`(o.risk, o.due_at, a.id) > (${place.map((part) => where.param(part)).join(', ')})`);
    const rows = await this.db.query<Row[]>(
      `select a.*, o.limit_at, o.due_at, o.risk, p.name, coalesce(p.contacts, '[]') as contacts,
         (select s.proof from ask s where ${QUESTION} order by proof_rank(s.proof) desc limit 1) as proof,
         (select coalesce(json_agg(json_build_object('at', l.at, 'what', l.what, 'code', l.code, 'source', l.source) order by l.id), '[]')
          from ask s join ask_log l on l.ask = s.id where ${QUESTION}) as attempts
       from ask a join obligation o on o.journey = a.journey and o.key = a.key and o.opening = a.opening
       left join recipient p on p.id = a.recipient ${where}
       order by o.risk, o.due_at, a.id limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [row.risk, row.due_at.toISOString(), row.id]);
  }
}

const isRung = (contact: Contact): contact is CallListItem['numbers'][number] =>
  contact.kind === 'phone' || contact.kind === 'bleep';

const viewOf = (row: Row): CallListItem => ({
  ask: row.id,
  journey: row.journey,
  duty: {
    key: row.key,
    opening: row.opening,
    kind: row.kind,
    name: DUTY_TEXTS[row.kind].name,
    ...(row.category ? { category: row.category } : {}),
  },
  person: { id: row.recipient, name: row.name ?? row.recipient, role: row.role },
  numbers: row.contacts.filter(isRung).map(({ kind, to }) => ({ kind, to })),
  asks: row.ask,
  askedAt: row.created_at.toISOString(),
  limitAt: row.limit_at.toISOString(),
  nextEscalationAt: row.due_at.toISOString(),
  ...(row.proof ? { proof: row.proof } : {}),
  attempts: row.attempts.map(({ at, what, code, source }) => ({
    at: new Date(at).toISOString(),
    what,
    ...(code === null ? {} : { code }),
    source,
  })),
});
