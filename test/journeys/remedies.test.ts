import type { Facts } from '../../domain/inputs';
import { loadPolicy } from '../../src/policy/policy-file';
import { testBundle } from '../support/servers';
import { rowsOf, sleepUntil, stuckOf } from './support/control';
import { aReport, DESK, Examination, SYSTEM, VETTER } from './support/examination';
import { deletes } from './support/history-world';
import { eventually, setPatience } from './support/patience';
import { RemedyWorld } from './support/remedy-world';
import { variant } from './support/variant';
import { Watching } from './support/watching';
import { expectRowsOnceInOrder } from './scenarios/rows';

/** What people do about a journey that does not go on, on a real server with real mail. Nobody is asked twice, and nothing is unwritten. */

jest.setTimeout(180_000);
beforeAll(() => setPatience(60_000));

const ENGLAND = { policy: loadPolicy('policies/england.yaml') };
const CRITICAL: Partial<Facts['report']> = {
  findings: [{ id: 'f1', category: 'critical', expected: false, region: 'abdomen' }],
};
/** The watchdog's patience with what is late, shorter than the two minutes of its own. */
const LATE_MS = 2_000;
/** After that it has to be found by the third try of the task, some twenty seconds; it promises one minute. */
const FOUND_WITHIN_MS = LATE_MS + 60_000;
const PLANTED = {
  file: 'workflows/imaging-journey.ts',
  from: 'state = fold(state, kept.events);',
  to: `state = fold(state, kept.events); await load(journey); if (state.images.length > 0) throw new Error('planted bug');`,
};

/** A journey's duties: who owes, who is asked, by when, how often asked. */
const owes = async (exam: Examination) =>
  Object.values((await exam.state()).obligations).map(
    ({ key, accountable, askedNow, limitAt, dueAt, asks, rung }) => ({
      ...{ key, accountable, askedNow, limitAt, dueAt, asks, rung },
    }),
  );
const remedied = async (exam: Examination) => (await exam.events()).filter((e) => e.type === 'remedied');
const recordedRemedy = (exam: Examination, times = 1) =>
  eventually('the remedy on record', async () => (await remedied(exam)).length >= times);

describe('a journey stuck by a planted bug', () => {
  let world: RemedyWorld;
  beforeAll(async () => {
    world = await RemedyWorld.open({ ...ENGLAND, bundle: await variant(PLANTED) });
  }, 120_000);
  afterAll(() => world?.close());

  it('is found by the watchdog, is replayed dry, and goes on from evidence once the code is mended, without a second mail', async () => {
    const { loop } = world;
    const exam = await Examination.requested(loop);
    const run = await exam.run();
    await exam.does('vet', { priority: 'urgent' }, VETTER);
    await exam.hears('images', { at: await loop.now() });
    const since = Date.now();
    const report = await exam.submit('report', aReport(await loop.now(), CRITICAL), SYSTEM);
    const watching = new Watching(loop, { lateMs: LATE_MS });
    const [found] = await watching.until(exam.id, ['task-failing']);
    expect(found).toMatchObject({ remedy: 'replay', ref: exam.id, concern: exam.id });
    expect(Date.now() - since).toBeLessThan(FOUND_WITHIN_MS);
    const before = await world.remedy('replay', exam.id, { dry: true, force: true });
    expect(before.body.items[0].would.run).toMatchObject({
      state: 'failing',
      failure: expect.stringContaining('planted bug'),
    });

    await world.deploys(testBundle());
    const dry = await world.remedy('replay', exam.id, { dry: true });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ secondPerson: false });
    const [{ would }] = dry.body.items;
    expect(would).toMatchObject({ newRun: true, ends: run, run: { run, source: 'temporal', fits: false } });
    expect(would.run.divergence.why).toMatch(/nondetermin/i);
    expect(would.run.divergence.event).toBeGreaterThan(1);
    expect(would.owes).toMatchObject({ closed: false, seq: (await exam.state()).seq });
    expect(would.owes.duties.map((d: { key: string }) => d.key)).toEqual(['report']);
    expect(await exam.run()).toBe(run);
    expect(await remedied(exam)).toEqual([]);

    const { status, body } = await world.call('POST', '', {
      remedy: 'replay',
      finding: 'task-failing',
      reason: 'code-mended',
      note: 'Synthetic words.',
    });
    expect([status, body.status]).toEqual([202, 'applied']);
    expect((await exam.outcomeOf(report)).result).toBe('recorded');
    await recordedRemedy(exam);
    expect((await loop.env.client.workflow.getHandle(exam.id, run).describe()).status.name).toBe(
      'TERMINATED',
    );
    expect(await exam.run()).not.toBe(run);
    const [told] = await remedied(exam);
    expect(told).toMatchObject({
      by: { person: 'admin-1', role: 'admin' },
      data: {
        remedy: 'replay',
        reason: 'code-mended',
        note: { ref: expect.any(String), commitment: expect.any(String) },
      },
    });
    expect(JSON.stringify(await exam.events())).not.toContain('Synthetic words');
    await expectRowsOnceInOrder(exam);
    await watching.until(exam.id, []);

    const dr = { person: 'dr-cons', role: 'consultant' } as const;
    await exam.does('acknowledge', { version: 'r1', findings: ['f1'], how: 'voice', readBack: true }, dr);
    await exam.finish('r1');
    await eventually('the end', () => exam.closed());
    const mails = world.mails(exam.id).map(({ ask }) => ask);
    expect(mails.length).toBeGreaterThan(0);
    expect(new Set(mails).size).toBe(mails.length);
    expect((await world.call('GET', `/${body.id}`)).body.items).toMatchObject([
      { journey: exam.id, command: expect.any(String) },
    ]);
  });
});

