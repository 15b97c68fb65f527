import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../src/local/paths';
import { startServer, stopProcess, tail, waitUntil } from '../src/local/processes';

/** A Node process that we started. */
export interface Program {
  name: string;
  pid: number;
  stop(): Promise<void>;
}

/** Only what a program needs: settings of whoever runs the benchmark must not find their way in. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'IMAGING_FAILSAFE_CACHE'] as const;

/**
 * Starts one of our TypeScript files as a process of its own, all contenders' in the same way, and waits until its output
 * says that it is ready. The output goes to a file, as a supervisor would have it.
 */
export const startProgram = async (options: {
  name: string;
  script: string;
  args?: string[];
  env: Record<string, string>;
  dir: string;
  ready: RegExp;
}): Promise<Program> => {
  const { name, script, args = [], env, dir, ready } = options;
  const log = join(dir, `${name}-${Date.now()}.log`);
  const node = ['--enable-source-maps', '-r', join(root, 'scripts', 'ts.cjs'), join(root, script), ...args];
  const inherited = Object.fromEntries(
    passedOn.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])),
  );
  const started = await startServer(process.execPath, node, {
    log,
    cwd: root,
    env: { ...inherited, ...env },
  });
  const stop = async (): Promise<void> => {
    await stopProcess(started.pid, 'SIGTERM', 30_000);
  };
  await waitUntil(() => started.ended() !== undefined || ready.test(readFileSync(log, 'utf8')), 60_000);
  if (started.ended() !== undefined || !ready.test(readFileSync(log, 'utf8'))) {
    await stop();
    throw new Error(`${name} did not start (${started.ended() ?? 'no word in time'}):\n${tail(log, 20)}`);
  }
  return { name, pid: started.pid, stop };
};
