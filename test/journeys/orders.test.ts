import type { Facts } from '../../domain/inputs';
import { aReport, aRequest, CONSULTANT, Examination, newOrder, SYSTEM } from './support/examination';
import { newPatient } from './support/patients';
import { eventually, setPatience } from './support/patience';
import { useWorld } from './support/use-loop';

type Fact = { [T in keyof Facts]: [T, Facts[T]] }[keyof Facts];

/** What the sources say of one examination, at the times that they give. */
const facts = (at: (minute: number) => string): Fact[] => [
  ['request', aRequest(at(0))],
  ['images', { at: at(30) }],
  ['images', { at: at(31), site: 'S2' }],
  ['transfer', { at: at(32), id: 't1', from: 'S2', to: 'S1' }],
  ['flag', { at: at(33), id: 'x', category: 'critical', region: 'chest', raisedBy: 'rad-1' }],
  ['report', aReport(at(40), { status: 'preliminary' })],
  ['report', aReport(at(50), { version: 2 })],
  [
    'report',
    aReport(at(55), {
      version: 3,
      status: 'amended',
      findings: [{ id: 'f1', category: 'cancer', expected: false, region: 'abdomen' }],
    }),
  ],
  ['enquiry', { at: at(56), id: 'e1', from: 'patient', about: 'not-heard' }],
  ['cancel', { at: at(10) }],
];

/** Pseudo-random, so that a failure can be repeated. */
const shuffled = <T>(list: readonly T[], seed: number): T[] => {
  let state = seed;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return list
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
};

describe('any order and any duplication', () => {
  const world = useWorld();

  /** One journey, told in one order, until everything is recorded; what is owed in the end, by whom. */
  const told = async (all: readonly Fact[], seed: number): Promise<string> => {
    const { loop } = world();
    const more = { journey: undefined, identifiers: newOrder(), patient: newPatient() };
    const exam = new Examination(loop, '');
    let journey = '';
    for (const [type, data] of shuffled([...all, ...shuffled(all, seed).slice(0, 5)], seed + 1_000))
      ({ journey } = await exam.submit(type, data, SYSTEM, more));
    await eventually(`order ${seed}`, async () => {
      const done = 'select finished_n = last_n as done from delivery where journey = $1';
      const [row] = await loop.db.query<{ done: boolean }[]>(done, [journey]);
      return row?.done;
    });
    const { obligations, closed } = await loop.journey(journey);
    const open = Object.values(obligations).map((o) => [
      o.key,
      o.category ?? '',
      o.accountable.role,
      o.accountable.person,
    ]);
    return JSON.stringify([closed, open.sort()]);
  };

  it('of the same facts ends in the same open duties, with the same owners', async () => {
    setPatience(30_000);
    const start = Date.parse(await world().loop.now()) - 3_600_000;
    const all = facts((minute) => new Date(start + minute * 60_000).toISOString());
    const ends = new Set<string>();
    for (let seed = 1; seed <= 30; seed += 6)
      for (const end of await Promise.all([0, 1, 2, 3, 4, 5].map((i) => told(all, seed + i)))) ends.add(end);
    expect([...ends]).toHaveLength(1);
    expect([...ends][0]).toContain('acknowledge:r3');
  });

  it('acknowledged in any order with an amendment, the amendment is owed', async () => {
    const { loop } = world();
    for (const early of [true, false]) {
      const exam = await Examination.reported(loop);
      const amended = aReport(await loop.now(), {
        version: 2,
        status: 'amended',
        findings: [{ id: 'f2', category: 'cancer', expected: false, region: 'chest' }],
      });
      if (early) await exam.acknowledge();
      await exam.hears('report', amended);
      if (!early)
        expect(
          await exam.does('acknowledge', { version: 'r1', findings: ['f1'], how: 'screen' }, CONSULTANT),
        ).toMatchObject({ code: 'version-superseded' });
      expect(await exam.open()).toContain('acknowledge:r2');
    }
  });
});
