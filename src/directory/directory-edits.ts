import type { FieldError } from '../api/problems';
import { Problem } from '../api/problems';
import type { DirectoryFile } from './directory-schema';
import { directorySchema, rotaId } from './directory-schema';
import type { StandingDirectory } from './directory-store';

/** Changes of one entry, each made on the whole document: what must hold between the parts is checked by the same schema. */

/** Parts of which each entry has an id. */
export type Listed = 'people' | 'organisations' | 'sites' | 'teams';
export type Edit = (d: StandingDirectory) => StandingDirectory;

const MOST_ERRORS = 50;

const idAt = (d: StandingDirectory, part: PropertyKey, index: PropertyKey): string => {
  if (typeof index !== 'number') return String(index);
  if (part === 'rotas') return d.rotas?.[index] ? rotaId(d.rotas[index]) : String(index);
  return d[part as Listed]?.[index]?.id ?? String(index);
};

/** `/people/consultant-1/cover`: entries by their ids, which are no personal data. */
const pointerIn = (d: StandingDirectory, [part, index, ...rest]: readonly PropertyKey[]): string =>
  `/${[part, ...(part === undefined || index === undefined ? [] : [idAt(d, part, index)]), ...rest].map(String).join('/')}`;

/** A document that holds together, or a problem that names each place where it does not. */
export const whole = (d: StandingDirectory): DirectoryFile => {
  const parsed = directorySchema.safeParse({ ...d, name: d.name ?? 'Directory' });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }): FieldError => ({
    pointer: pointerIn(d, path),
    message,
  }));
  throw new Problem('directory-inconsistent', { errors: errors.slice(0, MOST_ERRORS) });
};

/** Puts an entry in the place of the one with its id, or at the end. */
export const put =
  (part: Listed, entry: { id: string }): Edit =>
  (d) => {
    const list: { id: string }[] = d[part] ?? [];
    const isThere = list.some((other) => other.id === entry.id);
    return {
      ...d,
      [part]: isThere ? list.map((other) => (other.id === entry.id ? entry : other)) : [...list, entry],
    };
  };

/** Several at once: all of them, or none. */
export const putAll =
  (part: Listed, entries: readonly { id: string }[]): Edit =>
  (d) =>
    entries.reduce((so, entry) => put(part, entry)(so), d);

/** Takes an entry away. @throws where there is none */
export const remove =
  (part: Listed, id: string): Edit =>
  (d) => {
    const list: { id: string }[] = d[part] ?? [];
    if (!list.some((entry) => entry.id === id)) throw new Problem('unknown-entry');
    return { ...d, [part]: list.filter((entry) => entry.id !== id) };
  };

/** Changes fields of a person who is there; those that are `undefined` go. @throws where nobody has that id */
export const changePerson =
  (id: string, fields: { [K in keyof DirectoryFile['people'][number]]?: unknown }): Edit =>
  (d) => {
    const person = d.people.find((p) => p.id === id);
    if (!person) throw new Problem('unknown-entry');
    const changed = Object.fromEntries(
      Object.entries({ ...person, ...fields }).filter(([, value]) => value !== undefined),
    ) as typeof person;
    return put('people', changed)(d);
  };

type Rota = NonNullable<DirectoryFile['rotas']>[number];

/** Puts a rota in the place of the one for its role and place. */
export const putRota =
  (rota: Rota): Edit =>
  (d) => ({ ...d, rotas: [...(d.rotas ?? []).filter((r) => rotaId(r) !== rotaId(rota)), rota] });

/** Takes the rota of that name away. @throws where there is none */
export const removeRota =
  (id: string): Edit =>
  (d) => {
    if (!d.rotas?.some((r) => rotaId(r) === id)) throw new Problem('unknown-entry');
    return { ...d, rotas: d.rotas.filter((r) => rotaId(r) !== id) };
  };
