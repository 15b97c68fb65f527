import { RulebookService } from '../../../src/policy/rulebook.service';
import { DirectoryService } from '../../../src/directory/directory.service';
import { loadPolicy } from '../../../src/policy/policy-file';
import type { Policy } from '../../../domain/policy';
import type { Loop } from '../../support/loop';
import { aReport, CONSULTANT, DESK, Examination, LEAD, SYSTEM, VETTER } from '../support/examination';
import { eventually } from '../support/patience';

/** If-Match travels in the row and is judged where it is decided, on what the journey says by then. */
export const staleIfMatch = async (loop: Loop): Promise<void> => {
  const exam = await Examination.reported(loop);
  const { clinical } = await exam.state();
  await exam.hears('report', aReport(await loop.now(), { version: 2, status: 'amended' }));
  const stale = await exam.acknowledge('r1', ['f1'], { ifMatch: clinical });
  expect(stale).toMatchObject({ result: 'refused', code: 'stale' });
  const read = await exam.state();
  expect(read.clinical).toBe(clinical + 1);
  expect((await exam.acknowledge('r2', ['f1'], { ifMatch: read.clinical })).result).toBe('recorded');
};

/** The ETag counts what changes clinical state: a refusal, a duplicate and an ask do not. */
export const etagCountsClinicalChange = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const { clinical, request } = await exam.state();
  await exam.acknowledge();
  await exam.hears('request', { ...request! });
  const { dueAt } = await exam.duty('vet');
  await loop.advanceTo(new Date(Date.parse(dueAt) + 1).toISOString());
  await eventually('the ask', async () => (await exam.duty('vet')).asks > 0);
  expect((await exam.state()).clinical).toBe(clinical);
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER, { ifMatch: clinical })).result).toBe(
    'recorded',
  );
};

/** A policy under which something is otherwise. */
const keep = (loop: Loop, change: (policy: Policy) => Policy, stand = false): Promise<string> =>
  loop.app.get(RulebookService).keepPolicy(change(loadPolicy('policies/england.yaml')), stand);

const vetWithin =
  (duration: string) =>
  (policy: Policy): Policy => ({
    ...policy,
    version: `vet ${duration}`,
    rules: policy.rules.map((r) => (r.kind === 'vet' ? { ...r, limit: { ...r.limit, duration } } : r)),
  });

/** A re-plan moves a deadline that has not fired, counted from the same fact; the journey is pinned to the policy named. */
export const replanned = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const before = await exam.duty('vet');
  const longer = await keep(loop, vetWithin('PT9H'));
  expect((await exam.does('replan', { policy: longer }, LEAD)).result).toBe('recorded');
  const after = await exam.duty('vet');
  expect(Date.parse(after.limitAt) - Date.parse(before.from)).toBe(9 * 3_600_000);
  expect(after.dueAt).toBe(after.limitAt);
  const [row] = await loop.db.query<{ policy: string }[]>('select policy from journey where id = $1', [
    exam.id,
  ]);
  expect(row!.policy).toBe(longer);
};

/** One that was moved into the past fires once, as late; one that fired already is left alone. */
export const replannedIntoThePast = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await loop.advanceTo(new Date(Date.parse(await loop.now()) + 3_600_000).toISOString());
  const shorter = await keep(loop, vetWithin('PT30M'));
  await exam.does('replan', { policy: shorter }, LEAD);
  await eventually('the ask', async () => (await exam.duty('vet')).asks === 1);
  const fired = await exam.duty('vet');
  expect(fired.dueAt > (await loop.now())).toBe(true);
  await exam.does('replan', {}, LEAD);
  expect(await exam.duty('vet')).toMatchObject({ asks: 1, dueAt: fired.dueAt });
  expect((await exam.events()).filter((e) => e.type === 'asked')).toHaveLength(1);
};

