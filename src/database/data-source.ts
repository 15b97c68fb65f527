import 'reflect-metadata';
import { DataSource } from 'typeorm';
import type { PreparingConfig } from './prepared';
import { PreparingClient } from './prepared';
import { PROGRAM_ROLE } from './program-role';
import { TheLoop1764000000001 } from './migrations/0001-the-loop';
import { Owners1764000000002 } from './migrations/0002-owners';
import { Channels1764000000003 } from './migrations/0003-channels';
import { Ledger1764000000004 } from './migrations/0004-ledger';
import { Sealing1764000000005 } from './migrations/0005-sealing';
import { Histories1764000000006 } from './migrations/0006-histories';
import { Questions1764000000007 } from './migrations/0007-questions';
import { Findings1764000000008 } from './migrations/0008-findings';
import { Remedies1764000000009 } from './migrations/0009-remedies';
import { Feeds1764000000010 } from './migrations/0010-feeds';
import { Canaries1764000000011 } from './migrations/0011-canaries';
import { Downtime1764000000013 } from './migrations/0013-downtime';
import { SeenFromOutside1764000000014 } from './migrations/0014-seen-from-outside';

/** Every migration, in order. Listed by hand: what runs against a hospital's database is never found by a wildcard. */
export const MIGRATIONS = [
  TheLoop1764000000001,
  Owners1764000000002,
  Channels1764000000003,
  Ledger1764000000004,
  Sealing1764000000005,
  Histories1764000000006,
  Questions1764000000007,
  Findings1764000000008,
  Remedies1764000000009,
  Feeds1764000000010,
  Canaries1764000000011,
  Downtime1764000000013,
  SeenFromOutside1764000000014,
];

/** Postgres itself ends a statement that takes longer. */
const STATEMENT_MS = 15_000;
/** Who has not answered by then, not even that it was too long, is not there any more. */
const ANSWER_MS = STATEMENT_MS + 5_000;

/**
 * The program's connections to Postgres, as the role that it is there. The hot paths speak SQL through them; TypeORM gives the
 * pool, transactions and migrations. The schema is never synchronised from code.
 * @param poolSize connections at most; a record and an intake each hold one for a few milliseconds
 * @param answerWithinMs after which a connection without an answer is cut off
 */
export const makeDataSource = (url: string, poolSize = 20, answerWithinMs = ANSWER_MS): DataSource =>
  dataSource(url, poolSize, ` -c role=${PROGRAM_ROLE}`, { answerWithinMs });

/** As whoever signs in, who owns the tables: for migrations. */
export const makeOwnerDataSource = (url: string, poolSize = 2): DataSource =>
  dataSource(url, poolSize, '', {});

const dataSource = (
  url: string,
  poolSize: number,
  role: string,
  more: Pick<PreparingConfig, 'answerWithinMs'>,
): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize,
    connectTimeoutMS: 5_000,
    applicationName: 'imaging-failsafe',
    extra: {
      Client: PreparingClient,
      // Statements here are short: compiling one takes many times longer than running it.
      options: `-c jit=off${role}`,
      ...more,
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
    },
  });
