import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { PlainError } from '../local/plain-error';
import type { DirectoryFile } from './directory-schema';
import { directorySchema } from './directory-schema';

export type { DirectoryFile, LeadRole, Person } from './directory-schema';
export { LEAD_ROLES } from './directory-schema';

/** A directory file that cannot be used: what is wrong in which line. */
export class DirectoryFileError extends PlainError {
  constructor(
    readonly file: string,
    readonly defects: string[],
  ) {
    super(
      `The directory file ${file} cannot be used:\n${defects.map((defect) => `  ${defect}`).join('\n')}`,
      'Correct these lines; policies/directory.fictitious.yaml is an example.',
    );
    this.name = 'DirectoryFileError';
  }
}

/** A directory from the text of a file; `file` only names it in errors. */
export const parseDirectory = (content: string, file: string): DirectoryFile => {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new DirectoryFileError(
      file,
      document.errors.map((e) => `line ${e.linePos?.[0].line ?? 1}: ${e.message.split('\n')[0]}`),
    );
  const parsed = directorySchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const lineOf = (path: PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const { range } = (document.getIn(path.slice(0, length), true) ?? {}) as {
        range?: [number, number, number];
      };
      if (range) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  throw new DirectoryFileError(
    file,
    parsed.error.issues.map(
      ({ path, message }) => `line ${lineOf(path)}: ${path.join('.') || 'the file'}: ${message}`,
    ),
  );
};

/** Reads and checks a directory file. */
export const readDirectory = (file: string): DirectoryFile => {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DirectoryFileError(file, [(error as Error).message]);
  }
  return parseDirectory(content, file);
};
