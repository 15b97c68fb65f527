import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { NOBODY_NAMED } from '../../domain/directory';
import type { RoleKey } from '../../domain/vocabulary';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { PlainError } from '../local/plain-error';

/** Somebody who can owe, be asked, or act. */
export interface Person {
  /** Opaque: it goes into evidence and through Temporal, a name does not. */
  id: string;
  name: string;
  /** Without one nobody can be asked by mail, and the ladder goes past them. */
  email?: string | undefined;
  roles: RoleKey[];
}

/** People, and for every role the one person it means where nobody is named. */
export interface DirectoryFile {
  name: string;
  people: Person[];
  leads: Record<LeadRole, string>;
}

/** Roles that a ladder or an owner can mean; nobody asks an administrator or the software for a clinical act. */
export type LeadRole = Exclude<RoleKey, 'admin' | 'system'>;
export const LEAD_ROLES = ROLE_KEYS.filter((role): role is LeadRole => role !== 'admin' && role !== 'system');

/** Ids with a meaning of their own: the software as an actor, and the desk when nobody is named for it. */
const RESERVED = ['imaging-failsafe', NOBODY_NAMED];

const text = z.string().trim().min(1);
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'an id is lower-case letters, digits, dots, hyphens and underscores')
  .refine((value) => !RESERVED.includes(value), 'this id is reserved: choose another');

const person = z.strictObject({
  id,
  name: text,
  email: z.email('not a mail address').optional(),
  roles: z.array(z.enum(ROLE_KEYS)).min(1, 'name at least one role'),
});

const shape = z.strictObject({
  name: text,
  people: z.array(person).min(1),
  leads: z.strictObject(
    Object.fromEntries(
      LEAD_ROLES.map((role) => [role, z.string('name the person whom this role means')]),
    ) as Record<LeadRole, z.ZodString>,
  ),
});

/** What must hold between the parts: ids are unique; a lead exists, has the role, and can be reached. */
const schema = shape.superRefine(({ people, leads }, context) => {
  const defect = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  people.forEach((p, i) => {
    if (people.findIndex((other) => other.id === p.id) !== i)
      defect(['people', i, 'id'], `"${p.id}" is there twice`);
  });
  for (const role of LEAD_ROLES) {
    const lead = people.find((p) => p.id === leads[role]);
    if (!lead) defect(['leads', role], `"${leads[role]}" is not among the people`);
    else if (!lead.roles.includes(role))
      defect(['leads', role], `give "${lead.id}" the role "${role}" under people`);
    else if (lead.email === undefined)
      defect(['leads', role], `"${lead.id}" needs an email: a lead must be reached`);
  }
});

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
  const parsed = schema.safeParse(document.toJS());
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
