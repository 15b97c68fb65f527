import type { DirectoryFile } from '../../src/directory/directory-file';
import { readDirectory } from '../../src/directory/directory-file';
import { ScriptedSmtp, header } from '../support/scripted-smtp';
import { AsksWorld, moments, until } from './asks-world';

/** A directory that changes while duties are open. */
let world: AsksWorld;
beforeAll(async () => {
  world = await AsksWorld.start();
}, 60_000);
afterEach(async () => {
  await world.rest();
  await world.fictitious();
});
afterAll(() => world.stop());

const file = (): DirectoryFile => readDirectory('policies/directory.fictitious.yaml');
const without = (id: string): DirectoryFile => ({
  ...file(),
  people: file().people.filter((p) => p.id !== id),
});
const told = async (journey: string) =>
  (await world.inbox(journey)).map((row) => [row.type, (row.data as { people: string[] }).people]);

test('the fictitious trust is loaded; loading it again changes nothing', async () => {
  const first = await world.directory.load(file());
  expect(first).toMatchObject({ changed: false, journeys: 0 });
  expect(await world.directory.people()).toHaveLength(file().people.length);
  expect(await world.directory.leads()).toEqual(file().leads);
  expect(await world.directory.person('gp-2')).toEqual(file().people.find((p) => p.id === 'gp-2'));
  expect(await world.directory.person('nobody')).toBeUndefined();
});

test('somebody leaves: the open journeys in which they answer or are asked hear of it, and no other', async () => {
  const answers = await world.duty({
    accountable: 'consultant-2',
    recipient: 'registrar-1',
    role: 'registrar',
  });
  const asked = await world.duty({ accountable: 'consultant-1', recipient: 'consultant-2' });
  const ended = await world.duty({ recipient: 'consultant-2', ended: true });
  const other = await world.duty({ recipient: 'consultant-1' });
  const before = await world.directory.load(file());
  const loaded = await world.directory.load(without('consultant-2'));
  expect(loaded).toEqual({ version: before.version + 1, changed: true, journeys: 2, askedAgain: 0 });
  expect(await told(answers.journey)).toEqual([['directory', ['consultant-2']]]);
  expect(await told(asked.journey)).toEqual([['directory', ['consultant-2']]]);
  expect(await told(ended.journey)).toEqual([]);
  expect(await told(other.journey)).toEqual([]);
  const [row] = await world.inbox(asked.journey);
  expect(row).toMatchObject({ by_person: 'imaging-failsafe' });
  expect(row!.received_at.toISOString()).toBe(world.clock.at);
});

test("a department's new lead: its duties are told, a person's own are not", async () => {
  const department = await world.duty({
    key: 'vet',
    kind: 'vet',
    recipient: 'imaging-1',
    role: 'imaging-department',
  });
  const personal = await world.duty({ recipient: 'imaging-1', role: 'requester' });
  const next = file();
  next.people.find((p) => p.id === 'radiographer-1')!.roles.push('imaging-department');
  next.leads['imaging-department'] = 'radiographer-1';
  expect(await world.directory.load(next)).toMatchObject({ changed: true, journeys: 1 });
  expect(await told(department.journey)).toEqual([['directory', ['imaging-1']]]);
  expect(await told(personal.journey)).toEqual([]);
});

test('a new lead among consultants takes no duty from the old one, but is asked in his place', async () => {
  const own = await world.duty({ recipient: 'consultant-1', role: 'consultant' });
  const rung = await world.duty({
    accountable: 'requester-2',
    accountableRole: 'requester',
    recipient: 'consultant-1',
  });
  const next = file();
  next.leads.consultant = 'consultant-2';
  expect(await world.directory.load(next)).toMatchObject({ journeys: 1 });
  expect(await told(own.journey)).toEqual([]);
  expect(await told(rung.journey)).toEqual([['directory', ['consultant-1']]]);
});

test('the desk gets its first lead: whatever stood with nobody is told', async () => {
  await world.db.query(`delete from directory_lead where role = 'desk'`);
  const orphan = await world.duty({ recipient: 'desk', role: 'desk' });
  expect(await world.directory.load(file())).toMatchObject({ changed: true, journeys: 1 });
  expect(await told(orphan.journey)).toEqual([['directory', ['desk']]]);
});

test('a new name moves nothing; a new address gets the live ask again, marked', async () => {
  const smtp = await ScriptedSmtp.start();
  await world.dispatcher(smtp.url);
  const live = await world.duty();
  const ended = await world.duty();
  await until(async () => (await world.counts())['sent'] === 2);
  await world.end(ended.journey, 'discharged');
  const next = file();
  const person = next.people.find((p) => p.id === 'consultant-1')!;
  person.name = 'Dr Cora Otherwise (fictitious)';
  expect(await world.directory.load(next)).toMatchObject({ changed: true, journeys: 0, askedAgain: 0 });
  person.email = 'cora.otherwise@northmoor.example.org';
  expect(await world.directory.load(next)).toMatchObject({ changed: true, journeys: 0, askedAgain: 1 });
  await until(() => smtp.to('cora.otherwise@northmoor.example.org').length === 1);
  await moments();
  const [again, ...more] = smtp.to('cora.otherwise@northmoor.example.org');
  expect(more).toEqual([]);
  expect(header(again!, 'X-Failsafe-Ask')).toBe(live.ask);
  expect(header(again!, 'X-Failsafe-Attempt')).toBe('2');
  expect(await told(live.journey)).toEqual([]);
  await smtp.stop();
});

test('a record under way under the old directory is waited for, and what it gave to who left is seen', async () => {
  const journey = await world.journey();
  const record = world.db.createQueryRunner();
  await record.startTransaction();
  await record.query('select 1 from journey j cross join standing s where j.id = $1 for update of j', [
    journey,
  ]);
  const loading = world.directory.load(without('consultant-2'));
  await moments(300);
  await record.query(
    `insert into obligation (journey, key, opening, kind, risk, accountable_role, accountable_person, asked_role,
       asked_person, clock_from, opened_at, limit_at, due_at, rung, asks)
     values ($1, 'clarify:returned', 1, 'clarify', 4, 'consultant', 'consultant-2', 'consultant', 'consultant-2', $2, $2, $2,
       $2, 0, 1)`,
    [journey, world.clock.at],
  );
  await record.query('update journey set seq = 2 where id = $1', [journey]);
  await record.commitTransaction();
  await record.release();
  expect(await loading).toMatchObject({ journeys: 1 });
  expect(await told(journey)).toEqual([['directory', ['consultant-2']]]);
});

test('what goes wrong half-way leaves the old directory standing', async () => {
  const { journey } = await world.duty({ recipient: 'consultant-2' });
  await world.db.query(`alter table inbox add constraint refused check (type <> 'directory') not valid`);
  await expect(world.directory.load(without('consultant-2'))).rejects.toThrow('refused');
  await world.db.query('alter table inbox drop constraint refused');
  expect(await world.directory.person('consultant-2')).toBeDefined();
  expect(await told(journey)).toEqual([]);
});
