import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A text in the forms in which it might lie somewhere: as it is, in an address, in hex, in base64 at any offset. */
const formsOf = (canary: string): Buffer[] => {
  const bytes = Buffer.from(canary, 'utf8');
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Its first and last characters depend on the neighbours.
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const escaped = [encodeURIComponent(canary), canary.replaceAll(' ', '+'), canary.replaceAll(' ', '=20')];
  return [...new Set([canary, bytes.toString('hex'), ...escaped, ...shifted])].map((form) =>
    Buffer.from(form, 'utf8'),
  );
};

/** Which of these texts occur in something, in any form. */
export const canariesIn = (content: Buffer | string, canaries: readonly string[]): string[] => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return canaries.filter((canary) => formsOf(canary).some((form) => bytes.includes(form)));
};

/** Every file below a folder. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The files below a folder that hold any of these texts, as `file: text`. */
export const canaryFiles = (folder: string, canaries: readonly string[]): string[] =>
  filesBelow(folder).flatMap((file) =>
    canariesIn(readFileSync(file), canaries).map((canary) => `${file}: ${canary}`),
  );
