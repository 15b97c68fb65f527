import { linkHash } from '../../src/journeys/evidence-chain';
import { JourneyRecord } from '../../src/journeys/journey-record';
import type { JourneyEvent } from '../../domain/events';
import { CONSULTANT, Examination, newOrder, SYSTEM } from './support/examination';
import { historyOf, recordsOf } from './support/history';
import { eventually } from './support/patience';
import { useWorld } from './support/use-loop';

interface Link {
  seq: number;
  body: JourneyEvent;
  previous: string;
  hash: string;
}

describe('evidence', () => {
  const world = useWorld();
  const links = (journey: string): Promise<Link[]> =>
    world().loop.db.query('select seq, body, previous, hash from evidence where journey = $1 order by seq', [
      journey,
    ]);

  /** Works the chain out again from nothing but the events. */
  const verify = (journey: string, chain: readonly Link[]): number[] => {
    let head = '';
    return chain.flatMap(({ seq, body, previous, hash }, i) => {
      const sound =
        previous === head && hash === linkHash(journey, head, body) && seq === i + 1 && body.seq === seq;
      head = hash;
      return sound ? [] : [seq];
    });
  };

  it('the chain verifies, and its head is the journey’s', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    await exam.acknowledge();
    await exam.finish();
    const chain = await links(exam.id);
    expect(verify(exam.id, chain)).toEqual([]);
    const [row] = await loop.db.query<{ head: string; seq: number }[]>(
      'select head, seq from journey where id = $1',
      [exam.id],
    );
    expect(row).toEqual({ head: chain.at(-1)!.hash, seq: chain.length });
  });

  it('a changed, dropped, reordered or borrowed event breaks it', async () => {
    const exam = await Examination.reported(world().loop);
    const chain = await links(exam.id);
    const changed = chain.map((l) =>
      l.seq === 3 ? { ...l, body: { ...l.body, at: l.body.at.replace('Z', '1Z') } as JourneyEvent } : l,
    );
    expect(verify(exam.id, changed)).toEqual([3]);
    expect(
      verify(
        exam.id,
        chain.filter((l) => l.seq !== 4),
      ).length,
    ).toBeGreaterThan(0);
    expect(verify(exam.id, [chain[1]!, chain[0]!, ...chain.slice(2)]).length).toBeGreaterThan(0);
    expect(verify('another-journey', chain)).toHaveLength(chain.length);
  });

  it('writers at the same moment never fork it: one records, and the others are given what it recorded', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    const before = await exam.state();
    const record = loop.app.get(JourneyRecord);
    const { epoch } = await record.load(exam.id);
    const at = await loop.now();
    const refused = { type: 'refused', input: 'claim', code: 'already-done', by: SYSTEM } as const;
    const kept = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        record.record(
          exam.id,
          { seq: before.seq, epoch },
          { id: `writer:${i}`, rowsOverdue: true },
          { at, events: [refused] },
        ),
      ),
    );
    const chain = await links(exam.id);
    expect(verify(exam.id, chain)).toEqual([]);
    const added = chain.slice(before.seq);
    expect(new Set(added.map(({ body }) => body.cause)).size).toBe(1);
    for (const { events, head } of kept)
      expect([events, head]).toEqual([added.map(({ body }) => body), chain.at(-1)!.hash]);
  });

  it('is only ever added to: no update, no delete, no truncate', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    for (const sql of [
      `update evidence set type = 'closed' where journey = '${exam.id}'`,
      `delete from evidence where journey = '${exam.id}'`,
      'truncate evidence',
    ])
      await expect(loop.db.query(sql)).rejects.toThrow('append-only');
    expect((await links(exam.id)).length).toBe((await exam.state()).seq);
  });

  it('without the triggers it could be changed: they are what refuses', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await loop.db.query('alter table evidence disable trigger evidence_is_append_only');
    try {
      await loop.db.query(`update evidence set body = body || '{"at": "x"}' where journey = $1 and seq = 2`, [
        exam.id,
      ]);
      expect(verify(exam.id, await links(exam.id))).toEqual([2]);
    } finally {
      await loop.db.query('alter table evidence enable trigger evidence_is_append_only');
    }
  });

  it('an open journey has an open obligation, and a closed one none: the database insists', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    const set = (what: string) => loop.db.query(`update journey set ${what} where id = $1`, [exam.id]);
    await expect(set('open_obligations = 0')).rejects.toThrow('somebody_owes');
    await expect(set('closed = true')).rejects.toThrow('nobody_owes_when_closed');
  });

  it("Temporal's history is a second witness: its records name the same events and heads", async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    await exam.acknowledge();
    await exam.acknowledge();
    const chain = await links(exam.id);
    // The last record's marker is written with the task that made it, a moment after the record itself.
    const records = await eventually('the last record in the history', async () => {
      const all = recordsOf(await historyOf(loop, exam.id));
      return all.at(-1)?.events.at(-1)?.seq === chain.length && all;
    });
    expect(records.flatMap((r) => r.events)).toEqual(chain.map((l) => l.body));
    const heads = new Map(chain.map((l) => [l.seq, l.hash]));
    for (const { events, head } of records) expect(head).toBe(heads.get(events.at(-1)!.seq));
  });
});

describe('no patient in Temporal', () => {
  const world = useWorld();
  const CANARIES = {
    name: 'Canary Featherstone',
    nhsNumber: '9990000018',
    hospitalNumber: 'H-CANARY-77',
    birthDate: '1931-03-09',
  };
  const TEXT = 'canary text: mass in the left upper lobe';

  it('neither details nor free text, nor a digest that could be guessed, reach its history', async () => {
    const { loop } = world();
    const patient = { ...CANARIES, assigner: 'T1', address: '1 Canary Row' };
    // Each time other words, since the same words are sealed once.
    let said = 0;
    const texts = () => ({ note: `${TEXT}, note ${++said}`, text: `${TEXT}, text ${said}` });
    const identifiers = newOrder();
    const exam = await Examination.requested(loop, { patient, identifiers, texts: texts() });
    await exam.hears('images', { at: await loop.now() }, { patient, identifiers });
    const report = {
      version: 1,
      status: 'final',
      at: await loop.now(),
      reporter: 'rep-1',
      findings: [],
    } as const;
    await exam.submit('report', report, SYSTEM, { patient, identifiers, texts: texts() });
    await exam.submit(
      'enquiry',
      { at: await loop.now(), id: 'e1', from: 'patient', about: 'complaint' },
      SYSTEM,
      { texts: texts() },
    );
    await exam.does('answer', { enquiry: 'e1' }, CONSULTANT, { texts: texts() });
    await loop.quiet();
    const [{ sealed }] = await loop.db.query<[{ sealed: number }]>(
      'select count(*)::int as sealed from sealed where journey = $1',
      [exam.id],
    );
    expect(sealed).toBeGreaterThan(4);
    const history = JSON.stringify(await historyOf(loop, exam.id), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    const { raw } = await exam.handle.describe();
    const seen = `${history}${JSON.stringify(raw)}`;
    expect(seen).toContain(exam.id);
    for (const canary of [...Object.values(patient), 'anary', TEXT])
      expect(seen).not.toContain(canary === 'T1' ? 'local:T1' : canary);
    const evidence = JSON.stringify(await exam.events());
    for (const canary of ['anary', CANARIES.nhsNumber, CANARIES.birthDate])
      expect(evidence).not.toContain(canary);
  });
});
