import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from './binaries';
import { temporalCli } from './binary-pins';
import { PlainError } from './plain-error';
import { freePort } from './ports';
import { isAlive, startServer, stopProcess, tail, waitUntil, type Started } from './processes';
import { readState, writeState } from './state-file';

const run = promisify(execFile);

export interface TemporalDevServer {
  address: string;
  uiUrl: string;
  pid: number;
  origin: string;
  adopted: boolean;
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

interface Remembered {
  pid: number;
  port: number;
  uiPort: number;
}

/**
 * Temporal's own dev server: one process with SQLite, for evaluation. The two pragmas make it about five times faster;
 * a crash of the process loses nothing with them, a power cut can lose the last moments.
 */
export async function startTemporalDevServer(
  dir: string,
  say: (line: string) => void = () => {},
): Promise<TemporalDevServer> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'temporal.db');
  const stateFile = join(dir, 'state.json');
  const log = join(dir, 'temporal.log');
  const binary = await findBinary(temporalCli, say);
  const remembered = readState<Remembered>(stateFile);

  const running = await takeOver(remembered, file);
  if (running !== undefined) return describe(running, binary.origin, true);

  const port = await freePort(remembered.port, 7233);
  const uiPort = await freePort(remembered.uiPort, 8233);
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
  const address = ['--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)];
  const args = ['server', 'start-dev', '--db-filename', file, ...address, ...pragmas, '--log-level', 'warn'];
  const started = await startServer(binary.path, args, { log });
  writeState(stateFile, { pid: started.pid, port, uiPort });
  await waitForPort(started, port, log);
  return describe({ pid: started.pid, port, uiPort }, binary.origin, false);
}

/** A server that a killed start left behind keeps the file locked: it goes on if it answers, else it is stopped. */
async function takeOver(remembered: Partial<Remembered>, file: string): Promise<Remembered | undefined> {
  const { pid, port, uiPort } = remembered;
  if (pid === undefined || port === undefined || uiPort === undefined) return undefined;
  if (!isAlive(pid) || !(await commandLine(pid)).includes(file)) return undefined;
  if (await waitUntil(() => answers(port), 5_000)) return { pid, port, uiPort };
  await stopProcess(pid, 'SIGTERM', 10_000);
  return undefined;
}

async function commandLine(pid: number): Promise<string> {
  try {
    if (existsSync(`/proc/${pid}/cmdline`))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return (await run('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}

/** Whether something listens there. Temporal opens its port last, when it can serve. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.setTimeout(2_000, () => {
      socket.destroy();
      resolve(false);
    });
  });
}

async function waitForPort(started: Started, port: number, log: string): Promise<void> {
  const up = await waitUntil(async () => started.ended() !== undefined || (await answers(port)), 60_000);
  if (up && started.ended() === undefined) return;
  if (started.ended() === undefined) await stopProcess(started.pid, 'SIGTERM', 5_000);
  throw new PlainError(
    `Temporal did not start (${started.ended() ?? 'no answer in time'}). The end of ${log}:\n${tail(log)}`,
    'Mend what the log names, or move the folder away and begin anew, or set TEMPORAL_ADDRESS to a server of your own.',
    1,
  );
}

function describe(running: Remembered, origin: string, adopted: boolean): TemporalDevServer {
  return {
    address: `127.0.0.1:${running.port}`,
    uiUrl: `http://127.0.0.1:${running.uiPort}`,
    pid: running.pid,
    origin,
    adopted,
    stop: async () => {
      await stopProcess(running.pid, 'SIGTERM', 20_000);
    },
    kill9: async () => {
      await stopProcess(running.pid, 'SIGKILL', 5_000);
    },
  };
}