/** A new policy brings new rules of decision at once, not only to the next run. */
export const replanBringsRules = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const asked = { duty: 'vet', reason: 'only-here' };
  expect(await exam.does('waive', asked, LEAD)).toMatchObject({
    result: 'refused',
    code: 'reason-not-listed',
  });
  const reason = {
    code: 'only-here',
    text: 'A reason of this test',
    kinds: ['vet' as const],
    roles: ['clinical-lead' as const],
  };
  const policy = await keep(loop, (p) => ({
    ...p,
    version: 'a reason more',
    waivers: [...p.waivers, reason],
  }));
  await exam.does('replan', { policy }, LEAD);
  expect((await exam.does('waive', asked, LEAD)).result).toBe('recorded');
};

/** A policy that is not there cannot be pinned to: refused as our error and owned, never tried for ever. */
export const unknownPolicy = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const outcome = await exam.does('replan', { policy: 'nobody-has-it' }, LEAD);
  expect(outcome).toMatchObject({ result: 'refused', code: 'internal-error' });
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
  await exam.does('explain', { duty: 'reconcile:internal-error:row:2' }, DESK);
  expect(await exam.open()).toEqual(['acquire']);
};

/** A reopened journey keeps the policy that it was pinned to, whatever stands by then. */
export const keepsItsPolicy = async (loop: Loop): Promise<void> => {
  const exam = await Examination.reported(loop, { findings: [] });
  await exam.acknowledge('r1', []);
  const at = await loop.now();
  await exam.does('tell', { version: 'r1', at, to: 'patient', how: 'letter', outcome: 'told' }, CONSULTANT);
  await exam.hears('gp-receipt', { at, version: 'r1' });
  expect(await exam.closed()).toBe(true);
  const pinned = () =>
    loop.db
      .query<{ policy: string }[]>('select policy from journey where id = $1', [exam.id])
      .then(([row]) => row!.policy);
  const before = await pinned();
  const standing = await loop.app.get(RulebookService).standing();
  try {
    await keep(loop, vetWithin('PT1H'), true);
    await exam.hears('enquiry', { at: await loop.now(), id: 'e1', from: 'patient', about: 'not-heard' });
    expect(await exam.closed()).toBe(false);
    expect(await pinned()).toBe(before);
    const other = await Examination.requested(loop);
    const vet = await other.duty('vet');
    expect(Date.parse(vet.limitAt) - Date.parse(vet.from)).toBe(3_600_000);
  } finally {
    await loop.db.query('update standing set policy = $1', [standing.policy]);
  }
};

/** Somebody leaves: each journey in which they answer or are asked hears of it, in the directory's own transaction. */
export const directoryChanges = async (loop: Loop): Promise<void> => {
  const touched = await Examination.requested(loop);
  const other = await Examination.reported(loop);
  const heard = async (exam: Examination) =>
    (await exam.events()).filter((e) => e.type === 'directory').length;
  const directory = new DirectoryService(loop.db, loop.clock);
  const people = (await directory.people()).map((p) => ({ ...p, email: p.email ?? `${p.id}@trust.invalid` }));
  const leads = await directory.leads();
  await directory.load({ people, leads: { ...leads, 'imaging-department': 'rep-2' } } as never);
  await eventually('the journey to hear', async () => (await heard(touched)) === 1);
  expect((await touched.duty('vet')).accountable).toEqual({ role: 'imaging-department', person: 'rep-2' });
  expect(await heard(other)).toBe(0);
  await directory.load({ people, leads } as never);
  await eventually('the journey to hear again', async () => (await heard(touched)) === 2);
};

/** Every row, whatever became of it, has at least one event; every outcome names one that is there. */
export const everyRowIsOnRecord = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.acknowledge();
  await exam.submit(
    'delivery-failed',
    { at: await loop.now(), key: 'vet', opening: 1, ask: 7, code: 'x' },
    SYSTEM,
  );
  await loop.quiet();
  const missing = await loop.db.query(
    `select i.journey, i.n, i.type from inbox i
     where i.outcome is null or not exists (
       select 1 from evidence e where e.journey = i.journey and e.cause = 'row:' || i.n and e.seq = (i.outcome->>'event')::int)`,
  );
  expect(missing).toEqual([]);
};
