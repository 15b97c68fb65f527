import { EntityManager } from 'typeorm';
import { decide } from '../../../domain/decide';
import type { Proposal } from '../../../domain/events';
import type { Accepted } from '../../../src/intake/intake.service';
import type { Loop } from '../../support/loop';
import { between, relayStarts, relayStops, stuckOf, whileWorkerIsAway } from '../support/control';
import { Examination, SYSTEM, VETTER } from '../support/examination';
import { eventually, pause } from '../support/patience';
import { expectRowsOnceInOrder } from './rows';

const RULES = { waivers: [], secondPersonFor: [], delegations: [] };

/** Another writer acknowledges between the workflow's decision and its record: two runs of one journey could do that. */
export const anotherWriter = async (loop: Loop): Promise<void> => {
  const exam = await Examination.reported(loop);
  const other = { person: 'dr-other', role: 'consultant' } as const;
  let done = false;
  const restore = between(loop, 'record', async (real, journey, expected, cause, proposal) => {
    if (journey === exam.id && !done) {
      done = true;
      const row = {
        n: 0,
        id: '',
        type: 'acknowledge',
        data: { version: 'r1', findings: ['f1'], how: 'screen' },
        by: other,
      } as const;
      const state = await exam.state();
      const theirs = decide(
        state,
        { kind: 'row', id: 'other:1', row: { ...row, receivedAt: proposal.at } } as never,
        proposal.at,
        RULES,
      );
      await real(journey, expected, { id: 'other:1', rowsOverdue: true }, theirs);
    }
    return real(journey, expected, cause, proposal);
  });
  try {
    const outcome = await exam.acknowledge();
    expect(outcome).toMatchObject({ result: 'refused', code: 'already-done' });
    const accepted = (await exam.events()).filter((e) => e.type === 'acknowledge');
    expect(accepted.map((e) => e.by.person)).toEqual(['dr-other']);
  } finally {
    restore();
  }
};

/** A record commits and its answer is lost, with a second signal and a due deadline waiting. */
export const answerLost = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const restore = losingFirstAnswers(loop, exam.id);
  try {
    const { rows } = await whileWorkerIsAway(exam, 'vet', async () => [
      await exam.submit('unbooked', { at: await loop.now() }, SYSTEM),
      await exam.submit(
        'enquiry',
        { at: await loop.now(), id: 'e1', from: 'patient', about: 'not-heard' },
        SYSTEM,
      ),
    ]);
    for (const row of rows) expect((await exam.outcomeOf(row)).result).toBe('recorded');
    await eventually('the deadline', async () => (await exam.duty('vet')).asks > 0);
    await expectRowsOnceInOrder(exam);
    expect((await exam.events()).map((e) => ('key' in e ? `${e.type} ${e.key}` : e.type))).toEqual([
      ...['request', 'opened vet'],
      ...['unbooked', 'opened clarify:unbooked'],
      ...['enquiry', 'opened answer:e1'],
      'asked vet',
    ]);
    const asks = await loop.db.query<{ key: string }[]>(
      'select key from ask where journey = $1 order by key',
      [exam.id],
    );
    expect(asks.map((a) => a.key)).toEqual(['answer:e1', 'clarify:unbooked', 'vet']);
  } finally {
    restore();
  }
};

/** Every cause's first record is committed, and then its answer does not arrive. */
const losingFirstAnswers = (loop: Loop, journey: string): (() => void) => {
  const seen = new Set<string>();
  return between(loop, 'record', async (real, id, expected, cause, proposal) => {
    const kept = await real(id, expected, cause, proposal);
    if (id !== journey || seen.has(cause.id)) return kept;
    seen.add(cause.id);
    throw new Error('the answer was lost');
  });
};

/** A constraint refuses the record: our bug. It is noted, the run waits, others go on, and so does this one once it is mended. */
export const constraintViolated = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const run = await exam.run();
  await loop.db.query(
    `alter table evidence add constraint a_bug check (journey <> '${exam.id}' or type <> 'vet')`,
  );
  try {
    const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    const [stuck] = await eventually('the stuck row', async () => {
      const rows = await stuckOf(loop.db, exam.id);
      return rows.length > 0 && rows[0]!.times > 3 && rows;
    });
    expect(stuck).toMatchObject({ cause: 'row:2', reason: 'QueryFailedError:23514' });
    expect(await exam.status()).toBe('RUNNING');
    const another = await Examination.requested(loop);
    expect((await another.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
    await loop.db.query('alter table evidence drop constraint a_bug');
    expect((await exam.outcomeOf(row)).result).toBe('recorded');
    expect(await exam.run()).toBe(run);
    expect(await stuckOf(loop.db, exam.id)).toEqual([]);
    await expectRowsOnceInOrder(exam);
  } finally {
    await loop.db.query('alter table evidence drop constraint if exists a_bug');
  }
};

/** A fact that makes `decide` throw: it is refused as our error, the desk owns it, and the journey's deadlines go on. */
export const undecidable = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const broken = { version: 1, status: 'final', at: await loop.now(), reporter: 'rep-1' };
  const outcome = await exam.outcomeOf(await exam.submit('report', broken, SYSTEM));
  expect(outcome).toMatchObject({ result: 'refused', code: 'internal-error' });
  await expectDeskAndDeadlines(exam);
};

