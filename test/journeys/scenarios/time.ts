import type { Loop } from '../../support/loop';
import {
  relayStarts,
  relayStops,
  sleepUntil,
  whileWorkerIsAway,
  workerStarts,
  workerStops,
} from '../support/control';
import { Examination, SYSTEM, VETTER } from '../support/examination';
import { eventually } from '../support/patience';

/** Vetted before its limit, with the worker away; processed after it. All in real time. */
export const inTimeThoughProcessedLate = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const { limitAt } = await exam.duty('vet');
  await relayStops(loop);
  await workerStops(loop);
  const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await sleepUntil(loop, limitAt);
  relayStarts(loop);
  await workerStarts(loop);
  await exam.outcomeOf(row);
  const events = await exam.events();
  const vetted = events.find((e) => e.type === 'vet')!;
  expect(vetted.receivedAt < limitAt).toBe(true);
  expect(vetted.at > limitAt).toBe(true);
  const ended = events.find((e) => e.type === 'ended');
  expect(ended).toMatchObject({ key: 'vet', how: 'discharged' });
  expect(ended).not.toHaveProperty('late');
  expect(ended).not.toHaveProperty('passed');
  expect(events.some((e) => e.type === 'asked')).toBe(false);
};

/** Vetted after its limit, and the deadline could not fire since the worker was away: late, and nobody is asked any more. */
export const passedWithoutAnAsk = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const { limitAt, dueAt } = await exam.duty('vet');
  const { rows } = await whileWorkerIsAway(exam, 'vet', () =>
    exam.submit('vet', { priority: 'urgent' }, VETTER),
  );
  await exam.outcomeOf(rows);
  const events = await exam.events();
  expect(events.find((e) => e.type === 'ended')).toMatchObject({ key: 'vet', late: true, passed: dueAt });
  expect(limitAt).toBe(dueAt);
  expect(events.some((e) => e.type === 'asked')).toBe(false);
  const asks = await loop.db.query('select 1 from ask where journey = $1 and key = $2', [exam.id, 'vet']);
  expect(asks).toEqual([]);
};

/** Several deadlines have come while the worker was away: by instant, then by risk, then by key. */
export const deadlinesInOrder = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await workerStops(loop);
  const at = await loop.now();
  for (const id of ['y', 'x'])
    await exam.submit('flag', { at, id, category: 'critical', region: 'head', raisedBy: 'rad-1' }, SYSTEM);
  await sleepUntil(loop, new Date(Date.parse(at) + 2_500).toISOString());
  await workerStarts(loop);
  const due = await eventually('the rows', async () => {
    const opened = (await exam.events()).filter((e) => e.type === 'opened');
    const overdue = opened.filter((e) => e.kind === 'acknowledge' || e.kind === 'vet');
    return (
      overdue.length === 3 && overdue.map((e) => [e.dueAt, e.category === 'critical' ? 0 : 4, e.key] as const)
    );
  });
  const asked = await eventually('all of them', async () => {
    const keys = (await exam.events()).flatMap((e) => (e.type === 'asked' ? [e.key] : []));
    return due.every(([, , key]) => keys.includes(key)) && [...new Set(keys)];
  });
  expect(asked.slice(0, due.length)).toEqual([...due].sort().map(([, , key]) => key));
};

/** A deadline is told from every other by duty, opening, ask and instant; each is recorded once. */
export const deadlineCauses = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const due: string[] = [];
  for (let asks = 0; asks < 8; asks++) {
    const { dueAt, opening } = await exam.duty('vet');
    due.push(`due:vet/${opening}/${asks}/${dueAt}`);
    await loop.advanceTo(new Date(Date.parse(dueAt) + 1).toISOString());
    await eventually(`ask ${asks + 1}`, async () => (await exam.duty('vet')).asks > asks);
  }
  const asked = (await exam.events()).filter((e) => e.type === 'asked');
  expect(asked.map((e) => e.cause)).toEqual(due);
};

/** Nobody ever answers: the ladder climbs to the desk, and the desk is asked again and again. Whoever owes stays the same. */
export const ladderNeverEnds = async (loop: Loop): Promise<void> => {
  const exam = await Examination.reported(loop, {
    findings: [{ id: 'f1', category: 'critical', expected: false, region: 'abdomen' }],
  });
  const before = await exam.duty('acknowledge:r1');
  await loop.advanceTo(new Date(Date.parse(before.openedAt) + 24 * 3_600_000).toISOString());
  const after = await exam.duty('acknowledge:r1');
  expect(after.accountable).toEqual(before.accountable);
  expect(after.askedNow.role).toBe('desk');
  expect(after.asks).toBeGreaterThan(20);
  const asks = await loop.db.query<{ ask: number; recipient: string }[]>(
    `select ask, recipient from ask where journey = $1 and key = 'acknowledge:r1' order by ask`,
    [exam.id],
  );
  expect(asks.map((a) => a.ask)).toEqual(Array.from({ length: after.asks }, (_, i) => i + 1));
  expect(asks[0]!.recipient).toBe('dr-cons');
};

/** A claim is a lease: when it ends, the pool's lead is accountable and asked, and the duty's own clock never stopped. */
export const leaseEnds = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.hears('images', { at: await loop.now() });
  const before = await exam.duty('report');
  await exam.does('claim', {}, { person: 'rep-1', role: 'reporter' });
  const claimed = await exam.duty('report');
  expect(claimed.accountable.person).toBe('rep-1');
  expect(claimed.dueAt).toBe(before.dueAt);
  await loop.advanceTo(new Date(Date.parse(claimed.leaseUntil!) + 1).toISOString());
  await eventually('the lease to end', async () => (await exam.duty('report')).leaseUntil === undefined);
  const after = await exam.duty('report');
  expect(after.accountable).toEqual({ role: 'reporting-pool', person: 'lead-pool' });
  expect(after.limitAt).toBe(before.limitAt);
  expect(after.asks).toBe(before.asks + 1);
  expect((await exam.does('claim', {}, { person: 'rep-2', role: 'reporter' })).result).toBe('recorded');
};

/** Received in time, and not delivered yet as the deadline comes: the deadline waits a little, and nobody is asked in vain. */
export const rowsReceivedFirst = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const { dueAt } = await exam.duty('vet');
  await relayStops(loop);
  try {
    const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    await sleepUntil(loop, new Date(Date.parse(dueAt) + 500).toISOString());
    relayStarts(loop);
    expect((await exam.outcomeOf(row)).result).toBe('recorded');
    expect((await exam.events()).some((e) => e.type === 'asked')).toBe(false);
  } finally {
    relayStarts(loop);
  }
};

/** The edge stamps when something was received; what happened earlier starts its clock earlier. */
export const clockStartsWhenItHappened = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const heard = await loop.now();
  const verified = new Date(Date.parse(heard) - 20 * 60_000).toISOString();
  await exam.outcomeOf(
    await exam.submit(
      'flag',
      { at: verified, id: 'late', category: 'critical', region: 'head', raisedBy: 'rad-1' },
      SYSTEM,
    ),
  );
  const duty = await exam.duty('acknowledge:flag:late');
  expect(duty.from).toBe(verified);
  expect(Date.parse(duty.limitAt) - Date.parse(verified)).toBe(3_600_000);
};
