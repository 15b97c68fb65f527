import { Worker } from '@temporalio/worker';
import { REMEDIES } from '../../src/watchdog/finding';
import { whileOwner } from './support/tampering';
import { DESK, Examination, SYSTEM, VETTER } from './support/examination';
import { concernAbout, deletes, keeperStops } from './support/history-world';
import { relayStarts, relayStops, sleepUntil, workerStarts, workerStops } from './support/control';
import { eventually, setPatience } from './support/patience';
import { useWorld } from './support/use-loop';
import { WatchdogWatch } from '../../src/watchdog/heartbeat';
import type { Loop } from '../support/loop';
import { Watching, sendsItself } from './support/watching';

/** What stands still is found, owned and cleared, each kind of it; and what waits as it should is not. */

/** Shorter than the wait for what comes next, longer than what a healthy loop takes. */
const SOON = { lateMs: 500, undeliveredMs: 500, awayMs: 500, countMs: 0, askFailingMs: 500 };

/** Nothing falls due in it for a while: a record would write anew what a test has damaged. */
const unhurried = (loop: Loop): Promise<Examination> =>
  Examination.requested(loop, {}, { setting: 'outpatient', priority: 'routine' });

describe('the watchdog, on a real server', () => {
  const world = useWorld({ real: { deletesSoon: true } });
  let watching: Watching;
  beforeAll(async () => {
    // A release that fails is tried for the third time after some twenty seconds.
    setPatience(60_000);
    await keeperStops(world().loop);
    // An idle worker asks for work once a minute only.
    watching = new Watching(world().loop, { ...SOON, awayMs: 120_000 });
    await sendsItself(world().loop);
  });

  it('a run that somebody terminated is found before anything is due in it, owned by the desk, and gone once it runs again', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await exam.handle.terminate('somebody tidied up');
    const [found] = await watching.until(exam.id, ['run-missing']);
    expect(found).toMatchObject({ journey: exam.id, ref: exam.id, remedy: 'replay', concern: exam.id });
    expect(found!.reason).toContain('terminated');
    const concern = await concernAbout(loop, 'run-missing', exam.id);
    expect(concern).toMatchObject({ subject: 'service', closed: false, person: DESK.person });

    await exam.does('vet', { priority: 'routine' }, VETTER);
    await watching.until(exam.id, []);
    expect((await watching.kept(exam.id)).filter((f) => f.code === 'run-missing')).toHaveLength(1);
    expect((await concernAbout(loop, 'run-missing', exam.id)).closed).toBe(false); // it is the desk's to explain
  });

  it('a run that Temporal has lost is found by counting', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await loop.db.query(`update journey set received_at = received_at - interval '1 hour' where id = $1`, [
      exam.id,
    ]);
    const run = await exam.run();
    await exam.handle.terminate();
    await deletes(loop, exam.id, run);
    const [found] = await watching.until(exam.id, ['run-missing']);
    expect(found!.reason).toContain('has no run');
    await whileOwner(loop, (q) =>
      q("update journey set received_at = received_at + interval '1 hour' where id = $1", [exam.id]),
    );
    await exam.does('vet', { priority: 'routine' }, VETTER);
    await watching.until(exam.id, []);
  });

  it('a run that ends because its journey closed is not missing', async () => {
    const exam = await Examination.reported(world().loop);
    await exam.acknowledge();
    await exam.finish();
    await eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');
    await watching.until(exam.id, []);
    expect((await watching.kept(exam.id)).map((f) => f.code)).not.toContain('run-missing');
  });

  it('a release that fails every workflow task is found, with Temporal’s own cause', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await workerStops(loop);
    const broken = await Worker.create({
      connection: loop.env.nativeConnection,
      taskQueue: loop.taskQueue,
      namespace: loop.env.namespace ?? 'default',
      workflowsPath: require.resolve('./support/broken-workflow'),
    });
    const running = broken.run();
    try {
      await exam.submit('vet', { priority: 'routine' }, VETTER);
      const [found] = await watching.until(exam.id, ['task-failing']);
      expect(found).toMatchObject({ remedy: 'replay', concern: exam.id });
      expect(found!.reason).toMatch(/tried \d+ times: .*(replay|failure)/);
      expect(found!.reason).not.toContain('a mistake of this release'); // its words may say anything
    } finally {
      broken.shutdown();
      await running;
      await workerStarts(loop);
    }
    await watching.until(exam.id, []);
  });

  it('what cannot be recorded is found as that, and goes once it can be', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await loop.db.query(`create function no_record() returns trigger language plpgsql as $$ begin
      if new.journey = '${exam.id}' then raise exception 'planted' using errcode = 'check_violation'; end if;
      return new; end $$`);
    await loop.db.query(
      'create trigger no_record before insert on evidence for each row execute function no_record()',
    );
    const { n } = await exam.submit('vet', { priority: 'routine' }, VETTER);
    try {
      const open = await watching.until(exam.id, ['record-stuck', 'row-unanswered']);
      expect(open.find((f) => f.code === 'record-stuck')).toMatchObject({ remedy: 'quarantine' });
      expect(open.find((f) => f.code === 'record-stuck')!.reason).toMatch(
        `"row:${n}" could not be recorded for`,
      );
      expect(open.find((f) => f.code === 'record-stuck')!.reason).toContain('23514');
      expect(open.find((f) => f.code === 'row-unanswered')).toMatchObject({ remedy: 'redeliver' });
    } finally {
      await loop.db.query('drop trigger no_record on evidence; drop function no_record');
    }
    await watching.until(exam.id, []);
  });

  it('no worker at all is one finding that explains the rest: a row and a deadline are found, and not owned one by one', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    const patient = new Watching(loop, { ...SOON, awayMs: 0 });
    const { dueAt } = await exam.duty('acknowledge:r1');
    await workerStops(loop);
    try {
      await sleepUntil(loop, dueAt);
      await exam.submit(
        'enquiry',
        { at: await loop.now(), id: 'e1', from: 'patient', about: 'not-heard' },
        SYSTEM,
      );
      await patient.until(exam.id, ['deadline-passed', 'row-unanswered']);
      const [away] = await patient.kept(null);
      expect(away).toMatchObject({ code: 'worker-away', ref: 'worker', concern: 'worker', remedy: 'none' });
      expect((await patient.kept(exam.id)).map((f) => f.concern)).toEqual([null, null]);
      expect((await patient.kept(exam.id)).find((f) => f.code === 'deadline-passed')!.reason).toMatch(
        /passed .* ago/,
      );
    } finally {
      await workerStarts(loop);
    }
    await watching.until(exam.id, []);
    await eventually('the worker to be seen', async () =>
      (await watching.looks()).every((f) => f.code !== 'worker-away'),
    );
    expect((await watching.kept(null))[0]!.cleared_at).not.toBeNull();
  });

  it('messages that nobody hands over are found; a backlog that drains is not', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    const drains = new Watching(loop, SOON);
    await relayStops(loop);
    try {
      await exam.submit('vet', { priority: 'routine' }, VETTER);
      const found = await eventually('the finding', async () =>
        (await watching.looks()).find((f) => f.code === 'rows-undelivered'),
      );
      expect(found).toMatchObject({ journey: null, ref: 'relay', remedy: 'resume' });
      // Fewer than the last time: it drains.
      expect((await drains.looks()).map((f) => f.code)).not.toContain('rows-undelivered');
    } finally {
      relayStarts(loop);
    }
    await eventually('it to be gone', async () =>
      (await watching.looks()).every((f) => f.code !== 'rows-undelivered'),
    );
  });

  it('an ask that nobody sends is found, by its own id', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    await loop.db.query(
      `update ask set status = 'waiting', next_try_at = now() - interval '1 minute', lease_until = null where journey = $1`,
      [exam.id],
    );
    const [found] = await watching.until(exam.id, ['ask-unsent']);
    const [{ id }] = await loop.db.query<[{ id: string }]>('select id from ask where journey = $1', [
      exam.id,
    ]);
    expect(found).toMatchObject({ ref: id, remedy: 'redeliver', concern: exam.id });
    await loop.db.query(`update ask set status = 'sent' where journey = $1`, [exam.id]);
    await exam.acknowledge();
    await loop.db.query(`update ask set status = 'sent' where journey = $1`, [exam.id]);
    await watching.until(exam.id, []);
  });

  it('an ask that fails again and again is found, though it waits for its next try', async () => {
    const exam = await Examination.reported(world().loop);
    await world().loop.db.query(
      `update ask set status = 'waiting', attempts = 4, failure = 'smtp-451', next_try_at = now() + interval '5 minutes',
         created_at = created_at - interval '20 minutes' where journey = $1`,
      [exam.id],
    );
    const [found] = await watching.until(exam.id, ['ask-unsent']);
    expect(found!.reason).toContain('smtp-451');
    await world().loop.db.query(`update ask set status = 'sent' where journey = $1`, [exam.id]);
    await watching.until(exam.id, []);
  });

  it.each([
    [
      'nobody owes anything',
      'delete from obligation where journey = $1',
      'invariant-broken',
      'nobody owes anything',
    ],
    [
      'nobody is named',
      `update obligation set accountable_person = '' where journey = $1`,
      'invariant-broken',
      'nobody does',
    ],
    [
      'it has no deadline',
      'update journey set next_due_at = null where id = $1',
      'invariant-broken',
      'no deadline',
    ],
    [
      'it is closed and owes',
      `update journey set closed = true, open_obligations = 0 where id = $1`,
      'invariant-broken',
      'duties of it are open',
    ],
    [
      'a list says otherwise than its evidence',
      `update journey set stage = 'telling' where id = $1`,
      'read-model-apart',
      'row in the lists',
    ],
    [
      'what is known of it is not what evidence gives',
      `update journey set state = jsonb_set(state, '{clinical}', '99') where id = $1`,
      'read-model-apart',
      'What is known',
    ],
    [
      'a duty says otherwise than its evidence',
      `update obligation set rung = 7 where journey = $1`,
      'read-model-apart',
      'A duty of it',
    ],
    [
      'its evidence was changed',
      `update evidence set body = jsonb_set(body, '{at}', '"2020-01-01T00:00:00.000Z"') where journey = $1 and seq = 2`,
      'read-model-apart',
      'evidence is broken',
    ],
  ])('%s: found in its turn, and not mended by itself', async (_, damage, code, reason) => {
    const { loop } = world();
    const exam = await unhurried(loop);
    const undo = await whileOwner(loop, async (q) => {
      const copies: { table: string; key: string; rows: string }[] = [];
      for (const [table, key] of [
        ['journey', 'id'],
        ['obligation', 'journey'],
        ['evidence', 'journey'],
      ] as const) {
        const rows = await q(`select to_jsonb(t) as row from ${table} t where ${key} = $1`, [exam.id]);
        copies.push({ table, key, rows: JSON.stringify((rows as { row: object }[]).map((r) => r.row)) });
      }
      await q(damage, [exam.id]);
      return copies;
    });
    const found = await eventually('it to be found', async () => {
      await watching.looks();
      return (await watching.kept(exam.id)).find((f) => f.code === code && f.cleared_at === null);
    });
    expect(found.reason).toContain(reason);
    expect(REMEDIES).toContain(found.remedy);
    await whileOwner(loop, async (q) => {
      for (const { table, key, rows } of undo) {
        await q(`delete from ${table} where ${key} = $1`, [exam.id]);
        await q(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
          rows,
        ]);
      }
    });
    await watching.until(exam.id, []);
  });

  it('Temporal away: what Postgres shows is found all the same, and one concern stands for all', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    await whileOwner(loop, (q) =>
      q(`update journey set next_due_at = now() - interval '1 hour' where id = $1`, [exam.id]),
    );
    const found = await watching.looks(130_000);
    expect(found.map((f) => f.code)).toContain('deadline-passed');
    expect(found.find((f) => f.code === 'temporal-away')).toMatchObject({ ref: 'temporal', journey: null });
    expect((await watching.looks(100)).map((f) => f.code)).not.toContain('temporal-away');
    await exam.acknowledge();
    await watching.until(exam.id, []);
  });

  it('many of one code are owned ten one by one, and the rest as one', async () => {
    const { loop } = world();
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.push((await unhurried(loop)).id);
    await whileOwner(loop, (q) => q(`update journey set stage = 'telling' where id = any($1)`, [ids]));
    await eventually('all to be found', async () => {
      await watching.looks();
      const [{ n }] = await loop.db.query<[{ n: number }]>(
        `select count(*)::int as n from finding where code = 'read-model-apart' and cleared_at is null and concern is not null`,
      );
      return n === 12;
    });
    const raised = await loop.db.query<{ value: string }[]>(
      `select value from identifier where type = 'concern' and value = any($1) or value = 'read-model-apart:many'`,
      [ids.map((id) => `read-model-apart:${id}`)],
    );
    expect(raised).toHaveLength(11);
    expect(raised.map((r) => r.value)).toContain('read-model-apart:many');
    for (const id of ids) await new Examination(loop, id).does('vet', { priority: 'routine' }, VETTER);
    for (const id of ids) await watching.until(id, []);
  });

  it('what is amiss with a concern’s own journey is no concern again: the alarm rings for it', async () => {
    const { loop } = world();
    const { journey } = await concernAbout(loop, 'read-model-apart', 'many');
    // Its ladder records every moment, and writes its row anew each time; its evidence stays as it is.
    await whileOwner(loop, (q) =>
      q(
        `update evidence set body = jsonb_set(body, '{at}', '"2020-01-01T00:00:00.000Z"') where journey = $1 and seq = 1`,
        [journey],
      ),
    );
    await watching.until(journey, ['read-model-apart']);
    expect((await watching.kept(journey))[0]!.concern).toBeNull();
    expect(await watching.store.pressing()).toContainEqual({
      code: 'read-model-apart',
      journey,
      ref: journey,
      service: true,
    });
  });
});

