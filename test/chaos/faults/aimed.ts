import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Fault } from '../nemesis';
import type { Random } from '../random';
import type { Place, Staff } from '../staff';
import type { Link } from '../toxiproxy';
import type { Sent } from '../../system/support/sender';
import type { Witnesses } from '../witness';

/**
 * Faults that wait for the worst moment, and prove that they met it. What goes by a link is slowed down meanwhile, so that
 * such a moment lasts long enough to be met.
 */

/** What a fault was meant to fall into, as the report counts it. */
export const MOMENTS = {
  answer: 'an API killed between its commit and its answer',
  answerOnItsWay: 'an answer cut on its way to the sender',
  answerToAStranger: 'an answer cut on its way to the foreign sender',
  completion: 'a worker killed between its record and the completion of its task',
  intake: 'a link of an API to Postgres cut in the middle of a transaction',
  record: 'a link of a worker to Postgres cut in the middle of a transaction',
  postgres: 'Postgres killed in the middle of a transaction',
  stamp: 'an input taken in by a clock that was ten minutes off',
  mail: 'a mail taken and the answer to it lost',
} as const;

export interface Aim {
  staff: Staff;
  random: Random;
  witnesses: Witnesses;
  /** What was sent so far. */
  sent: () => readonly Sent[];
  /** What the foreign sender sent of it. */
  foreign: () => readonly Sent[];
  /** Counts a moment that was met. */
  met: (moment: string) => void;
}

/** One that is meant for a moment. */
export interface AimedFault extends Fault {
  moment: string;
}

const LONGER_MS = 400;
/** How long a fault waits for its moment; then it strikes all the same. */
const PATIENCE_MS = 6_000;
const LOOK_MS = 5;
/** Until a sender has noticed that nobody answers any more. */
const NOTICED_MS = 1_500;

