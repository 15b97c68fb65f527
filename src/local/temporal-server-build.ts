import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goInstall, requireGo } from './go-install';
import { cacheDir } from './paths';

const run = promisify(execFile);

/** The release that the production shape runs; docker/compose.yaml names the same one. */
export const temporalServerVersion = '1.32.2';
const moduleName = 'go.temporal.io/server';

export interface TemporalServerBinaries {
  server: string;
  sqlTool: string;
  /** The schema's folders, one for each store. */
  schema: { default: string; visibility: string };
}

/**
 * Temporal Server and its schema tool, built from their released source: the Go module, whose checksum Go itself checks.
 * It takes about three minutes on two cores and is kept.
 */
export async function temporalServerBinaries(
  say: (line: string) => void = () => {},
): Promise<TemporalServerBinaries> {
  const home = join(cacheDir(), `temporal-server-${temporalServerVersion}`);
  if (!existsSync(home)) await build(home, say);
  const versioned = (store: string): string => join(home, 'schema', store, 'versioned');
  return {
    server: join(home, 'server'),
    sqlTool: join(home, 'sql'),
    schema: { default: versioned('temporal'), visibility: versioned('visibility') },
  };
}

/** Built beside and renamed when whole, so that a build cut short is simply done again. */
async function build(home: string, say: (line: string) => void): Promise<void> {
  await requireGo('Temporal Server (the production shape)');
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(join(cacheDir(), 'building-'));
  try {
    for (const [index, command] of ['cmd/tools/sql', 'cmd/server'].entries()) {
      say(`Building Temporal Server ${temporalServerVersion} from source, ${index + 1} of 2: ${command} ...`);
      await goInstall(`${moduleName}/${command}@v${temporalServerVersion}`, work, say);
    }
    const { stdout } = await run('go', ['env', 'GOMODCACHE']);
    const source = join(
      stdout.trim(),
      `${moduleName}@v${temporalServerVersion}`,
      'schema',
      'postgresql',
      'v12',
    );
    cpSync(source, join(work, 'schema'), { recursive: true });
    await run('chmod', ['-R', 'u+w', join(work, 'schema')]); // Go's module cache is read-only
    if (!existsSync(home)) renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
