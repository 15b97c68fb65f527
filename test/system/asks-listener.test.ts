import { Listener } from '../../src/database/listener';
import { AsksWorld, until } from './asks-world';

let world: AsksWorld;
beforeAll(async () => {
  world = await AsksWorld.start();
}, 60_000);
afterAll(() => world.stop());

const notify = (channel: string, payload: string) =>
  world.db.query('select pg_notify($1, $2)', [channel, payload]);
const connections = async (): Promise<number[]> => {
  const rows = await world.db.query<{ pid: number }[]>(
    `select pid from pg_stat_activity where application_name = 'imaging-failsafe listener' and datname = current_database()`,
  );
  return rows.map((r) => r.pid);
};

test('it hears what is notified, and comes back after its connection was killed', async () => {
  const heard: (string | undefined)[] = [];
  const listener = new Listener(world.url, ['failsafe_one', 'failsafe_two']);
  listener.on('failsafe_one', () => {
    throw new Error('a handler of somebody else');
  });
  listener.on('failsafe_one', (payload) => heard.push(payload));
  listener.on('failsafe_two', (payload) => heard.push(payload && `two:${payload}`));
  expect(() => listener.on('failsafe_three', () => undefined)).toThrow('does not listen');
  await listener.start();
  expect(heard).toEqual([undefined, undefined]); // what was missed before: look for yourself
  await notify('failsafe_one', 'a');
  await notify('failsafe_two', 'b');
  await until(() => heard.includes('a') && heard.includes('two:b'));

  const [pid] = await connections();
  await world.db.query('select pg_terminate_backend($1)', [pid]);
  await notify('failsafe_one', 'lost');
  await until(() => heard.filter((h) => h === undefined).length === 4);
  await notify('failsafe_one', 'c');
  await until(() => heard.includes('c'));

  await listener.stop();
  await until(async () => (await connections()).length === 0);
});

test('where Postgres is away it starts all the same, and goes on trying until it is stopped', async () => {
  const listener = new Listener('postgresql://nobody@127.0.0.1:1/none', ['failsafe_one']);
  await listener.start();
  await listener.stop();
});
