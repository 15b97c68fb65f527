import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Verifier } from '../ledger/signed-note';
import { readVerifierKey } from '../ledger/signed-note';
import { PlainError } from '../local/plain-error';
import type { Held } from './ledger';

export const HELP = `Verifies what was recorded

  npm run verify                       the database of this machine (or DATABASE_URL): every chain, the ledger, its
                                       checkpoints, archived histories, and the read model built anew and compared
  npm run verify -- --data DIR         what \`npm run cases -- --keep DIR\` has kept, or another data folder
  npm run verify -- --checkpoints DIR  hold the ledger to checkpoints that went elsewhere (files, or folders of them)
  npm run verify -- --key KEY          a key that checkpoints must be signed by, as you had it from elsewhere: name+id+base64,
                                       or a file of them. Without it the keys on record are taken, which shows less
  npm run verify -- --temporal         hold the chains to the histories that Temporal still has too (TEMPORAL_ADDRESS)
  npm run verify -- --json             what was found, as JSON on stdout; progress on stderr

It reads one snapshot and changes nothing; the program may go on running. What it can find and what it cannot is in
docs/EVIDENCE.md.

Exit codes: 0 all as it was recorded; 1 something is not, and where; 2 it cannot be verified, and what to do.
`;

export interface Options {
  data?: string;
  held: Held[];
  keys: Verifier[];
  /** Whether histories are asked of Temporal itself. */
  temporal: boolean;
  json: boolean;
}

/** What the command line asks for; nothing where it asks for help. @throws PlainError where it cannot be used */
export const options = (args: string[]): Options | undefined => {
  const values = parsed(args);
  if (values.help) return undefined;
  return {
    ...(values.data === undefined ? {} : { data: path.resolve(values.data) }),
    held: (values.checkpoints ?? []).flatMap(heldIn),
    keys: (values.key ?? []).flatMap(keysIn),
    temporal: values.temporal ?? false,
    json: values.json ?? false,
  };
};

const parsed = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        checkpoints: { type: 'string', multiple: true },
        key: { type: 'string', multiple: true },
        temporal: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new PlainError((error as Error).message, 'See npm run verify -- --help.');
  }
};

/** The checkpoints in a file or folder; other files in a folder are passed over. */
export const heldIn = (place: string): Held[] => {
  try {
    if (!statSync(place).isDirectory()) return [{ name: place, note: readFileSync(place, 'utf8') }];
    return readdirSync(place)
      .sort()
      .map((name) => ({ name, note: readFileSync(path.join(place, name), 'utf8') }))
      .filter(({ note }) => note.includes('\n\n\u2014 '));
  } catch (error) {
    throw new PlainError((error as Error).message, 'Name a file or a folder of checkpoints.');
  }
};

/** A verifier key, or a file with one a line. */
export const keysIn = (text: string): Verifier[] => {
  const lines = text.includes('+') ? [text] : linesOf(text);
  return lines.map((line) => {
    try {
      return readVerifierKey(line);
    } catch {
      throw new PlainError(`This is no verifier key: ${line}`, 'One is written name+id+base64.');
    }
  });
};

const linesOf = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);
  } catch (error) {
    throw new PlainError((error as Error).message, 'Give a verifier key, or a file of them.');
  }
};
