import type { EntityManager } from 'typeorm';
import { canaryDirectory } from '../../domain/canary';
import type { Directory, Member } from '../../domain/directory';
import type { RoleKey } from '../../domain/vocabulary';
import { canaryRecipients } from './canary-recipients';
import type {
  CanaryEntry,
  DirectoryFile,
  OrganisationEntry,
  Person,
  RotaEntry,
  TeamEntry,
} from './directory-schema';
import { LEAD_ROLES, rotaId } from './directory-schema';
import { WRITE_DIRECTORY } from './directory-sql';

/** The directory as it stands in the database; before the first one was loaded it may lack leads. */
export type StandingDirectory = Omit<DirectoryFile, 'leads' | 'name' | 'canary'> & {
  canary?: CanaryEntry | undefined;
  name?: string | undefined;
  leads: Partial<Record<RoleKey, string>>;
};

/** A person as Postgres gives them. */
interface PersonRow {
  id: string;
  name: string;
  email: string | null;
  roles: RoleKey[];
  organisation: string | null;
  supervisor: string | null;
  cover: string | null;
  contacts: NonNullable<Person['contacts']>;
  absences: NonNullable<Person['absences']>;
  left_at: Date | null;
  successor: string | null;
}

/** What is not there is left out, so that a directory reads as it was written. */
const present = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  ) as { [K in keyof T]?: NonNullable<T[K]> };

const personOf = ({ id, name, roles, left_at, successor, ...rest }: PersonRow): Person => ({
  id,
  name,
  roles,
  ...present(rest),
  ...(left_at === null ? {} : { left: { at: left_at.toISOString(), ...present({ successor }) } }),
});

const COLUMNS =
  'id, name, email, roles, organisation, supervisor, cover, contacts, absences, left_at, successor';

/** Everybody, by name; or one of them. */
export const readPeople = async (m: EntityManager, id?: string): Promise<Person[]> => {
  const rows = await m.query<PersonRow[]>(
    `select ${COLUMNS} from directory_person where $1::text is null or id = $1 order by name, id`,
    [id ?? null],
  );
  return rows.map(personOf);
};

/** The person whom each role means where nobody is named. */
export const readLeads = async (m: EntityManager): Promise<Partial<Record<RoleKey, string>>> => {
  const rows = await m.query<{ role: RoleKey; person: string }[]>(
    'select role, person from directory_lead order by role',
  );
  return Object.fromEntries(rows.map((row) => [row.role, row.person]));
};

/** The whole directory. */
export const readStanding = async (m: EntityManager): Promise<StandingDirectory> => {
  const [about] = await m.query<{ name: string | null }[]>('select directory_name as name from standing');
  const parts = await m.query<{ part: string; body: unknown }[]>(
    'select part, body from directory_part order by part, id',
  );
  const of = <T>(part: string): T[] => parts.filter((p) => p.part === part).map((p) => p.body as T);
  return {
    name: about?.name ?? undefined,
    people: await readPeople(m),
    leads: await readLeads(m),
    organisations: of<OrganisationEntry>('organisations'),
    sites: of<{ id: string; name: string; organisation: string }>('sites'),
    teams: of<TeamEntry>('teams'),
    rotas: of<RotaEntry>('rotas'),
    canary: of<CanaryEntry>('canary')[0],
  };
};

/** Writes a directory over the one that stands. */
export const writeDirectory = async (m: EntityManager, d: DirectoryFile): Promise<void> => {
  const leads = Object.entries(d.leads).map(([role, person]) => ({ role, person }));
  const people = d.people.map(({ left, ...rest }) => ({
    ...{ contacts: [], absences: [] },
    ...rest,
    left_at: left?.at ?? null,
    successor: left?.successor ?? null,
  }));
  const entries = (['organisations', 'sites', 'teams'] as const).flatMap((part) =>
    (d[part] ?? []).map((body) => ({ part, id: body.id, body })),
  );
  const rotas = (d.rotas ?? []).map((body) => ({ part: 'rotas', id: rotaId(body), body }));
  const canaries = canaryRecipients(d.canary).map((body) => ({ part: 'canaries', id: body.id, body }));
  const canary = d.canary ? [{ part: 'canary', id: 'canary', body: d.canary }] : [];
  const values = {
    name: [d.name ?? null],
    people: [JSON.stringify(people)],
    leads: [JSON.stringify(leads)],
    dropLeads: [leads.map((lead) => lead.role)],
    dropPeople: [people.map((person) => person.id)],
    dropParts: [],
    parts: [JSON.stringify([...entries, ...rotas, ...canary, ...canaries])],
  };
  for (const [name, sql] of Object.entries(WRITE_DIRECTORY))
    await m.query(sql, values[name as keyof typeof WRITE_DIRECTORY]);
};

const byId = <T extends { id: string }, V>(list: readonly T[] | undefined, value: (entry: T) => V) =>
  Object.fromEntries((list ?? []).map((entry) => [entry.id, value(entry)]));

const memberOf = ({ id: _id, name: _name, email: _email, contacts: _contacts, ...member }: Person): Member =>
  member as Member;

/** What the rules need of it: ids, roles and instants, no name and no address. */
export const domainDirectory = (d: StandingDirectory): Directory => ({
  leads: d.leads,
  people: byId(d.people, memberOf),
  teams: byId(d.teams, ({ lead, members }) => ({ lead, members })),
  organisations: byId(d.organisations, ({ kind, clinician }) => ({
    kind,
    ...(clinician === undefined ? {} : { clinician }),
  })),
  rotas: (d.rotas ?? []) as NonNullable<Directory['rotas']>,
  ...(d.canary
    ? {
        canary: canaryDirectory(
          canaryRecipients(d.canary).map(({ id }) => id),
          LEAD_ROLES,
        ),
      }
    : {}),
});
