import { z } from 'zod';
import { CANARY_PREFIX } from '../../domain/canary';
import { NOBODY_NAMED, ORGANISATION_KINDS } from '../../domain/directory';
import type { RoleKey } from '../../domain/vocabulary';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { instant } from '../api/schemas/common';
import { checkDirectory } from './directory-checks';

/**
 * The shape of a directory, as a file and over REST. Unknown fields are refused. What must hold between the parts is in
 * `directory-checks.ts`. Everything but people and leads may be left out.
 */

/** Roles that a ladder or an owner can mean; nobody asks an administrator or the software for a clinical act. */
export type LeadRole = Exclude<RoleKey, 'admin' | 'system'>;
export const LEAD_ROLES = ROLE_KEYS.filter((role): role is LeadRole => role !== 'admin' && role !== 'system');

/** Ids with a meaning of their own: the software as an actor, and the desk when nobody is named for it. */
const RESERVED = ['imaging-failsafe', NOBODY_NAMED];

const text = z.string().trim().min(1).max(200);

/** An id in the directory. It goes into evidence and through Temporal, a name does not. */
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const ID_SAYS = 'an id is lower-case letters, digits, dots, hyphens and underscores, at most 64';
export const directoryId = z
  .string()
  .regex(ID, ID_SAYS)
  .refine(
    (value) => !RESERVED.includes(value) && !value.startsWith(CANARY_PREFIX),
    'this id is reserved: choose another',
  );
const id = directoryId;

const span = { from: instant, to: instant };
const isSpan = ({ from, to }: { from: string; to: string }): boolean => from < to;
const backwards = { path: ['to'], message: 'must be later than `from`' };

const number = z.string().regex(/^\+?[0-9][0-9 ()*#-]{1,30}$/, 'digits, with + before a country code');
const https = z.url({ protocol: /^https$/, error: 'an https address' });

/** A way to reach somebody beside mail. */
export const contact = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['sms', 'phone', 'bleep']), to: number }),
  z.strictObject({ kind: z.literal('webhook'), to: https }),
]);

export const absence = z.strictObject({ ...span, cover: id.optional() }).refine(isSpan, backwards);

export const person = z.strictObject({
  id,
  name: text,
  email: z
    .email('not a mail address')
    .optional()
    .describe('Without one nobody can be asked by mail, and the ladder goes past them'),
  roles: z.array(z.enum(ROLE_KEYS)).min(1, 'name at least one role'),
  organisation: id.optional(),
  supervisor: id.optional().describe('The consultant behind a trainee'),
  cover: id
    .optional()
    .describe(
      'Asked where an absence names nobody, and where this person was asked as often as policy allows',
    ),
  contacts: z.array(contact).max(10).optional(),
  absences: z.array(absence).max(200).optional(),
  left: z
    .strictObject({ at: instant, successor: id.optional() })
    .optional()
    .describe('Gone from that instant on; the successor takes over what they answer for'),
});

export const organisation = z.strictObject({
  id,
  kind: z.enum(ORGANISATION_KINDS),
  name: text,
  clinician: id.optional().describe('Who answers for results that go there; needed outside the trust'),
  receipt: z
    .strictObject({ kind: z.enum(['mail', 'sms', 'phone', 'bleep', 'webhook']), to: text })
    .optional()
    .describe('How receipt is confirmed; needed outside the trust'),
});

export const site = z.strictObject({ id, name: text, organisation: id });

export const team = z.strictObject({
  id,
  name: text,
  organisation: id.optional(),
  lead: id,
  members: z.array(id).max(500),
});

export const rota = z.strictObject({
  role: z.enum(LEAD_ROLES),
  site: id.optional(),
  team: id.optional(),
  slots: z.array(z.strictObject({ ...span, person: id }).refine(isSpan, backwards)).max(5_000),
});

/** A directory of an earlier release names no engineer, and must stay one that can be changed: the desk stands in. */
type MayLack = 'on-call-engineer';

const lead = z.string('name the person whom this role means').regex(ID, ID_SAYS);
const leads = z.strictObject({
  ...(Object.fromEntries(LEAD_ROLES.map((role) => [role, lead])) as Record<
    Exclude<LeadRole, MayLack>,
    typeof lead
  >),
  'on-call-engineer': lead.optional(),
} satisfies Record<LeadRole, unknown>);

/** Where the asks of canaries go: a mailbox and numbers that ring nobody's day. */
export const canary = z
  .strictObject({
    email: z.email('not a mail address').optional(),
    contacts: z.array(contact).max(10).optional(),
  })
  .refine(
    ({ email, contacts = [] }) => email !== undefined || contacts.length > 0,
    'name an email or a contact',
  );
export type CanaryEntry = z.output<typeof canary>;

const shape = z.strictObject({
  name: text,
  people: z.array(person).min(1),
  leads,
  organisations: z.array(organisation).optional(),
  sites: z.array(site).optional(),
  teams: z.array(team).optional(),
  rotas: z.array(rota).optional(),
  canary: canary.optional().describe('Where the asks of canaries go. Without it none are sent out'),
});

/** Somebody who can owe, be asked, or act. */
export type Person = z.output<typeof person>;
export type OrganisationEntry = z.output<typeof organisation>;
export type TeamEntry = z.output<typeof team>;
export type RotaEntry = z.output<typeof rota>;
/** People, for every role the one person it means where nobody is named, and how all that hangs together. */
export type DirectoryFile = z.output<typeof shape>;

/** A whole directory, with everything that must hold between its parts. */
export const directorySchema = shape.superRefine((directory, context) => {
  for (const { path, message } of checkDirectory(directory))
    context.addIssue({ code: 'custom', path, message });
});

/** What a rota is called: its role, and where it holds. */
export const rotaId = ({ role, site: at, team: of }: Pick<RotaEntry, 'role' | 'site' | 'team'>): string =>
  [role, ...(at === undefined ? [] : [`site:${at}`]), ...(of === undefined ? [] : [`team:${of}`])].join(':');