describe('remedies', () => {
  let world: RemedyWorld;
  beforeAll(async () => {
    world = await RemedyWorld.open({ ...ENGLAND, bundle: testBundle() });
  }, 120_000);
  afterAll(() => world?.close());

  const terminated = async (more: object = {}): Promise<Examination> => {
    const exam = await Examination.reported(world.loop, more);
    await exam.handle.terminate('by a test');
    return exam;
  };
  const mailed = (exam: Examination, times: number) =>
    eventually('the mails', async () => world.mails(exam.id).length >= times);

  it('a terminated run is begun anew; where a critical duty is open another person must approve', async () => {
    const exam = await Examination.reported(world.loop, CRITICAL);
    await mailed(exam, 1);
    await exam.handle.terminate('by a test');
    const [before, mails] = [await owes(exam), world.mails(exam.id).length];
    const asked = await world.remedy('replay', exam.id, { reason: 'run-lost' });
    expect(asked).toMatchObject({ status: 202, body: { status: 'waiting', items: [{ critical: true }] } });
    const path = `/${asked.body.id}/approve`;
    expect(await world.call('POST', path)).toMatchObject({
      status: 403,
      body: { code: 'second-person-must-differ' },
    });
    expect(await remedied(exam)).toEqual([]);
    expect((await world.call('POST', path, undefined, 'safety-1:safety-lead')).body.status).toBe('applied');
    expect(await world.call('POST', path, undefined, 'safety-1:safety-lead')).toMatchObject({
      status: 409,
      body: { code: 'remedy-over' },
    });
    await recordedRemedy(exam);
    expect(await remedied(exam)).toMatchObject([
      {
        by: { person: 'safety-1' },
        data: { asked: { person: 'admin-1', role: 'admin' }, reason: 'run-lost' },
      },
    ]);
    expect(await exam.status()).toBe('RUNNING');
    expect(await owes(exam)).toEqual(before);
    expect(world.mails(exam.id)).toHaveLength(mails);
  });

  it('a run whose history is gone is begun anew from evidence', async () => {
    const exam = await Examination.reported(world.loop);
    const before = await owes(exam);
    await deletes(world.loop, exam.id, await exam.run());
    const dry = await world.remedy('replay', exam.id, { dry: true });
    expect(dry.body.items[0].would.run).toEqual({ state: 'none', source: 'none', events: 0 });
    await world.remedy('replay', exam.id);
    await recordedRemedy(exam);
    expect(await owes(exam)).toEqual(before);
    expect(await exam.status()).toBe('RUNNING');
  });

  it('a sound run is left alone unless somebody insists, and then nothing is doubled either', async () => {
    const exam = await Examination.reported(world.loop);
    const [run, before] = [await exam.run(), await owes(exam)];
    expect(await world.remedy('replay', exam.id)).toMatchObject({
      status: 409,
      body: { code: 'run-is-sound' },
    });
    expect((await world.remedy('replay', exam.id, { force: true })).status).toBe(202);
    await recordedRemedy(exam);
    expect(await exam.run()).not.toBe(run);
    expect(await owes(exam)).toEqual(before);
    await expectRowsOnceInOrder(exam);
  });

  it('many at once, by the code of a finding: each is done or says why not', async () => {
    const [lost, sound] = [await terminated(), await Examination.reported(world.loop)];
    for (const { id } of [lost, sound])
      await world.loop.db.query(
        `insert into finding (id, code, journey, ref, reason, remedy) values (gen_random_uuid(), 'a-drill', $1, $2, 'synthetic', 'replay')`,
        [id, id],
      );
    const reply = await world.call('POST', '', { remedy: 'replay', finding: 'a-drill', reason: 'drill' });
    const by = new Map(reply.body.items.map((i: { journey: string }) => [i.journey, i]));
    expect(by.get(sound.id)).toMatchObject({ refused: 'run-is-sound' });
    expect(by.get(lost.id)).toMatchObject({ did: { newRun: true } });
    await recordedRemedy(lost);
    expect(await remedied(sound)).toEqual([]);
    expect(
      await world.call('POST', '', { remedy: 'replay', finding: 'none-such', reason: 'drill' }),
    ).toMatchObject({ status: 422, body: { code: 'nothing-picked' } });
  });

  /** A constraint refuses one kind of event of this journey: our bug. */
  const unrecordable = async (exam: Examination, type: string): Promise<() => Promise<unknown>> => {
    const { db } = world.loop;
    await db.query(
      `alter table evidence add constraint a_bug check (journey <> '${exam.id}' or type <> '${type}')`,
    );
    return () => db.query('alter table evidence drop constraint if exists a_bug');
  };

  it('a row that can never be recorded is set aside; those behind it go on; another comes in its stead, and the desk is done', async () => {
    const { loop } = world;
    const exam = await Examination.requested(loop);
    const mend = await unrecordable(exam, 'images');
    try {
      const run = await exam.run();
      const bad = await exam.submit('images', { at: await loop.now(), count: 7 }, SYSTEM);
      const behind = await exam.submit('vet', { priority: 'urgent' }, VETTER);
      await eventually(
        'the stuck row',
        async () => (await stuckOf(loop.db, exam.id))[0]?.times !== undefined,
      );
      expect(await world.remedy('quarantine', exam.id, { row: 3 })).toMatchObject({
        status: 409,
        body: { code: 'nothing-to-set-aside' },
      });
      await eventually('some tries', async () => (await stuckOf(loop.db, exam.id))[0]!.times >= 3);
      const dry = await world.remedy('quarantine', exam.id, { dry: true });
      expect(dry.body.items[0].would).toEqual({ row: 2, type: 'images', reason: 'QueryFailedError:23514' });
      await world.remedy('quarantine', exam.id, { reason: 'row-unusable' });
      expect(await exam.outcomeOf(bad)).toMatchObject({ result: 'refused', code: 'quarantined' });
      expect((await exam.outcomeOf(behind)).result).toBe('recorded');
      await recordedRemedy(exam);
      expect(await remedied(exam)).toMatchObject([{ data: { remedy: 'quarantine', row: 2 } }]);
      expect(await exam.run()).toBe(run);
      expect((await exam.duty('reconcile:quarantined:row:2')).accountable).toEqual({
        role: 'desk',
        person: DESK.person,
      });
      expect((await rowsOf(loop.db, exam.id))[1]).toMatchObject({
        id: bad.id,
        type: 'images',
        data: { count: 7 },
      });
    } finally {
      await mend();
    }
    const wrong = { type: 'images', data: { count: 'seven' } };
    expect(await world.remedy('correct', exam.id, { row: 2, correction: wrong })).toMatchObject({
      status: 422,
      body: { code: 'invalid-body' },
    });
    const right = { type: 'images', data: { at: await loop.now(), count: 8 } };
    expect(await world.remedy('correct', exam.id, { row: 3, correction: right })).toMatchObject({
      status: 409,
      body: { code: 'nothing-to-correct' },
    });
    const asked = await world.remedy('correct', exam.id, { row: 2, correction: right });
    expect(asked.body.status).toBe('waiting');
    await world.call('POST', `/${asked.body.id}/approve`, undefined, 'engineer-1:on-call-engineer');
    await recordedRemedy(exam, 2);
    expect((await exam.events()).find((e) => e.type === 'images')).toMatchObject({
      data: { count: 8 },
      by: { person: 'admin-1' },
    });
    expect(
      (await exam.events()).find((e) => e.type === 'ended' && e.key === 'reconcile:quarantined:row:2'),
    ).toMatchObject({ how: 'discharged' });
    expect(await exam.open()).toEqual(['report']);
    expect(await world.remedy('correct', exam.id, { row: 2, correction: right })).toMatchObject({
      status: 409,
    });
  });

  it('a record in back-off is tried at once when somebody resumes it, and once', async () => {
    const { loop } = world;
    const exam = await Examination.requested(loop);
    const mend = await unrecordable(exam, 'vet');
    let vet;
    try {
      vet = await exam.submit('vet', { priority: 'urgent' }, VETTER);
      // By then the run waits sixteen seconds or more.
      await eventually('a long wait', async () => ((await stuckOf(loop.db, exam.id))[0]?.times ?? 0) >= 15);
    } finally {
      await mend();
    }
    const [{ last }] = await loop.db.query<[{ last: Date }]>(
      'select last_at as last from stuck where journey = $1',
      [exam.id],
    );
    expect((await world.remedy('resume', exam.id, { reason: 'outage-over' })).body.items[0].did).toEqual({
      rows: 1,
      asks: 0,
      stuck: 1,
    });
    await exam.outcomeOf(vet);
    const event = (await exam.events()).find((e) => e.type === 'vet')!;
    expect(Date.parse(event.at) - last.getTime()).toBeLessThan(12_000);
    await recordedRemedy(exam);
    await expectRowsOnceInOrder(exam);
    expect(await world.remedy('resume', exam.id)).toMatchObject({
      status: 409,
      body: { code: 'nothing-waits' },
    });
  });

  it('an ask that failed goes out again under its own id, marked; one that was sent does not', async () => {
    const exam = await Examination.reported(world.loop, CRITICAL);
    await mailed(exam, 1);
    expect(await world.remedy('redeliver', exam.id)).toMatchObject({
      status: 409,
      body: { code: 'nothing-waits' },
    });
    const [sent] = world.mails(exam.id);
    await eventually('the mark', async () => {
      const rows = await world.loop.db.query<unknown[]>(
        `select 1 from ask where id = $1 and status = 'sent'`,
        [sent!.ask],
      );
      return rows.length === 1;
    });
    // As a report of the mail system makes it that it came back, where nobody is above.
    await world.loop.db.query(
      `update ask set status = 'failed', failure = '5.1.1', prove_by = null where id = $1`,
      [sent!.ask],
    );
    const asked = await world.remedy('redeliver', exam.id, { reason: 'not-delivered' });
    expect(asked.body.status).toBe('waiting');
    await world.call('POST', `/${asked.body.id}/approve`, undefined, 'safety-1:safety-lead');
    await mailed(exam, 2);
    const mails = world.mails(exam.id).filter(({ ask }) => ask === sent!.ask);
    expect(mails.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(mails.map(({ mail }) => mail.headers['message-id'])).size).toBe(1);
    expect((await exam.duty('acknowledge:r1')).asks).toBe(1);
    await recordedRemedy(exam);
    expect(await world.remedy('redeliver', exam.id)).toMatchObject({
      status: 409,
      body: { code: 'nothing-waits' },
    });
  });

  it('is for those who may, about what is there', async () => {
    const exam = await Examination.requested(world.loop);
    expect((await world.remedy('replay', exam.id, {}, 'dr-cons:consultant')).status).toBe(403);
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await world.remedy('replay', nobody)).toMatchObject({
      status: 404,
      body: { code: 'unknown-journey' },
    });
    expect((await world.call('POST', `/${nobody}/approve`)).body.code).toBe('unknown-remedy');
    const list = await world.call('GET', `?journey=${exam.id}`);
    expect(list).toMatchObject({ status: 200, body: { items: [] } });
  });
});

describe('a deadline that passed while no run was there', () => {
  let world: RemedyWorld;
  beforeAll(async () => {
    world = await RemedyWorld.open();
  }, 120_000);
  afterAll(() => world?.close());

  it('is asked about once, as late, when the journey begins anew', async () => {
    const exam = await Examination.requested(world.loop);
    await exam.handle.terminate('by a test');
    const { dueAt, limitAt } = await exam.duty('vet');
    await sleepUntil(world.loop, dueAt);
    await world.remedy('replay', exam.id, { reason: 'run-lost' });
    await recordedRemedy(exam);
    const cause = `due:vet/1/0/${dueAt}`;
    await eventually('the late ask', async () => (await exam.of(cause)).length > 0);
    const asked = await exam.of(cause);
    expect(asked.map(({ type }) => type)).toEqual(['asked']);
    expect(asked[0]!.at > dueAt).toBe(true);
    expect((await exam.duty('vet')).limitAt).toBe(limitAt);
    const asks = await world.loop.db.query<{ n: number }[]>(
      `select count(*)::int as n from ask where journey = $1 and key = 'vet' and ask = 1`,
      [exam.id],
    );
    expect(asks).toEqual([{ n: 1 }]);
  });
});