describe('the watchdog finds nothing', () => {
  const world = useWorld();

  it('of its own: a watchdog that is silent is owned by the desk, once for each silence', async () => {
    const { loop } = world();
    const watch = loop.app.get(WatchdogWatch);
    const heard = (sql: string): Promise<unknown> => loop.db.query(`update watchdog set beat_at = ${sql}`);
    const told = async (): Promise<number> => {
      const [{ n }] = await loop.db.query<[{ n: number }]>(
        `select count(*)::int as n from inbox where data->>'code' = 'watchdog-silent'`,
      );
      return n;
    };
    await watch.look();
    expect(await told()).toBe(0); // it has only just begun
    await heard(`now() - interval '4 minutes'`);
    await watch.look();
    expect(await told()).toBe(0);
    await heard(`now() - interval '6 minutes'`);
    await watch.look();
    await watch.look();
    expect(await told()).toBe(1);
    expect(await concernAbout(loop, 'watchdog-silent', 'watchdog')).toMatchObject({
      closed: false,
      person: DESK.person,
    });
    await heard('null');
    await watch.look(new Date(Date.now() + 6 * 60_000)); // never heard of, for as long
    expect(await told()).toBe(2);
  });

  it('under normal running in skipped time: a happy journey, an idle one, and weeks of silence with every rung asked', async () => {
    const { loop } = world();
    await sendsItself(loop);
    const watching = new Watching(loop, {}, false);
    const idle = await Examination.requested(loop);
    const happy = await Examination.reported(loop);
    expect(await watching.looks()).toEqual([]);
    await happy.acknowledge();
    await happy.finish();
    expect(await watching.looks()).toEqual([]);
    for (let day = 1; day <= 21; day++) {
      await loop.advanceTo(new Date(Date.parse(await loop.now()) + 86_400_000).toISOString());
      await loop.quiet();
      expect(await watching.looks()).toEqual([]);
    }
    expect((await idle.events()).filter((e) => e.type === 'asked').length).toBeGreaterThan(3);
  });
});
