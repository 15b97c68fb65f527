import type { RoleKey } from '../../domain/vocabulary';
import { ROLE_KEYS } from '../../domain/vocabulary';
import type { FieldError } from '../api/problems';
import { Problem } from '../api/problems';
import type { Listed } from './directory-edits';
import type { Coding, FhirBundle, Practitioner, PractitionerRole, Telecom } from './fhir-schema';
import { ORGANISATION_SYSTEM, ROLE_SYSTEM } from './fhir-schema';
import { organisation, person } from './directory-schema';
import type { StandingDirectory } from './directory-store';

/**
 * People and organisations from a FHIR R4 Bundle of Practitioner, PractitionerRole and Organization. Roles come by our own
 * code system, or by the few general codes below; `telecom` gives mail and contacts; `notAvailable` gives absences; the end
 * of a role's `period`, where a practitioner has no role left, is when they leave. Weekly hours (`availableTime`) are no
 * absence: who is on call when is a rota, and the answer says that they were left out.
 */
const GENERAL: Readonly<Record<string, RoleKey>> = {
  'http://terminology.hl7.org/CodeSystem/practitioner-role|doctor': 'requester',
  'http://terminology.hl7.org/CodeSystem/practitioner-role|nurse': 'requester',
  'http://snomed.info/sct|66862007': 'reporter', // Radiologist (occupation)
};

/** In our code system, beside the roles: the clinician who answers for an organisation. */
const RESPONSIBLE = 'responsible-clinician';

/** What a bundle says, ready to be put into the directory. */
export interface FromFhir {
  entries: [Listed, { id: string }][];
  /** Places that were read and left out, with why. */
  leftOut: FieldError[];
}

const rolesOf = (codings: readonly Coding[]): RoleKey[] =>
  codings.flatMap(({ system, code }) => {
    if (system === ROLE_SYSTEM) return ROLE_KEYS.filter((role) => role === code);
    return GENERAL[`${system}|${code}`] ?? [];
  });

const codingsOf = (roles: readonly PractitionerRole[]): Coding[] =>
  roles.flatMap((role) => role.code ?? []).flatMap((concept) => concept.coding ?? []);

/** `Practitioner/Dr-1` and `urn:uuid:...` name by their last part; ids here are lower-case. */
const idOf = (reference: string | undefined): string | undefined =>
  reference?.split(/[/:]/).at(-1)?.toLowerCase();

const contactsOf = (telecom: readonly Telecom[]) => {
  const kinds = { phone: 'phone', sms: 'sms', pager: 'bleep', url: 'webhook' } as const;
  const of = (system: string | undefined) => kinds[system as keyof typeof kinds];
  const contacts = telecom.flatMap(({ system, value }) =>
    of(system) ? [{ kind: of(system), to: value }] : [],
  );
  const email = telecom.find(({ system }) => system === 'email')?.value;
  return { ...(email === undefined ? {} : { email }), ...(contacts.length === 0 ? {} : { contacts }) };
};

/** A date alone is the whole of that day, in UTC: a bundle that means another hour says so. */
const startOf = (when: string): string => (when.length === 10 ? `${when}T00:00:00Z` : when);
const endOf = (when: string): string =>
  when.length === 10 ? new Date(Date.parse(`${when}T00:00:00Z`) + 86_400_000).toISOString() : when;

const nameOf = ({ name = [] }: Practitioner): string | undefined => {
  const [one] = name;
  return (
    one?.text ??
    ([...(one?.prefix ?? []), ...(one?.given ?? []), one?.family].filter(Boolean).join(' ') || undefined)
  );
};

/** One practitioner with their roles as a person; `before` keeps what a bundle cannot say. */
const personOf = (
  practitioner: Practitioner,
  roles: readonly PractitionerRole[],
  before: StandingDirectory['people'][number] | undefined,
): unknown => {
  const ends = roles.map((role) => role.period?.end);
  const left =
    roles.length > 0 && ends.every((end) => end !== undefined) ? ends.toSorted().at(-1) : undefined;
  const absences = roles
    .flatMap((role) => role.notAvailable ?? [])
    .flatMap(({ during }) => (during ? [{ from: startOf(during.start), to: endOf(during.end) }] : []));
  const organisations = roles.flatMap((role) => idOf(role.organization?.reference) ?? []);
  const codes = rolesOf(codingsOf(roles));
  return {
    ...before,
    id: idOf(practitioner.id),
    name: nameOf(practitioner) ?? before?.name,
    ...contactsOf([...(practitioner.telecom ?? []), ...roles.flatMap((role) => role.telecom ?? [])]),
    roles: codes.length > 0 ? [...new Set(codes)] : (before?.roles ?? []),
    ...(organisations[0] === undefined ? {} : { organisation: organisations[0] }),
    ...(absences.length === 0 ? {} : { absences }),
    ...(left === undefined ? {} : { left: { ...before?.left, at: endOf(left) } }),
  };
};

/** @throws Problem that names every entry that cannot be taken, by its place in the bundle; then nothing is taken */
export const fromFhir = ({ entry }: FhirBundle, standing: StandingDirectory): FromFhir => {
  const resources = entry.map((e) => e.resource);
  const allRoles = resources.filter((r): r is PractitionerRole => r.resourceType === 'PractitionerRole');
  const errors: FieldError[] = [];
  const found: FromFhir = { entries: [], leftOut: [] };
  const take = (
    part: Listed,
    i: number,
    parsed: ReturnType<typeof person.safeParse | typeof organisation.safeParse>,
  ) => {
    if (parsed.success) found.entries.push([part, parsed.data]);
    else
      errors.push(
        ...parsed.error.issues.map(({ path, message }) => ({
          pointer: `/entry/${i}/resource`,
          message: `${path.map(String).join('.') || 'it'}: ${message}`,
        })),
      );
  };
  resources.forEach((r, i) => {
    if (r.resourceType === 'Practitioner') {
      const roles = allRoles.filter((role) => idOf(role.practitioner?.reference) === idOf(r.id));
      take(
        'people',
        i,
        person.safeParse(
          personOf(
            r,
            roles,
            standing.people.find((p) => p.id === idOf(r.id)),
          ),
        ),
      );
    } else if (r.resourceType === 'Organization') {
      const before = standing.organisations?.find((o) => o.id === idOf(r.id));
      const kind = r.type?.flatMap((t) => t.coding ?? []).find((c) => c.system === ORGANISATION_SYSTEM)?.code;
      const mail = r.telecom?.find((t) => t.system === 'email')?.value;
      const clinician = allRoles.find(
        (role) =>
          idOf(role.organization?.reference) === idOf(r.id) &&
          codingsOf([role]).some((c) => c.system === ROLE_SYSTEM && c.code === RESPONSIBLE),
      );
      take(
        'organisations',
        i,
        organisation.safeParse({
          ...before,
          id: idOf(r.id),
          ...(r.name === undefined ? {} : { name: r.name }),
          ...(kind === undefined ? {} : { kind }),
          ...(mail === undefined ? {} : { receipt: { kind: 'mail', to: mail } }),
          ...(clinician === undefined ? {} : { clinician: idOf(clinician.practitioner?.reference) }),
        }),
      );
    } else if (r.availableTime !== undefined)
      found.leftOut.push({
        pointer: `/entry/${i}/resource/availableTime`,
        message: 'weekly hours are no absence: put a rota',
      });
  });
  if (errors.length > 0) throw new Problem('invalid-body', { errors: errors.slice(0, 50) });
  return found;
};
