import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cacheDir, root } from '../../src/local/paths';
import { waitUntil } from '../../src/local/processes';

/** Our program as users run it: a process of its own, which a test may kill. */
export interface Program {
  pid: number;
  output(): string;
  /** Waits until its output matches; fails with the output when it ends first or takes too long. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
  /** As a power cut does. */
  kill9(): Promise<void>;
  exited(): Promise<number | null>;
}

/** Starts `src/main.ts` with these arguments, with this environment on top of the test's. */
export const startProgram = (args: string[], env: Record<string, string> = {}): Program =>
  startScript(join(root, 'src', 'main.ts'), args, env);

/** As `startProgram`, for a program of a test's own. */
export function startScript(script: string, args: string[], env: Record<string, string> = {}): Program {
  const command = ['--enable-source-maps', '-r', join(root, 'scripts', 'ts.cjs'), script, ...args];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { NODE_COMPILE_CACHE: join(cacheDir(), 'compiled'), ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

function watch(child: ChildProcess): Program {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  let ended = false;
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
    });
  });
  return {
    pid: child.pid!,
    output: () => output,
    exited: () => exit,
    async waitFor(pattern, timeoutMs = 60_000) {
      await waitUntil(() => pattern.test(output) || ended, timeoutMs);
      const found = output.match(pattern);
      if (found === null)
        throw new Error(`The program ${ended ? 'ended' : 'ran'} without ${pattern}:\n${output}`);
      return found;
    },
    async stop() {
      if (!ended) child.kill('SIGTERM');
      return exit;
    },
    async kill9() {
      if (!ended) child.kill('SIGKILL');
      await exit;
    },
  };
}
