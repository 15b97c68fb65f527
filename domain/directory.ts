import type { Owner, Party } from './inputs';
import type { Instant, RoleKey } from './vocabulary';

/**
 * Who is who at an instant. The directory is looked up at the moment of asking, inside the transaction that records the
 * ask, and what it said is kept on the event. Whom a ladder's rung reaches in a journey is in `asking.ts`.
 */

/** Away from one instant to another, and who is asked meanwhile. */
export interface Absence {
  from: Instant;
  to: Instant;
  cover?: string;
}

/** Somebody who can be asked: only ids, roles and instants, never a name. */
export interface Member {
  roles: RoleKey[];
  organisation?: string;
  /** The consultant behind a trainee. */
  supervisor?: string;
  /** Who stands in where an absence names nobody, and where they have been asked as often as policy allows. */
  cover?: string;
  absences?: Absence[];
  /** Gone from that instant on; the successor takes over what they answer for. */
  left?: { at: Instant; successor?: string };
}

export interface Team {
  lead: string;
  members: string[];
}

export interface Organisation {
  kind: OrganisationKind;
  /** Who answers for results that go to an organisation outside the trust. */
  clinician?: string;
}
export const ORGANISATION_KINDS = [
  'trust',
  'gp-practice',
  'outsourced-provider',
  'private-provider',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** Who is on call for a role: at a site, in a team, or for the whole trust. */
export interface Rota {
  role: RoleKey;
  site?: string;
  team?: string;
  slots: { from: Instant; to: Instant; person: string }[];
}

export interface Directory {
  /** The named lead of a pool, department, site or desk. */
  leads: Partial<Record<RoleKey, string>>;
  /** Everybody who can be reached. */
  people: Record<string, Member>;
  teams?: Record<string, Team>;
  organisations?: Record<string, Organisation>;
  rotas?: Rota[];
  /** Who is asked in canaries, and nobody else is (`canary.ts`); none where no mailbox is set up for them. */
  canary?: Directory;
}

/** Roles that are a pool, department, site or desk: their duties are their lead's. A consultant's are the consultant's own. */
export const COLLECTIVE: ReadonlySet<RoleKey> = new Set([
  'imaging-department',
  'reporting-pool',
  'sending-site',
  'reading-site',
  'clinical-lead',
  'safety-lead',
  'medical-lead',
  'mdt-coordinator',
  'desk',
]);

/** Who sits at the desk when not even its lead is in the directory: the worklist of the desk itself. */
export const NOBODY_NAMED = 'desk';

/** Whether an instant lies in a span; the end is the next one's beginning. */
export const within = (span: { from: Instant; to: Instant }, at: Instant): boolean =>
  span.from <= at && at < span.to;

/** Whether somebody has left by then. */
export const hasLeft = (person: string, directory: Directory, at: Instant): boolean => {
  const left = directory.people[person]?.left;
  return left !== undefined && left.at <= at;
};

/** Who has taken over from somebody who left: the successor, or theirs. Nobody where the chain ends or turns in a circle. */
export const heirOf = (person: string, directory: Directory, at: Instant): string | undefined => {
  const seen = new Set<string>();
  for (let who: string | undefined = person; who !== undefined && !seen.has(who);) {
    if (!hasLeft(who, directory, at)) return directory.people[who] ? who : undefined;
    seen.add(who);
    who = directory.people[who]?.left?.successor;
  }
  return undefined;
};

/** Whether an offer to them leaves the trust: to general practice, or to somebody of another organisation. */
export const isExternal = (to: Owner, { people, organisations }: Directory): boolean => {
  const id = to.person === undefined ? undefined : people[to.person]?.organisation;
  const kind = id === undefined ? undefined : organisations?.[id]?.kind;
  return to.role === 'gp' || (kind !== undefined && kind !== 'trust');
};

/** A role's named lead, or whoever took over from a lead who left. */
export const leadOf = (role: RoleKey, directory: Directory, at: Instant): string | undefined => {
  const lead = directory.leads[role];
  return lead !== undefined && hasLeft(lead, directory, at) ? heirOf(lead, directory, at) : lead;
};

/** The desk, by its lead; its own worklist where nobody is named for it. */
export const desk = (directory: Directory, at: Instant): Party => ({
  role: 'desk',
  person: leadOf('desk', directory, at) ?? NOBODY_NAMED,
});

/** Who answers: the person named, or who took over from them; else the role's named lead, else the desk's. */
export const named = (owner: Owner, directory: Directory, at: Instant): Party => {
  const { role, person } = owner;
  const gone = person !== undefined && hasLeft(person, directory, at);
  const who = (gone ? heirOf(person, directory, at) : person) ?? leadOf(role, directory, at);
  return who === undefined ? desk(directory, at) : { role, person: who };
};

/** What keeps somebody from being asked. */
export type Hindrance = 'not-in-directory' | 'left' | 'absent' | 'ceiling';

/** The directory at the moment of asking. */
export interface Moment {
  at: Instant;
  directory: Directory;
  /** People who were asked as often as policy allows; left out for what is critical or urgent. */
  atCeiling?: ReadonlySet<string>;
}

const absenceOf = (member: Member | undefined, at: Instant): Absence | undefined => {
  const now = (member?.absences ?? []).filter((absence) => within(absence, at));
  return now.find((absence) => absence.cover !== undefined) ?? now[0];
};

const hindrance = (person: string, { directory, at, atCeiling }: Moment): Hindrance | undefined => {
  const member = directory.people[person];
  if (member === undefined) return 'not-in-directory';
  if (hasLeft(person, directory, at)) return 'left';
  if (absenceOf(member, at)) return 'absent';
  return atCeiling?.has(person) ? 'ceiling' : undefined;
};

const deputy = (person: string, why: Hindrance, { directory, at }: Moment): string | undefined => {
  const member = directory.people[person];
  if (why === 'left') return member?.left?.successor;
  return (why === 'absent' ? absenceOf(member, at)?.cover : undefined) ?? member?.cover;
};

/**
 * Who is asked for somebody now: themselves, or whoever covers for them, and for the cover in turn. Nobody where the chain
 * ends or turns in a circle; then `because` says what kept the person who was meant.
 */
export const standIn = (person: string, moment: Moment): { person?: string; because?: Hindrance } => {
  const first = hindrance(person, moment);
  if (first === undefined) return { person };
  const seen = new Set<string>();
  for (let who: string | undefined = person; who !== undefined && !seen.has(who);) {
    const why = hindrance(who, moment);
    if (why === undefined) return { person: who, because: first };
    seen.add(who);
    who = deputy(who, why, moment);
  }
  return { because: first };
};
