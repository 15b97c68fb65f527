import { parseCommandLine } from '../../src/local/command-line';
import { PlainError, describeFailure } from '../../src/local/plain-error';

test('runs everything on the loopback when nothing is said', () => {
  expect(parseCommandLine([], {})).toMatchObject({
    command: 'all',
    demo: false,
    host: '127.0.0.1',
    port: 3000,
  });
});

test('takes the port from the command line before the environment', () => {
  expect(parseCommandLine(['api'], { PORT: '4000' })).toMatchObject({ command: 'api', port: 4000 });
  expect(parseCommandLine(['--port', '5000'], { PORT: '4000' }).port).toBe(5000);
});

test.each([[['wrong']], [['api', 'worker']], [['--wrong']], [['--port', 'x']], [['--port', '70000']]])(
  'refuses %j in plain words',
  (args) => {
    expect(() => parseCommandLine(args, {})).toThrow(PlainError);
  },
);

test('rebuilds all open journeys, or those that are named by their ids', () => {
  const id = '01a20cd7-0000-7000-8000-000000000001';
  expect(parseCommandLine(['rebuild'], {})).toMatchObject({ command: 'rebuild', rest: [] });
  expect(parseCommandLine(['rebuild', id, id], {}).rest).toEqual([id, id]);
  expect(() => parseCommandLine(['rebuild', 'all'], {})).toThrow(PlainError);
  expect(() => parseCommandLine(['restored', id], {})).toThrow(PlainError);
});

test('prints the remedy and no stack where we know one, and the stack where we do not', () => {
  const plain = describeFailure(new PlainError('It is shut.', 'Open it.'));
  expect(plain).toEqual({ text: 'It is shut.\n  What to do: Open it.', exitCode: 2 });
  expect(describeFailure(new Error('odd')).text).toContain('command-line.test');
});

test('keeps the demonstration off a database that is not its own', () => {
  const env = { DATABASE_URL: 'postgres://127.0.0.1/trust' };
  expect(() => parseCommandLine(['--demo'], env)).toThrow(PlainError);
  expect(() => parseCommandLine(['migrate', '--demo'], env)).toThrow(PlainError);
  expect(parseCommandLine([], env).demo).toBe(false);
  expect(parseCommandLine(['--demo'], {}).demo).toBe(true);
});
