import { readFileSync, readdirSync } from 'node:fs';

/** What Linux tells of processes. Elsewhere there is no /proc, and these figures are left out. */

const TICKS_PER_SECOND = 100;

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  children: number;
}

const statOf = (pid: number | string): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (i: number): number => Number(fields[i]);
    return { parent: ticks(1), own: ticks(11) + ticks(12), children: ticks(13) + ticks(14) };
  } catch {
    return undefined;
  }
};

/** Seconds of processor time that a process has used, with all its threads. */
export const cpuSeconds = (pid: number): number => (statOf(pid)?.own ?? 0) / TICKS_PER_SECOND;

/** The same of a server that forks, as Postgres does: itself, its children, and those that have ended. */
export const cpuSecondsOfTree = (pid: number): number => {
  const top = statOf(pid);
  if (!top) return 0;
  let ticks = top.own + top.children;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = statOf(name);
    if (stat?.parent === pid) ticks += stat.own;
  }
  return ticks / TICKS_PER_SECOND;
};

/** The memory that a process holds now, and the most it ever held, in megabytes. */
export const memoryMb = (pid: number): { now: number; most: number } => {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
  return { now: kb('VmRSS') / 1024, most: kb('VmHWM') / 1024 };
};
