import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Dispatcher } from '../../src/asks/dispatcher';
import { Proofs } from '../../src/asks/proofs';
import type { Contact, Reach } from '../../src/asks/reach';
import { makeDataSource, makeOwnerDataSource } from '../../src/database/data-source';
import { readDirectory } from '../../src/directory/directory-file';
import { DirectoryService } from '../../src/directory/directory.service';
import { ClockPort } from '../../src/intake/clock';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import type { SendingOptions } from './support/sending';
import { startSending } from './support/sending';

/** The clinical clock is years from this machine's and stands still: whatever compares the two would be seen. */
export class StillClock extends ClockPort {
  at = '2031-03-30T12:00:00.000Z';
  now(): Promise<string> {
    return Promise.resolve(this.at);
  }
}

/** What a duty and its ask are, where a test cares. */
export interface DutyOptions {
  journey?: string;
  key?: string;
  kind?: string;
  category?: string | null;
  recipient?: string;
  role?: string;
  accountable?: string;
  accountableRole?: string;
  rung?: number;
  ended?: boolean;
  /** How policy wants the ask to reach its person. */
  reach?: Reach;
  dueAt?: string;
  /** Leave the outbox alone: the duty only shows on worklists. */
  unasked?: boolean;
}

export interface AskRow {
  id: string;
  status: string;
  attempts: number;
  provider_id: string | null;
  failure: string | null;
  sent_at: Date | null;
  channel: string;
  proof: string | null;
  proof_at: Date | null;
  proof_from: string | null;
  next_try_at: Date;
  digest: string | null;
}

/** A database with a directory in it, journeys put there by hand, and dispatchers that send for real. */
export class AsksWorld {
  readonly clock = new StillClock();
  readonly directory: DirectoryService;
  readonly proofs: Proofs;
  private readonly closing: (() => Promise<void>)[] = [];

  /**
   * @param db the database's owner, for what a test looks at and tampers with
   * @param program as the program is connected
   */
  private constructor(
    readonly db: DataSource,
    readonly program: DataSource,
    private readonly database: TestDatabase,
  ) {
    this.directory = new DirectoryService(program, this.clock);
    this.proofs = new Proofs(program, this.clock);
  }

  static async start(): Promise<AsksWorld> {
    Logger.overrideLogger(false); // the faults are the tests' own
    const database = await createDatabase();
    const db = await makeOwnerDataSource(database.url, 8).initialize();
    const program = await makeDataSource(database.url).initialize();
    await db.query(`insert into policy (hash, name, version, body) values ('p', 'none', '1', '{}')`);
    await db.query(`update standing set policy = 'p'`);
    const world = new AsksWorld(db, program, database);
    await world.fictitious();
    return world;
  }

  get url(): string {
    return this.database.url;
  }

  /** Back to the fictitious trust. */
  async fictitious(): Promise<void> {
    await this.directory.load(readDirectory('policies/directory.fictitious.yaml'));
  }

  async stop(): Promise<void> {
    await this.rest();
    await this.db.destroy();
    await this.program.destroy();
    await this.database.drop();
  }

  /** Stops what a test started and empties the outbox. */
  async rest(): Promise<void> {
    for (const close of this.closing.splice(0).toReversed()) await close();
    for (const table of [
      'ask',
      'inbox',
      'delivery',
      'obligation',
      'journey',
      'patient',
      'sealed',
      'sealing_key',
    ])
      await this.db.query(`delete from ${table}`);
  }

  /** An open journey with one duty, asked once unless told otherwise. @returns the journey's id and the ask's */
  async duty(options: DutyOptions = {}): Promise<{ journey: string; ask: string }> {
    const { key = 'acknowledge:r1', kind = 'acknowledge', category = 'critical', ended = false } = options;
    const { recipient = 'consultant-1', role = 'consultant' } = options;
    const { accountable = recipient, accountableRole = role } = options;
    const reach = options.reach === undefined ? {} : { reach: options.reach };
    const journey = options.journey ?? (await this.journey());
    await this.db.query(
      `insert into obligation (journey, key, opening, kind, category, risk, accountable_role, accountable_person, asked_role,
         asked_person, clock_from, opened_at, limit_at, due_at, rung, asks, ended_at, ended_how)
       values ($1, $2, 1, $3, $4, 0, $5, $6, $7, $8, $9::timestamptz, $9, $9::timestamptz + interval '1 hour',
         coalesce($14::timestamptz, $9::timestamptz + interval '15 minutes'), $13, $10, $11, $12)`,
      [
        ...[journey, key, kind, category, accountableRole, accountable, role, recipient, this.clock.at],
        ...[options.unasked ? 0 : 1, ended ? this.clock.at : null, ended ? 'discharged' : null],
        options.rung ?? 0,
        options.dueAt ?? null,
      ],
    );
    return {
      journey,
      ask: options.unasked ? '' : await this.ask(journey, { key, kind, category, recipient, role, ...reach }),
    };
  }

