import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { PlainError } from './plain-error';

const run = promisify(execFile);

/** Programs in Go, built from their released source: the module's checksum is checked by Go itself. */

/** @param what needs it, for the message where there is none */
export async function requireGo(what: string): Promise<void> {
  try {
    await run('go', ['version']);
  } catch {
    throw new PlainError(
      `${what} is built from source, and Go is not installed.`,
      'Install Go 1.21 or later (it fetches the toolchain it needs).',
    );
  }
}

/**
 * Builds a command into a folder, and says every half minute that it still does.
 * @param target `module/path/of/command@version`
 */
export function goInstall(target: string, bin: string, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, GOTOOLCHAIN: 'auto', GOBIN: bin, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
    const child = spawn('go', ['install', target], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const started = Date.now();
    const timer = setInterval(() => say(`  ... ${Math.round((Date.now() - started) / 1000)} s`), 30_000);
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve();
      else
        reject(
          new PlainError(
            `go install ${target} failed:\n${errors}`,
            'Check the network and the disk, then again.',
            1,
          ),
        );
    });
  });
}
