import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartOptions {
  log: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/** A server that we started: in its own process group, with its output in a file. */
export interface Started {
  pid: number;
  /** Set once it has ended: its code or signal. */
  ended(): string | undefined;
}

/**
 * Starts a server in a process group of its own. A Ctrl-C in the terminal goes to a whole group: it must reach our
 * program alone, which then drains and stops the servers in order.
 */
export async function startServer(file: string, args: string[], options: StartOptions): Promise<Started> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
    });
    let end: string | undefined;
    child.once('exit', (code, signal) => (end = signal ?? `exit code ${code}`));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', () => resolve());
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid!, ended: () => end };
  } finally {
    closeSync(log);
  }
}

/** Whether the process table has it, alive or not. */
export function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const isAlive = (pid: number): boolean => isListed(pid) && !isZombie(pid);

/** In a container whose first process reaps nobody, a killed orphan stays in the table for ever. It is dead all the same. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Signals a process and waits for its end; after the grace it is killed. True when it ended by itself. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  process.kill(pid, signal);
  if (await waitUntil(() => !isAlive(pid), graceMs)) return true;
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await waitUntil(() => !isAlive(pid), 5_000);
  return false;
}

/** Polls until the condition holds; false when the time is up. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await sleep(50);
  }
}

/** The last lines of a log, for a message about a server that did not start. */
export function tail(file: string, lines = 8): string {
  try {
    const last = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
    return last.map((line) => (line.length > 400 ? `${line.slice(0, 400)} ...` : line)).join('\n');
  } catch {
    return '';
  }
}
