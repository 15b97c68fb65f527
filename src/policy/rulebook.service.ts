import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Calendar } from '../../domain/calendar';
import type { Directory } from '../../domain/directory';
import type { Policy } from '../../domain/policy';
import type { Rulebook } from '../../domain/schedule';
import type { Nation } from '../../domain/vocabulary';
import { domainDirectory, readStanding } from '../directory/directory-store';
import type { BankHolidays } from './bank-holidays';
import { calendarFor } from './bank-holidays';
import { policyHash } from './policy-file';

/** What stands today, by hash or version; read with the journey's own row, so that it costs no round trip. */
export interface Standing {
  epoch: number;
  policy: string;
  calendar: string;
  directory: number;
}

/** A table's hash: SHA-256 over its RFC 8785 form. */
export const hashOf = (body: object): string =>
  createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('hex');

/**
 * Policies, calendars and the directory, as a record needs them. Each is kept by hash or version and never changes under
 * it, so what was read once is kept in memory.
 */
@Injectable()
export class RulebookService {
  private readonly policies = new Map<string, Policy>();
  private readonly calendars = new Map<string, BankHolidays>();
  private directory: { version: number; is: Directory } | undefined;

  constructor(private readonly db: DataSource) {}

  /** The rulebook for a journey pinned to `pinned`, in its nation's calendar, under what stands today. */
  async rulebook(
    pinned: string,
    standing: Standing,
    nation: Nation | undefined,
    m: EntityManager = this.db.manager,
  ): Promise<Rulebook> {
    const policy = await this.policy(pinned, m);
    return {
      policy,
      today: { policy: await this.policy(standing.policy, m), hash: standing.policy },
      calendar: calendarFor(policy, await this.calendar(standing.calendar, m), nation),
      directory: await this.directoryAt(standing.directory, m),
    };
  }

  /** A policy by its hash. */
  async policy(hash: string, m: EntityManager = this.db.manager): Promise<Policy> {
    const kept = this.policies.get(hash);
    if (kept) return kept;
    const [row] = await m.query<{ body: Policy }[]>('select body from policy where hash = $1', [hash]);
    if (!row) throw new Error(`policy ${hash} is not in the database`);
    this.policies.set(hash, row.body);
    return row.body;
  }

  /** The bank holidays under a hash. */
  async calendar(hash: string, m: EntityManager = this.db.manager): Promise<BankHolidays> {
    const kept = this.calendars.get(hash);
    if (kept) return kept;
    const [row] = await m.query<{ body: BankHolidays }[]>('select body from calendar where hash = $1', [
      hash,
    ]);
    if (!row) throw new Error(`calendar ${hash} is not in the database`);
    this.calendars.set(hash, row.body);
    return row.body;
  }

  /** The calendar of the policy that stands today. */
  async calendarToday(m: EntityManager = this.db.manager): Promise<Calendar> {
    const { policy, calendar } = await this.standing(m);
    return calendarFor(await this.policy(policy, m), await this.calendar(calendar, m));
  }

  /** What stands today. */
  async standing(m: EntityManager = this.db.manager): Promise<Standing> {
    const [row] = await m.query<Standing[]>('select epoch, policy, calendar, directory from standing');
    if (!row?.policy || !row.calendar)
      throw new Error('no policy stands in this database: run `npm start -- migrate`, which loads one');
    return row;
  }

  /** Keeps a policy under its hash and, if `stand`, makes it the one that new journeys are pinned to. */
  async keepPolicy(policy: Policy, stand: boolean, m: EntityManager = this.db.manager): Promise<string> {
    const hash = policyHash(policy);
    await m.query(
      'insert into policy (hash, name, version, body) values ($1, $2, $3, $4) on conflict do nothing',
      [hash, policy.name, policy.version, policy],
    );
    if (stand) await m.query('update standing set policy = $1', [hash]);
    return hash;
  }

  /** Keeps a table of bank holidays under its hash and makes it stand. */
  async keepCalendar(table: BankHolidays, m: EntityManager = this.db.manager): Promise<string> {
    const hash = hashOf(table);
    await m.query('insert into calendar (hash, body) values ($1, $2) on conflict do nothing', [hash, table]);
    await m.query('update standing set calendar = $1', [hash]);
    return hash;
  }

  private async directoryAt(version: number, m: EntityManager): Promise<Directory> {
    if (this.directory?.version === version) return this.directory.is;
    const is = domainDirectory(await readStanding(m));
    this.directory = { version, is };
    return is;
  }
}