/** Polls for a moment, for as long as it is worth waiting for. @returns undefined where it did not come */
export async function moment<T>(
  look: () => Promise<T | undefined> | T | undefined,
  patienceMs = PATIENCE_MS,
  everyMs = LOOK_MS,
): Promise<T | undefined> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(everyMs)) {
    const found = await Promise.resolve(look()).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is committed under its key, while its sender still waits at this API for the first answer to it. */
async function unanswered({ staff, sent }: Aim, place: Place): Promise<Sent[] | undefined> {
  const waiting = sent().filter((s) => s.trying === place.url && s.command === undefined);
  if (waiting.length === 0) return undefined;
  const kept = await staff.hospital.postgres.query<{ key: string }>(
    'select key from idempotency where key = any($1)',
    [waiting.map((s) => s.key)],
  );
  const still = waiting.filter((s) => s.trying && !s.command && kept.some(({ key }) => key === s.key));
  return still.length > 0 ? still : undefined;
}

/** Strikes while somebody waits for the answer to what is committed; counts it where no answer came. */
async function strikeBeforeTheAnswer(aim: Aim, place: Place, met: string, strike: () => Promise<unknown>) {
  const tries = new Map<Sent, number>();
  await place.links!.senders!.slow('downstream', LONGER_MS);
  const found = await moment(() => unanswered(aim, place));
  for (const s of found ?? []) tries.set(s, s.attempts.length);
  await strike();
  await sleep(found ? NOTICED_MS : 0);
  if ([...tries].some(([s, before]) => s.attempts[before] === 'no answer')) aim.met(met);
}

const answerLost = (aim: Aim): AimedFault => {
  const place = aim.random.pick(aim.staff.apis);
  return {
    name: 'kill an API before it answers',
    moment: MOMENTS.answer,
    on: place.name,
    strike: () => strikeBeforeTheAnswer(aim, place, MOMENTS.answer, () => place.kill()),
    heal: async () => {
      await place.links!.senders!.mend();
      await place.start();
    },
  };
};

const answerCut = (aim: Aim, name: string, met: string): AimedFault => {
  const place = aim.random.pick(aim.staff.apis);
  const link = place.links!.senders!;
  return {
    name,
    moment: met,
    on: `link ${link.name}`,
    strike: () => strikeBeforeTheAnswer(aim, place, met, () => link.cut()),
    heal: () => link.mend(),
  };
};

interface Noticed {
  journey: string;
  cause: string;
}

/** Waits for the next record that this worker commits, as Postgres tells whoever listens for outcomes. */
async function nextRecord({ staff: { hospital } }: Aim, worker: Place): Promise<Noticed | undefined> {
  const listener = new Client({ connectionString: hospital.postgres.url(), connectionTimeoutMillis: 2_000 });
  const heard: { id: string; session: number }[] = [];
  listener.on('error', () => undefined);
  listener.on('notification', ({ payload, processId }) => {
    heard.push({ id: (JSON.parse(payload ?? '{}') as { id: string }).id, session: processId });
  });
  try {
    await listener.connect();
    await listener.query('listen failsafe_outcome');
    return await moment(async () => {
      const next = heard.shift();
      if (!next) return undefined;
      const { rows } = await listener.query<Noticed & { who: string }>(
        `select i.journey, 'row:' || i.n as cause, a.usename as who from inbox i, pg_stat_activity a
         where i.id = $1 and a.pid = $2 and i.n > 1`,
        [next.id, next.session],
      );
      return rows[0]?.who === worker.user ? rows[0] : undefined;
    });
  } catch {
    return undefined;
  } finally {
    await listener.end().catch(() => undefined);
  }
}

const completionLost = (aim: Aim): AimedFault => {
  const place = aim.random.pick(aim.staff.workers);
  return {
    name: 'kill a worker after it recorded',
    moment: MOMENTS.completion,
    on: place.name,
    strike: async () => {
      await place.links!.temporal.slow('upstream', LONGER_MS);
      const record = await nextRecord(aim, place);
      await place.kill();
      if (record && (await isHalfDone(aim, record))) aim.met(MOMENTS.completion);
    },
    heal: async () => {
      await place.links!.temporal.mend();
      await place.start();
    },
  };
};

/**
 * Whether Temporal knows of what was done before that record, and not of the record: then the task is done again from there.
 * Where it cannot be asked nothing is proved.
 */
const isHalfDone = ({ witnesses }: Aim, { journey, cause }: Noticed): Promise<boolean> =>
  witnesses.results(journey).then(
    (results) => results.length > 0 && !results.some((r) => r.events?.some((e) => e.cause === cause)),
    () => false,
  );

/** Transactions that have written something and are still open: of one program, or of all of ours. */
const openTransactions = async ({ staff }: Aim, user = '%'): Promise<string[] | undefined> => {
  const open = await staff.hospital.postgres.query<{ xid: string }>(
    `select backend_xid::text as xid from pg_stat_activity
     where backend_xid is not null and usename like $1 and usename ~ '^(api|worker)_'`,
    [user],
  );
  return open.length > 0 ? open.map(({ xid }) => xid) : undefined;
};

/** Whether Postgres took back any of these: then it really was in their middle. */
const anyRolledBack = async ({ staff }: Aim, xids: readonly string[]): Promise<boolean> => {
  const rows = await staff.hospital.postgres.query<{ status: string }>(
    'select pg_xact_status(x::xid8) as status from unnest($1::text[]) x',
    [xids],
  );
  return rows.some(({ status }) => status === 'aborted');
};

const transactionCut = (aim: Aim, places: readonly Place[], met: string): AimedFault => {
  const place = aim.random.pick(places);
  const link = place.links!.postgres;
  let open: string[] = [];
  return {
    name: `cut a transaction of ${place.user.startsWith('api') ? 'an API' : 'a worker'}`,
    moment: met,
    on: `link ${link.name}`,
    strike: async () => {
      await link.slow('downstream', LONGER_MS / 4);
      open = (await moment(() => openTransactions(aim, place.user))) ?? [];
      await link.cut();
    },
    heal: async () => {
      await link.mend();
      if (await anyRolledBack(aim, open)) aim.met(met);
      open = [];
    },
  };
};

const postgresKilled = (aim: Aim): AimedFault => {
  const { postgres } = aim.staff.hospital;
  let open: string[] = [];
  return {
    name: 'kill postgres',
    moment: MOMENTS.postgres,
    on: 'postgres',
    strike: async () => {
      open = (await moment(() => openTransactions(aim))) ?? [];
      await postgres.kill9();
    },
    heal: async () => {
      await postgres.start();
      if (await anyRolledBack(aim, open)) aim.met(MOMENTS.postgres);
      open = [];
    },
  };
};

/** Every mail goes out slowly; as soon as the server has kept one, and before it could say so, the links are cut. */
const mailAnswerLost = (aim: Aim): AimedFault => {
  const links = aim.staff.workers.map((worker) => worker.links!.smtp!);
  const all = (act: (link: Link) => Promise<void>) => Promise.all(links.map(act));
  const kept = (): number => readdirSync(aim.staff.hospital.mail.folder).length;
  return {
    name: 'cut the answer to a mail',
    moment: MOMENTS.mail,
    on: 'link workers to mail',
    strike: async () => {
      await all((link) => link.slow('downstream', LONGER_MS / 2));
      const before = kept();
      const taken = await moment(() => (kept() > before ? true : undefined));
      await all((link) => link.cut());
      if (taken) aim.met(MOMENTS.mail);
    },
    heal: () => all((link) => link.mend()),
  };
};

export const aimed = (aim: Aim): AimedFault[] => [
  answerLost(aim),
  answerCut(aim, 'cut an answer', MOMENTS.answerOnItsWay),
  answerCut({ ...aim, sent: aim.foreign }, 'cut an answer to the foreign sender', MOMENTS.answerToAStranger),
  completionLost(aim),
  transactionCut(aim, aim.staff.apis, MOMENTS.intake),
  transactionCut(aim, aim.staff.workers, MOMENTS.record),
  postgresKilled(aim),
  mailAnswerLost(aim),
];
