import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { JourneyEvent } from '../../domain/events';
import { CATEGORIES, REGIONS } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import { journeysOf } from './accesses.reader';
import type { Contact, Knowledge, Opening } from './knowledge';
import { knowledgeOf } from './knowledge';
import { moment, present } from './questions';

export const knowledgeQuery = z.strictObject({
  asOf: moment.optional().describe('What was known by then; now, unless said'),
});

const act = z
  .looseObject({
    event: z.int(),
    at: z.string().describe('On record since'),
    saidAt: z.string().optional().describe('When it was done, as whoever did it says'),
    by: z.object({ role: z.string(), person: z.string() }),
    onRecord: z.array(z.string()).describe('The versions that had come by then: what they can have seen'),
    retracted: z.looseObject({ event: z.int(), at: z.string() }).optional(),
  })
  .describe('With what the act says, free text apart');
const opening = z.object({
  at: z.string(),
  person: z.string(),
  role: z.string(),
  purpose: z.string().optional(),
  route: z.string(),
  onRecord: z.array(z.string()),
});

export const knowledgeView = z.object({
  journey: z.string(),
  asOf: z.string(),
  versions: z.array(
    z.object({
      version: z.string(),
      kind: z.enum(['report', 'flag']),
      said: z.array(
        z.object({
          event: z.int(),
          at: z.string().describe('On record since'),
          receivedAt: z.string(),
          issuedAt: z.string(),
          status: z.string().optional(),
          by: z.string(),
        }),
      ),
      findings: z.array(
        z.object({
          id: z.string(),
          category: z.enum(CATEGORIES),
          expected: z.boolean(),
          region: z.enum(REGIONS),
          primarySite: z.string().optional(),
          planned: z.array(act),
          proved: z.array(act),
        }),
      ),
      asked: z.array(
        z.object({
          event: z.int(),
          at: z.string(),
          duty: z.string(),
          person: z.string(),
          role: z.string(),
          rung: z.int(),
          contacts: z
            .array(
              z.object({
                channel: z.string(),
                what: z.string().describe('sent, delivered, read, spoken; or waits, failed, unproven, noted'),
                at: z.string(),
                code: z.string().optional(),
                source: z.string(),
              }),
            )
            .describe('Every try and every proof'),
        }),
      ),
      opened: z.array(opening).describe('Who opened the record while this version was on it'),
      acknowledged: z.array(act),
      rung: z.array(act),
      told: z.array(act),
      gpReceived: z.array(act),
    }),
  ),
  viewed: z.array(act).describe('Looks at images that had no report'),
});

const EVENTS = 'select body from evidence where journey = $1 and at <= $2 order by seq';
const CONTACTS = `
select a.key, a.opening, a.ask, a.recipient as person, a.channel, l.what, l.at, l.code, l.source
from ask a join ask_log l on l.ask = a.id
where a.journey = $1 and a.purpose = 'ask' and l.at <= $2 order by l.id`;
/** Those that answer from the record itself. A question about the record shows nobody a report. */
const OPENINGS = `
select at, principal as person, role, purpose, route from access_log
where journey = any($1) and at <= $2 and method = 'GET' and status = 200
  and route not like '%/knowledge' and route not like '%/accesses' order by id`;

interface Dated {
  at: Date;
}

/** Who knew what when in one journey, from its evidence, the log of asks and the access log. */
@Injectable()
export class KnowledgeReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  async of(journey: string, at: string | undefined): Promise<Knowledge & { journey: string; asOf: string }> {
    const journeys = await journeysOf(this.db, journey);
    const until = at ?? (await this.clock.now());
    const events = await this.db.query<{ body: JourneyEvent }[]>(EVENTS, [journey, until]);
    const contacts = await this.db.query<(Omit<Contact, 'at'> & Dated)[]>(CONTACTS, [journey, until]);
    const openings = await this.db.query<(Omit<Opening, 'at'> & Dated)[]>(OPENINGS, [journeys, until]);
    return {
      journey,
      asOf: until,
      ...knowledgeOf(
        events.map(({ body }) => body),
        contacts.map(dated) as Contact[],
        openings.map(dated) as Opening[],
      ),
    };
  }
}

const dated = <T extends Dated>(row: T): object => present({ ...row, at: row.at.toISOString() });
