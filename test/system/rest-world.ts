import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { DataSource } from 'typeorm';
import type { Journey } from '../../domain/journey';
import type { RoleKey } from '../../domain/vocabulary';
import { createApi } from '../../src/api/create-api';
import { makeOwnerDataSource } from '../../src/database/data-source';
import type { AsksSettings } from '../../src/asks/asks-settings';
import type { DirectoryFile } from '../../src/directory/directory-file';
import { readDirectory } from '../../src/directory/directory-file';
import { DirectoryService } from '../../src/directory/directory.service';
import { ClockPort } from '../../src/intake/clock';
import type { Returning } from '../../src/links/returning';
import { log } from '../../src/logging';
import { loadBankHolidays } from '../../src/policy/bank-holidays';
import { loadPolicy } from '../../src/policy/policy-file';
import { RulebookService } from '../../src/policy/rulebook.service';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { Loop } from '../support/loop';
import { masterKeys } from '../support/master-keys';
import { testBundle } from '../support/servers';
import { startTimeSkipping } from '../support/time-skipping';

// A journey takes a dozen round trips through Temporal; a busy machine needs its time for them.
jest.setTimeout(60_000);

export interface Reply {
  status: number;
  type: string;
  headers: Record<string, string | undefined>;
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged, not trusted
  body: any;
  text: string;
}

export interface Call {
  as?: string;
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
}

/** Somebody at the door: `as('dr-hall', 'consultant')`. */
export const as = (person: string, role: RoleKey): string => `Bearer dev:${person}:${role}`;

export const RIS = as('ris-1', 'system');
export const CONSULTANT = as('dr-hall', 'consultant');
export const VETTER = as('rg-vetter', 'vetter');
export const REPORTER = as('dr-shah', 'reporter');
export const DESK = as('desk-1', 'desk');
export const ADMIN = as('admin-1', 'admin');

class RealClock extends ClockPort {
  now(): Promise<string> {
    return Promise.resolve(new Date().toISOString());
  }
}

/** The fictitious trust, with those who stand at the door. */
const directory = (): DirectoryFile => {
  const trust = readDirectory('policies/directory.fictitious.yaml');
  const others: [string, RoleKey[]][] = [
    ['dr-hall', ['consultant', 'requester']],
    ['dr-shah', ['reporter']],
    ['rg-vetter', ['vetter']],
  ];
  const people = others.map(([id, roles]) => ({
    id,
    name: `Synthetic ${id}`,
    email: `${id}@synthetic.invalid`,
    roles,
  }));
  return { ...trust, people: [...trust.people, ...people] };
};

/** The API over a database of its own; with a worker on a Temporal whose time stands still, or with none. */
export class RestWorld {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    /** The database's owner; the program's own connections may do less. */
    readonly db: DataSource,
    readonly loop?: Loop,
    readonly env?: TestWorkflowEnvironment,
  ) {}

  static async start({
    worker,
    returning,
    asks,
  }: {
    worker: boolean;
    returning?: Returning;
    /** Real channels, where asks are to go out. */
    asks?: AsksSettings;
  }): Promise<RestWorld> {
    Logger.overrideLogger(false); // the faults are the tests' own
    log.level = 'silent';
    const database = await createDatabase();
    const env = worker ? await startTimeSkipping() : undefined;
    const loop =
      env &&
      (await Loop.start({ databaseUrl: database.url, env, bundle: testBundle(), ...(asks ? { asks } : {}) }));
    const db = await makeOwnerDataSource(database.url, 8).initialize();
    const clock = loop?.clock ?? new RealClock();
    const temporal = { connectionOptions: { address: env?.address ?? '127.0.0.1:1' } };
    const app = await createApi({
      databaseUrl: database.url,
      clock,
      masterKeys,
      poolSize: 8,
      host: '127.0.0.1',
      temporal,
      ...(returning ? { returning } : {}),
    });
    if (!worker) {
      await app.get(RulebookService).keepPolicy(loadPolicy('policies/england.yaml'), true);
      await app.get(RulebookService).keepCalendar(loadBankHolidays());
    }
    await app.get(DirectoryService).load(directory());
    return new RestWorld(app, database, db, loop, env);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.loop?.stop();
    await this.db.destroy();
    await this.env?.teardown();
    await this.database.drop();
  }

  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, call: Call = {}): Promise<Reply> {
    const response = await this.app.inject({
      method,
      url,
      headers: {
        ...(call.as === undefined ? {} : { authorization: call.as }),
        ...(call.raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.raw !== undefined
        ? { payload: call.raw }
        : call.body !== undefined
          ? { payload: call.body as object }
          : {}),
    });
    const json = /\bjson\b/.test(String(response.headers['content-type'])) && response.body !== '';
    return {
      status: response.statusCode,
      type: String(response.headers['content-type']),
      headers: response.headers as Record<string, string | undefined>,
      body: json ? (JSON.parse(response.body) as unknown) : undefined,
      text: response.body,
    };
  }

  get(url: string, by: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('GET', url, { as: by, headers });
  }

  post(url: string, by: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('POST', url, { as: by, body, headers: { prefer: 'wait=20', ...headers } });
  }

  /** What is known of a journey, as recorded. */
  async state(id: string): Promise<Journey | null> {
    const [row] = await this.db.query<{ state: Journey | null }[]>(
      'select state from journey where id = $1',
      [id],
    );
    return row!.state;
  }

  async accesses(
    request: string,
  ): Promise<{ status: number; code: string | null; principal: string | null }[]> {
    return this.db.query('select status, code, principal from access_log where request = $1', [request]);
  }

  /** The clock of the edge, and instants around it. */
  async at(offsetSeconds = 0): Promise<string> {
    const now = await this.app.get(ClockPort).now();
    return new Date(Date.parse(now) + offsetSeconds * 1000).toISOString();
  }
}

let orders = 0;
export const freshOrder = (): { assigner: string; type: 'order'; value: string } => ({
  assigner: 'trust-a',
  type: 'order',
  value: `ORD-${process.pid}-${(orders += 1)}`,
});

/** A request of a synthetic outpatient's chest CT. */
export const requestBody = (at: string, more: object = {}): Record<string, unknown> => ({
  identifiers: [freshOrder()],
  at,
  requester: { person: 'dr-hall', profession: 'doctor' },
  gp: { status: 'registered', practice: 'practice-1' },
  setting: 'outpatient',
  priority: 'routine',
  patientClass: 'adult',
  modality: 'CT',
  examination: 'ct-chest',
  regions: ['chest'],
  site: 'site-1',
  nation: 'england',
  ...more,
});

export const reportBody = (at: string, more: object = {}): Record<string, unknown> => ({
  version: 1,
  status: 'final',
  at,
  reporter: 'dr-shah',
  findings: [{ id: 'f1', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' }],
  regions: [{ region: 'chest', statement: 'findings' }],
  ...more,
});
