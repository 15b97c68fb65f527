import type { FieldError } from '../api/problems';
import { Problem } from '../api/problems';
import { parseCsv } from './csv';
import type { CsvRow } from './csv';
import type { Person } from './directory-schema';
import { person } from './directory-schema';
import type { StandingDirectory } from './directory-store';

/**
 * People from a table. The first line names the columns, in any order: `id`, `name` and `roles` (several parted by `;`) must be
 * there; `email`, `organisation`, `supervisor`, `cover`, `sms`, `phone` and `bleep` may be. An empty cell takes away what
 * stood; a column that is not there leaves it. Nobody is taken away, and either every line is taken or none.
 */
export const CSV_COLUMNS = [
  ...(['id', 'name', 'roles', 'email', 'organisation', 'supervisor', 'cover'] as const),
  ...(['sms', 'phone', 'bleep'] as const),
] as const;
type Column = (typeof CSV_COLUMNS)[number];

const NEEDED: readonly Column[] = ['id', 'name', 'roles'];
const CONTACTS = ['sms', 'phone', 'bleep'] as const;

const refuse = (errors: FieldError[]): never => {
  throw new Problem('invalid-body', { errors: errors.slice(0, 50) });
};

const columnsOf = ({ cells }: CsvRow): Column[] => {
  const names = cells.map((c) => c.trim()) as Column[];
  const missing = NEEDED.filter((name) => !names.includes(name));
  const unknown = names.filter((name, i) => !CSV_COLUMNS.includes(name) || names.indexOf(name) !== i);
  if (missing.length > 0)
    refuse([{ pointer: '/1', message: `the columns ${missing.join(', ')} are missing` }]);
  if (unknown.length > 0)
    refuse([{ pointer: '/1', message: `columns may be ${CSV_COLUMNS.join(', ')}, each once` }]);
  return names;
};

const personOf = (
  row: Readonly<Partial<Record<Column, string>>>,
  before: Person | undefined,
): Record<string, unknown> => {
  const { id, name, roles, sms: _s, phone: _p, bleep: _b, ...rest } = row;
  const kept = (before?.contacts ?? []).filter((c) => (row as Record<string, unknown>)[c.kind] === undefined);
  const said = CONTACTS.flatMap((kind) => (row[kind] ? [{ kind, to: row[kind] }] : []));
  const contacts = [...kept, ...said];
  const fields = {
    ...before,
    ...{ id, name },
    roles: (roles ?? '').split(';').flatMap((role) => role.trim() || []),
    ...Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, value || undefined])),
    contacts: contacts.length > 0 ? contacts : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
};

/** @throws Problem that names every line that is wrong, by its number and column, and nothing that stood there */
export const peopleFromCsv = (text: string, standing: StandingDirectory): Person[] => {
  const rows = parseCsv(text) ?? refuse([{ pointer: '', message: 'a quote is never closed' }]);
  const [header, ...lines] = rows;
  if (!header) refuse([{ pointer: '/1', message: 'the line that names the columns is missing' }]);
  const columns = columnsOf(header!);
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const people = lines.flatMap(({ line, cells }): Person[] => {
    if (cells.length !== columns.length) {
      errors.push({ pointer: `/${line}`, message: `has ${cells.length} cells, not ${columns.length}` });
      return [];
    }
    const row = Object.fromEntries(columns.map((column, i) => [column, cells[i]!.trim()]));
    const before = standing.people.find((p) => p.id === row['id']);
    if (seen.has(row['id']!)) errors.push({ pointer: `/${line}/id`, message: 'was there before' });
    seen.add(row['id']!);
    const parsed = person.safeParse(personOf(row, before));
    if (parsed.success) return [parsed.data];
    errors.push(
      ...parsed.error.issues.map(({ path, message }) => ({
        pointer: `/${line}/${String(path[0] ?? '')}`,
        message,
      })),
    );
    return [];
  });
  return errors.length > 0 ? refuse(errors) : people;
};