  async journey(): Promise<string> {
    const id = randomUUID();
    await this.db.query(
      `insert into journey (id, subject, received_at, policy, seq, open_obligations) values ($1, 'examination', $2, 'p', 1, 1)`,
      [id, this.clock.at],
    );
    return id;
  }

  async ask(
    journey: string,
    of: DutyOptions & { purpose?: string; ask?: number; channel?: string },
  ): Promise<string> {
    const id = randomUUID();
    await this.db.query(
      `with row as (insert into ask (id, journey, key, opening, ask, purpose, kind, category, recipient, role, channel, created_at, reach,
           to_ring)
         values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $10 = 'phone' and $5 = 'ask') returning 1)
       select pg_notify('failsafe_ask', '') from row`,
      [
        ...[
          id,
          journey,
          of.key,
          of.ask ?? 1,
          of.purpose ?? 'ask',
          of.kind ?? 'acknowledge',
          of.category ?? null,
        ],
        ...[
          of.recipient,
          of.role ?? 'consultant',
          of.channel ?? of.reach?.steps[0]?.[0] ?? 'mail',
          this.clock.at,
        ],
        of.reach ?? null,
      ],
    );
    return id;
  }

  async end(journey: string, how = 'withdrawn'): Promise<void> {
    await this.db.query('update obligation set ended_at = $2, ended_how = $3 where journey = $1', [
      journey,
      this.clock.at,
      how,
    ]);
  }

  async row(id: string): Promise<AskRow> {
    const [row] = await this.db.query<AskRow[]>('select * from ask where id = $1', [id]);
    return row!;
  }

  async inbox(
    journey: string,
  ): Promise<{ type: string; data: object; by_person: string; received_at: Date }[]> {
    return this.db.query('select * from inbox where journey = $1 order by n', [journey]);
  }

  /** Every contact point that was used for one ask, in order. */
  async points(journey: string): Promise<AskRow[]> {
    return this.db.query(
      'select * from ask where journey = $1 order by created_at, ask, next_try_at, channel',
      [journey],
    );
  }

  async point(journey: string, channel: string): Promise<AskRow | undefined> {
    return (await this.points(journey)).find((row) => row.channel === channel);
  }

  async log(ask: string): Promise<{ what: string; code: string | null; source: string }[]> {
    return this.db.query('select what, code, source from ask_log where ask = $1 order by id', [ask]);
  }

  /** Gives somebody these contact points beside their mail address. */
  async contacts(person: string, contacts: Contact[]): Promise<void> {
    await this.db.query('update directory_person set contacts = $2 where id = $1', [
      person,
      JSON.stringify(contacts),
    ]);
  }

  /** Whatever waits for a proof has waited long enough. */
  async noProof(): Promise<void> {
    await this.db.query('update ask set prove_by = now() where prove_by is not null');
  }

  async counts(): Promise<Record<string, number>> {
    const rows = await this.db.query<{ status: string; n: number }[]>(
      'select status, count(*)::int as n from ask group by status',
    );
    return Object.fromEntries(rows.map((r) => [r.status, r.n]));
  }

  /** Whatever waits is due now. */
  async hurry(): Promise<void> {
    await this.db.query(`update ask set next_try_at = now() where status = 'waiting'`);
    await this.db.query(`select pg_notify('failsafe_ask', '')`);
  }

  /** A dispatcher that runs until the test ends. */
  async dispatcher(smtpUrl: string, options: SendingOptions = {}): Promise<Dispatcher> {
    const { dispatcher, stop } = await startSending(
      { db: this.program, clock: this.clock, url: this.url },
      smtpUrl,
      options,
    );
    this.closing.push(stop);
    return dispatcher;
  }
}

/** In a run with a broken rule (mutants.test.ts) much never comes, and is not waited for as long. */
const { patienceMs = Infinity } = globalThis as { patienceMs?: number };

/** Waits until something holds; fails with what it saw last. */
export const until = async (what: () => Promise<boolean> | boolean, ms = 10_000): Promise<void> => {
  const most = Math.min(ms, patienceMs);
  const end = Date.now() + most;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`not within ${most} ms: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Gives something that must not happen the time to happen. */
export const moments = (ms = 600): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
