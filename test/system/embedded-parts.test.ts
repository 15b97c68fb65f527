import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { lockDataDir } from '../../src/local/lock';
import { startMailSink } from '../../src/local/mail-sink';
import { requireFree } from '../../src/local/ports';
import { startPostgres } from '../../src/local/postgres';
import { isAlive, isListed, stopProcess, waitUntil } from '../../src/local/processes';
import { startTemporal } from '../../src/local/temporal';
import { ensureNamespace, ensureSearchAttributes } from '../../src/local/temporal-setup';
import { root } from '../../src/local/paths';
import { temporalCliPath } from '../support/servers';

const folders: string[] = [];
const given = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'] as const;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'failsafe-parts-'));
  folders.push(made);
  return made;
}

beforeAll(() => {
  for (const name of given) delete process.env[name];
  process.env['TEMPORAL_CLI_PATH'] = temporalCliPath();
});

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', () => {
  test('writes through to the disk, listens on the loopback alone, and keeps its data when it is killed', async () => {
    const dataDir = folder();
    const first = await startPostgres({ dataDir });
    await query(first.url, 'create table kept (n int)');
    await query(first.url, 'insert into kept values (7)');
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await stopProcess(first.pid!, 'SIGKILL', 5_000);

    const second = await startPostgres({ dataDir });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
    expect(isAlive(second.pid!)).toBe(false);
  }, 60_000);

  test('takes over the server that a killed program left behind', async () => {
    const dataDir = folder();
    const first = await startPostgres({ dataDir });
    const second = await startPostgres({ dataDir });
    expect(second.pid).toBe(first.pid);
    expect(second.description).toContain('taken over');
    await second.stop();
  }, 60_000);

  test('starts although another program has the process id that its last run left', async () => {
    const dataDir = folder();
    const first = await startPostgres({ dataDir });
    const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const left = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    const stranger = spawn('sleep', ['60']);
    writeFileSync(pidFile, [String(stranger.pid), ...left.slice(1)].join('\n'), { mode: 0o600 });
    if (process.getuid?.() === 0) execFileSync('chown', ['--reference', join(pidFile, '..'), pidFile]);

    const second = await startPostgres({ dataDir });
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
    await second.stop();
  }, 60_000);

  test('starts although its killed predecessor is still in the process table, since nobody has reaped it', async () => {
    const dataDir = folder();
    const first = await startPostgres({ dataDir });
    const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const left = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    const { uid, gid } = statSync(join(pidFile, '..')); // whose process it was
    const careless = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { uid, gid });
    const dead = await new Promise<string>((resolve) =>
      careless.stdout.once('data', (pid: Buffer) => resolve(pid.toString().trim())),
    );
    expect(await waitUntil(() => !isAlive(Number(dead)), 10_000)).toBe(true);
    expect(isListed(Number(dead))).toBe(true);
    writeFileSync(pidFile, [dead, ...left.slice(1)].join('\n'), { mode: 0o600 });
    if (process.getuid?.() === 0) execFileSync('chown', ['--reference', join(pidFile, '..'), pidFile]);

    const second = await startPostgres({ dataDir });
    careless.kill();
    await second.stop();
  }, 60_000);

  test('says plainly that a given database does not answer', async () => {
    process.env['DATABASE_URL'] = 'postgresql://nobody:x@127.0.0.1:1/none';
    try {
      await expect(startPostgres()).rejects.toMatchObject({ name: 'PlainError', exitCode: 2 });
    } finally {
      delete process.env['DATABASE_URL'];
    }
  });
});

describe('the embedded Temporal', () => {
  test('keeps its namespace when it is killed, and sets up the same things twice without harm', async () => {
    const dataDir = folder();
    const attributes = { FailsafeTest: 'Keyword', FailsafeTestDue: 'Datetime' } as const;
    let temporal = await startTemporal({ dataDir });
    for (let round = 0; round < 3; round++) {
      const connection = await Connection.connect(temporal.connectionOptions);
      if (round < 2) await ensureNamespace(connection, temporal.namespace, 3);
      await connection.workflowService.describeNamespace({ namespace: temporal.namespace });
      await ensureSearchAttributes(connection, temporal.namespace, attributes);
      await expect(
        ensureSearchAttributes(connection, temporal.namespace, { FailsafeTest: 'Int' }),
      ).rejects.toThrow('another type');
      await connection.close();
      if (round === 1) {
        await stopProcess(temporal.pid!, 'SIGKILL', 5_000);
        temporal = await startTemporal({ dataDir });
      }
    }
    await temporal.stop();
    expect(isAlive(temporal.pid!)).toBe(false);
  }, 60_000);

  test('is the given one where the environment names one', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    process.env['TEMPORAL_NAMESPACE'] = 'ours';
    try {
      const temporal = await startTemporal();
      expect(temporal).toMatchObject({
        embedded: false,
        namespace: 'ours',
        address: 'temporal.example:7233',
      });
    } finally {
      for (const name of given) delete process.env[name];
    }
  });
});

test('one program at a time owns a data folder, and the next one may once it is gone', async () => {
  const dir = folder();
  const lock = await lockDataDir(dir);
  await expect(lockDataDir(dir)).rejects.toThrow('already running');
  await lock.release();
  const again = await lockDataDir(dir);
  await again.release();
});

test('a port that is taken is named, with the setting that moves it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await expect(requireFree(port, 'The API', 'PORT')).rejects.toMatchObject({
    message: expect.stringContaining(String(port)) as string,
    remedy: expect.stringContaining('PORT=') as string,
  });
  await new Promise((resolve) => server.close(resolve));
});

test('the mail sink keeps every mail as a file and reads it back', async () => {
  const sink = await startMailSink({ dataDir: folder() });
  const transport = createTransport(sink.url);
  const text = 'Open https://trust.example/journeys/01a20bc1?x=1&y=2 – a duty is yours.';
  await transport.sendMail({
    from: 'a@trust.example',
    to: 'Ärztin <b@trust.example>',
    subject: 'Prüfung fällig',
    text,
  });
  transport.close();
  const mails = sink.list();
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({
    from: 'a@trust.example',
    to: 'Ärztin <b@trust.example>',
    subject: 'Prüfung fällig',
  });
  expect(mails[0]?.text.trim()).toBe(text);
  await sink.stop();
});

test('the door of the container hands connections on, and ends as its program ends', async () => {
  const inner = "require('node:http').createServer((_, r) => r.end('inside')).listen(18437, '127.0.0.1')";
  const door = spawn(process.execPath, [
    join(root, 'docker', 'door.cjs'),
    '18438',
    '18437',
    process.execPath,
    '-e',
    inner,
  ]);
  try {
    let answer = '';
    for (let attempt = 0; attempt < 100 && answer === ''; attempt++) {
      answer = await fetch('http://127.0.0.1:18438').then(
        (response) => response.text(),
        () => '',
      );
      if (answer === '') await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(answer).toBe('inside');
  } finally {
    const ended = new Promise((resolve) => door.once('close', resolve));
    door.kill('SIGTERM');
    await ended;
  }
  await expect(
    new Promise((_, reject) => connect(18437, '127.0.0.1').once('error', reject)),
  ).rejects.toThrow();
});
