import { randomUUID } from 'node:crypto';
import { appendRow } from '../../../src/intake/inbox';
import type { Loop } from '../../support/loop';
import { aReport, CONSULTANT, DESK, Examination, SYSTEM } from '../support/examination';
import { relayStarts, relayStops } from '../support/control';
import { eventually } from '../support/patience';
import { join, two } from './merging';

/** What a third journey left to the loser, as it was on its way when the loser ended itself, reaches the survivor. */
export const lateAbsorption = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await join(t, aReport(await loop.now()));
  const dueAt = new Date(Date.parse(await loop.now()) + 60_000).toISOString();
  const owed = { key: 'acknowledge:flag:deep', limitAt: dueAt, dueAt, rung: 1, asks: 1 };
  const flag = { at: await loop.now(), id: 'deep', category: 'critical', region: 'neck', raisedBy: 'rad-1' };
  const facts = [{ type: 'flag', data: flag, by: SYSTEM, receivedAt: flag.at, at: flag.at }];
  const from = randomUUID();
  const data = { from, facts, open: [owed] };
  await loop.db.transaction((m) =>
    appendRow(m, t.younger.id, {
      type: 'absorb',
      data: data as never,
      by: SYSTEM,
      receivedAt: flag.at,
      queries: [`internal-error:${from}/row:4`],
    }),
  );
  await eventually('the duty to be owed there', async () => (await t.older.open()).includes(owed.key));
  expect((await t.older.duty(owed.key)).limitAt).toBe(dueAt);
  expect(await t.older.open()).toContain(`reconcile:internal-error:${from}/row:4`);
};

/** A row that had found the loser before the merge was known, and reached its inbox after it. */
const onItsWay = (loop: Loop, loser: string, type: 'flag' | 'acknowledge', data: object, by = SYSTEM) =>
  loop
    .now()
    .then((receivedAt) =>
      loop.db.transaction((m) => appendRow(m, loser, { type, data: data as never, by, receivedAt })),
    );

/** A fact on its way to the loser reaches the survivor; a person's command is told where to go. */
export const lateForTheLoser = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await join(t, aReport(await loop.now()));
  const flag = { at: await loop.now(), id: 'late', category: 'critical', region: 'head', raisedBy: 'rad-1' };
  const fact = await onItsWay(loop, t.younger.id, 'flag', flag);
  expect(await t.younger.outcomeOf(fact)).toMatchObject({ result: 'recorded', mergedInto: t.older.id });
  await eventually('the duty to be owed there', async () =>
    (await t.older.open()).includes('acknowledge:flag:late'),
  );
  const command = await onItsWay(
    loop,
    t.younger.id,
    'acknowledge',
    { version: 'r1', findings: ['f1'], how: 'screen' },
    CONSULTANT,
  );
  expect(await t.younger.outcomeOf(command)).toMatchObject({ result: 'refused', code: 'journey-merged' });
  expect(await t.younger.open()).toEqual([]);
};

/** The journey that a match names is merged away itself before the match is recorded. */
export const survivorMovedOn = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  const { journey } = await loop.send('report', aReport(await loop.now(), { version: 3 }));
  const unmatched = new Examination(loop, journey);
  await relayStops(loop);
  const match = await unmatched.submit('match', { journey: t.younger.id }, DESK);
  const joining = loop.send(
    'viewed',
    { at: await loop.now(), person: 'p', quality: 'diagnostic' },
    { identifiers: t.both, patient: t.patient },
  );
  relayStarts(loop);
  await joining;
  expect(await unmatched.outcomeOf(match)).toMatchObject({ result: 'recorded' });
  await eventually('the report to be known there', async () => (await t.older.state()).reports.length === 1);
  expect(await t.older.open()).toContain('acknowledge:r3');
};

/** Two people match two unmatched messages to each other at once: one stays, with everything. */
export const matchedToEachOther = async (loop: Loop): Promise<void> => {
  const at = await loop.now();
  const sent = [1, 2].map((version) => loop.send('report', aReport(at, { version, requester: 'dr-req' })));
  const [a, b] = (await Promise.all(sent)).map(({ journey }) => new Examination(loop, journey));
  await relayStops(loop);
  const matches = [
    await a!.submit('match', { journey: b!.id }, DESK),
    await b!.submit('match', { journey: a!.id }, DESK),
  ];
  relayStarts(loop);
  const outcomes = [await a!.outcomeOf(matches[0]!), await b!.outcomeOf(matches[1]!)];
  expect(outcomes.map((o) => o.result).sort()).toEqual(['recorded', 'refused']);
  const survivor = outcomes[0]!.result === 'refused' ? a! : b!;
  await eventually('both reports', async () => (await survivor.state()).reports.length === 2);
  expect((await survivor.open()).length).toBeGreaterThan(0);
};

/** Messages that join the same journeys come at once. */
export const joinedAtOnce = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  const at = await loop.now();
  const joining = Array.from({ length: 6 }, (_, i) =>
    loop.send(
      'viewed',
      { at, person: `p${i}`, quality: 'diagnostic' },
      { identifiers: t.both, patient: t.patient },
    ),
  );
  for (const { journey } of await Promise.all(joining)) expect(journey).toBe(t.older.id);
  await eventually('the images to be known there', async () => (await t.older.state()).images.length === 1);
  expect((await t.older.state()).views).toHaveLength(6);
  expect((await t.older.events()).filter((e) => e.type === 'absorb')).toHaveLength(1);
};

/** Two orders that race for one identifier open one journey. */
export const racing = async (loop: Loop): Promise<void> => {
  const identifiers = [{ assigner: 'ris', type: 'order', value: `race-${process.pid}` }];
  const at = await loop.now();
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      loop.send('viewed', { at, person: `p${i}`, quality: 'diagnostic' }, { identifiers }),
    ),
  );
  expect(new Set(all.map((a) => a.journey)).size).toBe(1);
  expect(all.filter((a) => a.created)).toHaveLength(1);
  expect(all.map((a) => a.n).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
};
