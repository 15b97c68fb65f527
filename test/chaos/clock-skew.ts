import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** By how much a clock is off. */
export const SKEW_SECONDS = 600;

/**
 * Debian's library that tells one program another time (package `faketime`), or the one that FAKETIME_LIBRARY names; none on
 * another system.
 */
export function faketimeLibrary(): string | undefined {
  const named = process.env['FAKETIME_LIBRARY'];
  if (named) return named;
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join('/usr/lib', entry.name, 'faketime', 'libfaketimeMT.so.1'))
    .find((file) => existsSync(file));
}

/** What tells a program that it is so many seconds later; waiting takes as long as ever. */
export const skewedBy = (seconds: number, library: string): Record<string, string> => ({
  LD_PRELOAD: library,
  FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});