/** A fact that makes `schedule` throw. */
export const unschedulable = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const outcome = await exam.outcomeOf(await exam.submit('images', { at: '0000-no-instant' }, SYSTEM));
  expect(outcome).toMatchObject({ result: 'refused', code: 'internal-error' });
  await expectDeskAndDeadlines(exam);
};

const expectDeskAndDeadlines = async (exam: Examination): Promise<void> => {
  const [key] = (await exam.open()).filter((open) => open.startsWith('reconcile:internal-error'));
  expect((await exam.duty(key!)).accountable.role).toBe('desk');
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
  const { dueAt } = await exam.duty('acquire');
  await exam.loop.advanceTo(new Date(Date.parse(dueAt) + 1).toISOString());
  await eventually('the other deadline', async () => (await exam.duty('acquire')).asks > 0);
  await exam.does('explain', { duty: key! }, { person: 'lead-desk', role: 'desk' });
  expect(await exam.open()).toEqual(['acquire']);
};

/** A policy that lost its ladders: no deadline can be scheduled by it. The desk is asked all the same, again and again. */
export const brokenPolicy = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const [{ policy: sound }] = await loop.db.query<[{ policy: string }]>(
    'select policy from journey where id = $1',
    [exam.id],
  );
  await loop.db.query(
    `insert into policy (hash, name, version, body) select 'broken', name, 'broken', body || '{"ladders": {}}' from policy where hash = $1
     on conflict do nothing`,
    [sound],
  );
  await loop.db.query(`update journey set policy = 'broken' where id = $1`, [exam.id]);
  const { dueAt } = await exam.duty('vet');
  await loop.advanceTo(new Date(Date.parse(dueAt) + 3.5 * 3_600_000).toISOString());
  await loop.quiet();
  const vet = await exam.duty('vet');
  expect(vet.askedNow).toEqual({ role: 'desk', person: 'lead-desk' });
  expect(vet.asks).toBe(4);
  const cancelled = await exam.hears('cancel', { at: await loop.now() });
  expect(cancelled).toMatchObject({ result: 'refused', code: 'internal-error' });
  await loop.db.query('update journey set policy = $2 where id = $1', [exam.id, sound]);
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
};

/** What the workflow proposes twice must be taken once: `record` compares before it writes. */
export const withoutComparing = (loop: Loop): (() => void) =>
  between(loop, 'record', async (real, journey, expected, cause, proposal: Proposal) => {
    const [{ seq }] = await loop.db.query<[{ seq: number }]>('select seq from journey where id = $1', [
      journey,
    ]);
    return real(journey, { ...expected, seq }, cause, proposal);
  });

type Query = (this: EntityManager, sql: string, parameters?: unknown[]) => Promise<unknown>;

/**
 * A message comes in while the journey that it is for is locked by a record: neither may wait for the other in a circle.
 * @param locks how the statements take their locks, where another way than their own is tried
 */
export const intakeMeetsRecord = async (loop: Loop, locks = (sql: string): string => sql): Promise<void> => {
  const exam = await Examination.requested(loop);
  let meeting: Promise<Accepted> | undefined;
  const real = Reflect.get(EntityManager.prototype, 'query') as Query;
  const slowly: Query = async function (sql, parameters) {
    const answer = await real.call(this, locks(sql), parameters);
    if (sql.includes('update of j') && !meeting) {
      meeting = exam.submit('unbooked', { at: await loop.now() }, SYSTEM);
      meeting.catch(() => undefined);
      await pause(100);
    }
    return answer;
  };
  Reflect.set(EntityManager.prototype, 'query', slowly);
  try {
    expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
    expect((await exam.outcomeOf(await meeting!)).result).toBe('recorded');
    await expectRowsOnceInOrder(exam);
  } finally {
    Reflect.set(EntityManager.prototype, 'query', real);
  }
};

const inTurn = async <T>(times: number, act: (i: number) => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  for (let i = 0; i < times; i++) all.push(await act(i));
  return all;
};

/** Rows wait for a relay that is away, then all come at once. */
export const inABurst = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  const at = await loop.now();
  const rows = await inTurn(20, (i) =>
    exam.submit('viewed', { at, person: `p-${i}`, quality: 'diagnostic' }, SYSTEM),
  );
  relayStarts(loop);
  for (const row of rows) await exam.outcomeOf(row);
  await expectRowsOnceInOrder(exam);
};
