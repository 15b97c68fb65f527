import type { Facts } from '../../../domain/inputs';
import type { Loop } from '../../support/loop';
import { aReport, CONSULTANT, DESK, Examination, newOrder, SYSTEM, VETTER } from '../support/examination';
import { eventually } from '../support/patience';
import { newPatient } from '../support/patients';

/** Two journeys of one patient, the older requested, the younger heard of through its images, taken some hours ago. */
export const two = async (loop: Loop, hoursAgo = 1) => {
  const patient = newPatient();
  const order = newOrder();
  const accession = [{ assigner: 'ris', type: 'accession', value: order![0]!.value }];
  const older = await Examination.requested(loop, { identifiers: order, patient });
  const at = new Date(Date.parse(await loop.now()) - hoursAgo * 3_600_000).toISOString();
  const { journey } = await loop.send('images', { at }, { identifiers: accession, patient });
  const younger = new Examination(loop, journey);
  return { older, younger, patient, order, accession, both: [...order!, ...accession] };
};

type Two = Awaited<ReturnType<typeof two>>;

/** A message that carries both identifiers: they are one examination. */
export const join = async (t: Two, fact: Facts['report']): Promise<void> => {
  const joined = await t.older.loop.send('report', fact, { identifiers: t.both, patient: t.patient });
  expect(joined.journey).toBe(t.older.id);
  await absorbed(t.older, t.younger.id);
};

export const absorbed = (survivor: Examination, loser: string): Promise<boolean> =>
  eventually('the facts to be taken over', async () =>
    (await survivor.events()).some((e) => e.type === 'absorb' && e.data.from === loser),
  );

/** The older id survives; facts and commands go over with who, when and whence; the loser ends its duties and closes. */
export const merged = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await t.younger.outcomeOf(await t.younger.submit('claim', {}, { person: 'rep-2', role: 'reporter' }));
  const note = await t.younger.hears('enquiry', {
    at: await loop.now(),
    id: 'e9',
    from: 'relative',
    about: 'not-heard',
  });
  expect(note.result).toBe('recorded');
  const before = (await t.younger.state()).obligations;
  await join(t, aReport(await loop.now()));

  const ended = (await t.younger.events()).filter((e) => e.type === 'ended');
  for (const key of Object.keys(before))
    expect(ended).toContainEqual(expect.objectContaining({ key, how: 'withdrawn', why: 'merged' }));
  expect(await t.younger.state()).toMatchObject({ closed: true, mergedInto: t.older.id, obligations: {} });

  const images = (await t.younger.events()).find((e) => e.type === 'images')!;
  const taken = (await t.older.events()).find((e) => e.type === 'images')!;
  expect(taken).toMatchObject({
    data: images.data,
    by: images.by,
    receivedAt: images.receivedAt,
    origin: t.younger.id,
  });
  const kept = await t.older.duty('answer:e9');
  expect(kept).toMatchObject({ dueAt: before['answer:e9']!.dueAt, limitAt: before['answer:e9']!.limitAt });
  expect((await t.older.state()).images).toHaveLength(1);
  await eventually('the run to end', async () => (await t.younger.status()) === 'COMPLETED');
};

/** A duty that had climbed the ladder goes on from its rung, and whoever owed it in both keeps the earlier deadline. */
export const keepsDeadlineAndRung = async (loop: Loop): Promise<void> => {
  const t = await two(loop, 38);
  await t.older.hears('images', { at: await loop.now() });
  const id = 'x';
  await t.younger.hears('flag', {
    at: await loop.now(),
    id,
    category: 'critical',
    region: 'head',
    raisedBy: 'rad-1',
  });
  const { dueAt } = await t.younger.duty('acknowledge:flag:x');
  await loop.advanceTo(new Date(Date.parse(dueAt) + 1).toISOString());
  await eventually('a higher rung', async () => (await t.younger.duty('acknowledge:flag:x')).asks > 1);
  const climbed = await t.younger.duty('acknowledge:flag:x');
  const theirs = await t.younger.duty('report');
  const ours = await t.older.duty('report');
  expect(theirs.limitAt < ours.limitAt).toBe(true);
  const status = 'preliminary';
  await join(t, aReport(await loop.now(), { status, findings: [] }));
  const now = await t.older.duty('acknowledge:flag:x');
  expect(now.rung).toBeGreaterThanOrEqual(climbed.rung);
  expect(now.limitAt).toBe(climbed.limitAt);
  expect(now.dueAt <= climbed.dueAt).toBe(true);
  expect(now.asks).toBe(climbed.asks + 1);
  expect(await t.older.duty('report')).toMatchObject({ limitAt: theirs.limitAt, dueAt: theirs.dueAt });
};

