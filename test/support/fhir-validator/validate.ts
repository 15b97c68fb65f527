import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../src/local/paths';

/** The HAPI validator over FHIR R4 files. It needs a JDK (17 or later) and Maven, which fetches it once into our cache. */

const run = promisify(execFile);
const FETCH_MS = 600_000;
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

export interface FhirFinding {
  severity: 'fatal' | 'error' | 'warning' | 'information';
  file: string;
  place: string;
  message: string;
}

/** Its jars and our compiled main, in a folder named by what they are made from; prepared beside and renamed into place. */
const prepared = async (): Promise<string> => {
  const [pom, main] = ['pom.xml', 'Validate.java'].map((name) => path.join(__dirname, name)) as [
    string,
    string,
  ];
  const made = createHash('sha256').update(readFileSync(pom)).update(readFileSync(main)).digest('hex');
  const folder = path.join(cacheDir(), `fhir-validator-${made.slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(path.join(cacheDir(), 'fetching-'));
  try {
    const maven = ['--quiet', '--batch-mode', '--file', pom, PLUGIN, `-DoutputDirectory=${work}`];
    await run('mvn', maven, { timeout: FETCH_MS });
    await run('javac', ['-cp', path.join(work, '*'), '-d', work, main], { timeout: FETCH_MS });
    if (!existsSync(folder)) renameSync(work, folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** Everything that the validator finds in these files. One that broke off is an error, never no findings. */
export const validateFhir = async (files: readonly string[]): Promise<FhirFinding[]> => {
  const folder = await prepared();
  const classPath = [folder, path.join(folder, '*')].join(path.delimiter);
  const java = [
    '-Xmx1g',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp',
    classPath,
    'Validate',
    ...files,
  ];
  const { stdout } = await run('java', java, { timeout: FETCH_MS, maxBuffer: 64 * 1024 * 1024 });
  const lines = stdout.trim().split('\n');
  if (lines.pop() !== `done\t${files.length}`)
    throw new Error(`the validator broke off: ${stdout.slice(-500)}`);
  return lines.map((line) => {
    const [severity, file = '', place = '', message = ''] = line.split('\t');
    return { severity: severity as FhirFinding['severity'], file, place, message };
  });
};
