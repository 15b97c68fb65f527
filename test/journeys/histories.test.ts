import { gzipSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HistoriesReader } from '../../src/histories/histories.reader';
import { HistoryKeeper } from '../../src/histories/history-keeper';
import { aReport, DESK, Examination, VETTER } from './support/examination';
import type { Reply } from './support/history-world';
import {
  apiOver,
  archives,
  check,
  closes,
  concernAbout,
  copiesOf,
  deletes,
  keeperStops,
  runsOf,
  withoutSource,
} from './support/history-world';
import { eventually, setPatience } from './support/patience';
import { useWorld } from './support/use-loop';

/** Histories that outlive Temporal's retention, on a real server that deletes them. */

describe('the archive of histories', () => {
  const world = useWorld({ real: { deletesSoon: true } });
  let app: NestFastifyApplication;
  let history: (journey: string, query?: string, role?: string) => Promise<Reply>;
  beforeAll(async () => {
    setPatience(40_000);
    await keeperStops(world().loop);
    ({ app, history } = await apiOver(world(), world().loop.env.address));
  }, 60_000);
  afterAll(() => app?.close());

  const closed = async (): Promise<Examination> => {
    const exam = await Examination.reported(world().loop);
    await closes(exam);
    return exam;
  };

  it('a journey that has closed is archived by itself, a moment after its run has ended', async () => {
    const { loop } = world();
    const exam = await closed();
    loop.app.get(HistoryKeeper).start();
    try {
      const [copy] = await eventually('the copy', async () => {
        const copies = await copiesOf(loop, exam.id);
        return copies.some((c) => c.whole) && copies;
      });
      expect(copy).toMatchObject({ run: await exam.run(), whole: true });
    } finally {
      await keeperStops(loop);
    }
    expect(await runsOf(loop, exam.id)).toMatchObject([{ ended_how: 'completed', settled: true }]);
  });

  it('reads the same before and after its executions were deleted, a reopened journey with both its runs', async () => {
    const { loop } = world();
    const exam = await closed();
    await exam.hears('report', aReport(await loop.now(), { version: 2, status: 'amended' }));
    await closes(exam, 'r2');
    await archives(loop, exam.id);
    const runs = await runsOf(loop, exam.id);
    expect(runs.map((r) => r.settled)).toEqual([true, true]);

    const before = await history(exam.id);
    expect(before.body.runs.map((r) => r.source)).toEqual(['temporal', 'temporal']);
    for (const { run } of runs) await deletes(loop, exam.id, run);
    const after = await history(exam.id);
    expect(after.body.runs.map((r) => [r.source, r.sound])).toEqual([
      ['archive', true],
      ['archive', true],
    ]);
    expect(withoutSource(after)).toBe(withoutSource(before));
  });

  it('stands beside the clinical events that each Temporal event recorded or caused', async () => {
    const exam = await closed();
    const { items } = (await history(exam.id)).body;
    const evidence = await exam.events();
    const numbered = evidence.map(({ seq, type }) => ({ seq, type }));
    expect(items.flatMap((i) => i.recorded ?? [])).toEqual(numbered);
    const signals = items.filter((i) => i.type === 'workflow execution signaled');
    expect(signals[0]!.says).toMatchObject({ signalName: 'rowArrived', input: [{ row: { n: 1 } }] });
    for (const { says, caused } of signals) {
      const [{ row }] = says['input'] as [{ row: { n: number } }];
      const own = evidence.filter((e) => e.cause === `row:${row.n}`);
      expect(caused).toEqual(own.map(({ seq, type }) => ({ seq, type })));
    }

    const pages: Reply['body']['items'] = [];
    for (let query: string | undefined = '?limit=7'; query;) {
      const page: Reply = await history(exam.id, query);
      pages.push(...page.body.items);
      query = page.body.next && `?limit=7&cursor=${page.body.next}`;
    }
    expect(pages).toEqual(items);
    expect((await history(exam.id, '', 'consultant')).status).toBe(403);
  });

  it('with Temporal away the archive answers, and where nothing is kept yet it says so', async () => {
    const { loop } = world();
    const [kept, open] = [await closed(), await Examination.requested(loop)];
    await archives(loop, kept.id);
    const away = await apiOver(world(), '127.0.0.1:1');
    try {
      expect(withoutSource(await away.history(kept.id))).toBe(withoutSource(await history(kept.id)));
      expect(await away.history(open.id)).toMatchObject({
        status: 503,
        body: { code: 'history-unavailable' },
      });
    } finally {
      await away.app.close();
    }
  }, 60_000);

  it('a copy that somebody changed is told: its hash differs', async () => {
    const { loop } = world();
    const exam = await closed();
    await archives(loop, exam.id);
    await deletes(loop, exam.id, await exam.run());
    const copies = () => new HistoriesReader(loop.db).archivedOf(exam.id);
    const [kept] = await copies();
    // Packed again as it should be: only its hash gives it away.
    const forged = gzipSync(kept!.text!.replace('EVENT_TYPE_TIMER_CANCELED', 'EVENT_TYPE_TIMER_FIRED'));
    const tamper = () =>
      loop.db.query('update history_archive set body = $2 where journey = $1', [exam.id, forged]);
    await expect(tamper()).rejects.toThrow('append-only');
    await expect(loop.db.query('delete from history_archive where journey = $1', [exam.id])).rejects.toThrow(
      'append-only',
    );
    await loop.db.query('alter table history_archive disable trigger history_archive_is_never_changed');
    try {
      await tamper();
    } finally {
      await loop.db.query('alter table history_archive enable trigger history_archive_is_never_changed');
    }
    const [changed] = await copies();
    expect(changed).toMatchObject({ sha256: kept!.sha256, whole: true });
    expect(changed!.text).toBeUndefined();
    expect((await history(exam.id)).body).toMatchObject({ runs: [{ source: 'archive', sound: false }] });
  });

  it('a later copy of an open run takes the place of its beginning, and of nothing else', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await archives(loop, exam.id);
    expect(await copiesOf(loop, exam.id)).toMatchObject([{ whole: false }]);
    const [first] = await copiesOf(loop, exam.id);
    await exam.does('vet', { priority: 'urgent' }, VETTER);
    await eventually('a longer copy', async () => {
      await archives(loop, exam.id);
      return (await copiesOf(loop, exam.id))[0]!.events > first!.events;
    });
    expect(await copiesOf(loop, exam.id)).toHaveLength(1);

    await loop.db.query('alter table history_archive disable trigger user');
    await loop.db.query(`update history_archive set sha256 = 'of something else' where journey = $1`, [
      exam.id,
    ]);
    await loop.db.query('alter table history_archive enable trigger user');
    await archives(loop, exam.id);
    expect(await copiesOf(loop, exam.id)).toHaveLength(2);
    expect(await concernAbout(loop, 'history-altered', exam.id)).toMatchObject({ subject: 'service' });
  });

  it('an archive that fails is tried again, and owned by the desk once it has failed for an hour', async () => {
    const { loop } = world();
    const exam = await closed();
    await loop.db.query(`alter table history_archive add constraint a_bug check (journey <> '${exam.id}')`);
    try {
      await archives(loop, exam.id);
      expect(await runsOf(loop, exam.id)).toMatchObject([
        { settled: false, failing_since: expect.any(Date) },
      ]);
      expect((await check(loop)).filter((c) => c.journey === exam.id)).toEqual([]);
      await loop.db.query(
        `update run set failing_since = now() - interval '61 minutes' where journey = '${exam.id}'`,
      );
      await check(loop);
      await check(loop);
    } finally {
      await loop.db.query('alter table history_archive drop constraint a_bug');
    }
    const concern = await concernAbout(loop, 'history-not-archived', exam.id);
    expect(concern).toMatchObject({ subject: 'service', closed: false, person: 'lead-desk' });
    const { body } = await app.inject({
      url: '/api/v1/worklist?subject=service',
      headers: { authorization: 'Bearer dev:lead-desk:desk' },
    });
    expect(body).toContain(concern.key);
    const rows = await loop.db.query('select 1 from inbox where journey = $1', [concern.journey]);
    expect(rows).toHaveLength(1);
    await archives(loop, exam.id);
    expect(await runsOf(loop, exam.id)).toMatchObject([{ settled: true, failing_since: null }]);
    const desk = new Examination(loop, concern.journey);
    await desk.does('explain', { duty: concern.key }, DESK);
    expect(await desk.closed()).toBe(true);
  });

  it('the check finds a run that nobody noted, has it archived, and somebody owns it', async () => {
    const { loop } = world();
    const exam = await closed();
    await archives(loop, exam.id);
    await loop.db.query('alter table history_archive disable trigger user');
    await loop.db.query(`delete from history_archive where journey = '${exam.id}'`);
    await loop.db.query('alter table history_archive enable trigger user');
    await loop.db.query(`delete from run where journey = '${exam.id}'`);
    const found = await eventually('Temporal to list it', async () =>
      (await check(loop)).find((c) => c.journey === exam.id),
    );
    expect(found).toMatchObject({ code: 'run-not-noted', run: await exam.run() });
    await archives(loop, exam.id);
    expect(await copiesOf(loop, exam.id)).toMatchObject([{ whole: true }]);
    expect(await concernAbout(loop, 'run-not-noted', exam.id)).toMatchObject({ person: 'lead-desk' });
    expect((await check(loop)).filter((c) => c.journey === exam.id)).toEqual([]);
  });

  it('a whole copy that was dropped shows in the counts, and is made again', async () => {
    const { loop } = world();
    const exam = await closed();
    await archives(loop, exam.id);
    await loop.db.query('alter table history_archive disable trigger user');
    await loop.db.query(`delete from history_archive where journey = '${exam.id}'`);
    await loop.db.query('alter table history_archive enable trigger user');
    await eventually('Temporal to list it', async () => {
      await check(loop);
      return (await runsOf(loop, exam.id))[0]!.settled === false;
    });
    await archives(loop, exam.id);
    expect(await copiesOf(loop, exam.id)).toMatchObject([{ whole: true }]);
  });

  it('a history that was deleted before it was kept is recorded as missing, and owned', async () => {
    const { loop } = world();
    const exam = await closed();
    await deletes(loop, exam.id, await exam.run());
    await archives(loop, exam.id);
    expect(await runsOf(loop, exam.id)).toMatchObject([{ ended_how: 'missing', settled: true }]);
    await check(loop);
    expect(await concernAbout(loop, 'history-missing', exam.id)).toMatchObject({ person: 'lead-desk' });
    expect((await history(exam.id)).body).toMatchObject({ runs: [{ source: 'none' }], items: [] });
  });
});

describe('a journey that is continued as new', () => {
  const world = useWorld({ real: { suggestAfter: 30 } });

  it('has all its runs followed, also those that answered no signal that was noted', async () => {
    const { loop } = world();
    await keeperStops(loop);
    const exam = await Examination.requested(loop);
    const first = await exam.run();
    const at = await loop.now();
    for (let i = 0; i < 8; i++) await exam.hears('viewed', { at, person: `p-${i}`, quality: 'diagnostic' });
    await eventually('the next run', async () => (await exam.run()) !== first);
    await loop.db.query('delete from run where journey = $1 and run <> $2', [exam.id, first]);
    await archives(loop, exam.id);
    const runs = await runsOf(loop, exam.id);
    expect(runs[0]).toMatchObject({ run: first, ended_how: 'continued', settled: true });
    expect(runs.map((r) => r.run)).toContain(await exam.run());
  });
});