/** What still comes for the loser, by its id or its identifiers, goes to the survivor. */
export const aliased = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await join(t, aReport(await loop.now()));
  const byId = await loop.send(
    'viewed',
    { at: await loop.now(), person: 'p1', quality: 'diagnostic' },
    { journey: t.younger.id },
  );
  expect(byId.journey).toBe(t.older.id);
  const byName = await loop.send(
    'viewed',
    { at: await loop.now(), person: 'p2', quality: 'diagnostic' },
    { identifiers: t.accession, patient: t.patient },
  );
  expect(byName.journey).toBe(t.older.id);
};

/** Three in a row: what comes for the youngest goes to the oldest. */
export const chained = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  const study = [{ assigner: 'pacs', type: 'study', value: t.order![0]!.value }];
  const { journey } = await loop.send(
    'images',
    { at: await loop.now() },
    { identifiers: study, patient: t.patient },
  );
  await loop.send(
    'viewed',
    { at: await loop.now(), person: 'p', quality: 'diagnostic' },
    { identifiers: [...t.accession, ...study], patient: t.patient },
  );
  await absorbed(t.younger, journey);
  await join(t, aReport(await loop.now()));
  expect((await t.older.state()).images).toHaveLength(2);
  const late = await loop.send(
    'viewed',
    { at: await loop.now(), person: 'late', quality: 'diagnostic' },
    { journey },
  );
  expect(late.journey).toBe(t.older.id);
};

/** Nothing that was retracted goes over, and a decision goes to the question that it answered. */
export const whatGoesOver = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await t.younger.hears('unbooked', { at: await loop.now() });
  await t.younger.hears('did-not-attend', { at: await loop.now() });
  await t.younger.hears('cancel', { at: await loop.now() });
  await t.younger.does('clarify', { decision: 'still-act' }, CONSULTANT);
  await t.younger.hears('report', aReport(await loop.now()));
  await t.younger.does('acknowledge', { version: 'r1', findings: ['f1'], how: 'screen' }, CONSULTANT);
  const mistaken = (await t.younger.events()).find((e) => e.type === 'acknowledge')!;
  await t.younger.does('retract', { event: mistaken.seq }, CONSULTANT);
  await loop.send(
    'viewed',
    { at: await loop.now(), person: 'p', quality: 'diagnostic' },
    { identifiers: t.both, patient: t.patient },
  );
  await absorbed(t.older, t.younger.id);
  const open = await t.older.open();
  expect(open).toContain('acknowledge:r1');
  expect(open.filter((key) => key.startsWith('clarify:'))).toEqual([]);
};

/** A defect that nobody has explained yet is owned by the survivor. */
export const queriesGoOver = async (loop: Loop): Promise<void> => {
  const t = await two(loop);
  await t.younger.hears(
    'viewed',
    { at: await loop.now(), person: 'p', quality: 'diagnostic' },
    { queries: ['nhs-number-invalid'] },
  );
  expect(await t.younger.open()).toContain('reconcile:nhs-number-invalid');
  const broken = { version: 7, status: 'final', at: await loop.now(), reporter: 'rep-1' };
  await t.younger.outcomeOf(await t.younger.submit('report', broken, SYSTEM));
  await join(t, aReport(await loop.now()));
  const open = await t.older.open();
  expect(open).toContain('reconcile:nhs-number-invalid');
  expect(open.filter((key) => key.startsWith(`reconcile:internal-error:${t.younger.id}`))).toHaveLength(1);
};

/** An unmatched message is matched by a person: its facts go to the journey, and what was doubted is settled. */
export const matched = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.does('vet', { priority: 'urgent' }, VETTER);
  const { journey, subject } = await loop.send('report', aReport(await loop.now(), { requester: 'dr-req' }));
  expect(subject).toBe('unmatched');
  const unmatched = new Examination(loop, journey);
  expect(await unmatched.open()).toContain('reconcile:no-identifier');
  expect((await unmatched.does('match', { journey: exam.id }, DESK)).mergedInto).toBe(exam.id);
  await absorbed(exam, journey);
  expect(await unmatched.closed()).toBe(true);
  expect(await exam.open()).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
  const late = await loop.send(
    'viewed',
    { at: await loop.now(), person: 'p', quality: 'diagnostic' },
    { journey },
  );
  expect(late.journey).toBe(exam.id);
};

/** A closed journey that takes over something owed is open again. */
export const reopenedByMatch = async (loop: Loop): Promise<void> => {
  const exam = await Examination.reported(loop, { findings: [] });
  await exam.acknowledge('r1', []);
  const at = await loop.now();
  await exam.does('tell', { version: 'r1', at, to: 'patient', how: 'letter', outcome: 'told' }, CONSULTANT);
  await exam.hears('gp-receipt', { at, version: 'r1' });
  expect(await exam.closed()).toBe(true);
  const { journey } = await loop.send('report', aReport(await loop.now(), { version: 2, status: 'amended' }));
  await new Examination(loop, journey).does('match', { journey: exam.id }, DESK);
  await absorbed(exam, journey);
  expect(await exam.closed()).toBe(false);
  expect(await exam.open()).toContain('acknowledge:r2');
};
