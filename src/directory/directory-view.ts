import { z } from 'zod';
import { BECAUSE } from '../../domain/asking';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { id, instant } from '../api/schemas/common';
import type { Person } from './directory-schema';
import { LEAD_ROLES, absence, organisation, person, rota, site, team } from './directory-schema';
import type { StandingDirectory } from './directory-store';

/** The directory as everybody may read it: no address, and of organisations no way to reach them. */

const personView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLE_KEYS)),
  organisation: z.string().optional(),
  supervisor: z.string().optional(),
  cover: z.string().optional(),
  absences: z.array(absence).optional(),
  left: person.shape.left,
  reachedBy: z.array(z.string()).describe('Kinds of contact; the addresses are for administrators'),
  atCeilingUntil: z
    .string()
    .optional()
    .describe(
      'Asked as often as policy allows: until then what is neither critical nor urgent goes to their cover',
    ),
});

const organisationView = organisation.omit({ receipt: true });

export const directoryView = z.object({
  version: z.int(),
  name: z.string().optional(),
  people: z.array(personView),
  leads: z
    .record(z.string(), z.string())
    .describe('The person whom each role means where nobody is named, by role'),
  organisations: z.array(organisationView),
  sites: z.array(site),
  teams: z.array(team),
  rotas: z.array(rota),
});

/** One person; with addresses for whoever may change them. */
export const onePersonView = personView.extend({
  teams: z.array(z.string()),
  email: person.shape.email,
  contacts: person.shape.contacts,
});

export const onCallQuery = z.strictObject({
  role: z.enum(LEAD_ROLES),
  site: id.optional(),
  team: id.optional(),
  at: instant.optional().describe('Now, unless said'),
});

export const onCallView = z.object({
  role: z.string(),
  at: z.string(),
  asked: z.string().optional().describe('Absent where the ask would go to the next rung of its ladder'),
  insteadOf: z.string().optional().describe('Whom it would be meant for'),
  because: z.enum(BECAUSE).optional(),
});

export const atCeilingView = z.object({
  items: z.array(z.object({ person: z.string(), until: z.string() })),
});

export const changesView = z.object({
  version: z.int(),
  at: z.string(),
  by: z.object({ person: z.string(), role: z.string() }),
  entries: z
    .array(
      z.looseObject({ part: z.string(), id: z.string(), change: z.enum(['added', 'removed', 'changed']) }),
    )
    .describe('Ids, fields and instants; a name or an address is never in here'),
  previous: z.string(),
  hash: z.string().describe('SHA-256 over the canonical JSON of {journey: "directory", previous, event}'),
});

/** @param ceiling until when people are at their ceiling, by id */
export const viewPerson = (
  { email, contacts = [], ...rest }: Person,
  ceiling: ReadonlyMap<string, string>,
): z.output<typeof personView> => {
  const until = ceiling.get(rest.id);
  const kinds = new Set([...(email === undefined ? [] : ['mail']), ...contacts.map((c) => c.kind)]);
  return { ...rest, reachedBy: [...kinds], ...(until === undefined ? {} : { atCeilingUntil: until }) };
};

export const viewDirectory = (
  version: number,
  d: StandingDirectory,
  ceiling: ReadonlyMap<string, string>,
): z.output<typeof directoryView> => ({
  version,
  ...(d.name === undefined ? {} : { name: d.name }),
  people: d.people.map((p) => viewPerson(p, ceiling)),
  leads: d.leads as Record<string, string>,
  organisations: (d.organisations ?? []).map(({ receipt: _receipt, ...rest }) => rest),
  sites: d.sites ?? [],
  teams: d.teams ?? [],
  rotas: d.rotas ?? [],
});
