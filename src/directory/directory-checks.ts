import type { DirectoryFile, LeadRole, Person } from './directory-schema';

/** What must hold between the parts of a directory, so that nothing in it means nobody. */

export interface Defect {
  path: (string | number)[];
  message: string;
}

type Add = (path: Defect['path'], message: string) => void;

/** Everything that is wrong, each with its place. */
export const checkDirectory = (d: DirectoryFile): Defect[] => {
  const defects: Defect[] = [];
  const add: Add = (path, message) => defects.push({ path, message });
  checkIds(d, add);
  checkLeads(d, add);
  d.people.forEach((person, i) => checkPerson(d, person, i, add));
  checkOrganisations(d, add);
  checkTeams(d, add);
  checkRotas(d, add);
  checkCanary(d, add);
  return defects;
};

const PARTS = ['people', 'organisations', 'sites', 'teams'] as const;

const checkIds = (d: DirectoryFile, add: Add): void => {
  for (const part of PARTS) {
    const seen = new Set<string>();
    (d[part] ?? []).forEach(({ id }, i) => {
      if (seen.has(id)) add([part, i, 'id'], `"${id}" is there twice`);
      seen.add(id);
    });
  }
};

const personOf = (d: DirectoryFile, id: string): Person | undefined => d.people.find((p) => p.id === id);

/** A lead exists, has the role, can be reached, and does not leave without somebody who takes over. */
const checkLeads = (d: DirectoryFile, add: Add): void => {
  for (const [key, id] of Object.entries(d.leads)) {
    const role = key as LeadRole;
    const lead = personOf(d, id);
    if (!lead) add(['leads', role], `"${id}" is not among the people`);
    else if (!lead.roles.includes(role))
      add(['leads', role], `give "${lead.id}" the role "${role}" under people`);
    else if (lead.email === undefined)
      add(['leads', role], `"${lead.id}" needs an email: a lead must be reached`);
    else if (lead.left !== undefined && heir(d, lead)?.roles.includes(role) !== true)
      add(['leads', role], `"${lead.id}" leaves: name another lead, or a successor in this role`);
  }
};

/** Who takes over in the end, by the successors that are named. */
const heir = (d: DirectoryFile, leaver: Person): Person | undefined => {
  const seen = new Set<string>();
  for (let who: Person | undefined = leaver; who && !seen.has(who.id);) {
    if (who.left === undefined) return who;
    seen.add(who.id);
    who = who.left.successor === undefined ? undefined : personOf(d, who.left.successor);
  }
  return undefined;
};

const sharesRole = (a: Person, b: Person): boolean => a.roles.some((role) => b.roles.includes(role));

const checkPerson = (d: DirectoryFile, p: Person, i: number, add: Add): void => {
  const at = (...path: Defect['path']): Defect['path'] => ['people', i, ...path];
  const standsIn = (id: string | undefined, path: Defect['path']): void => {
    if (id === undefined) return;
    const other = personOf(d, id);
    if (!other) add(path, `"${id}" is not among the people`);
    else if (other.id === p.id) add(path, 'nobody stands in for themselves');
    else if (!sharesRole(p, other)) add(path, `"${id}" shares no role with "${p.id}", and so could not act`);
  };
  standsIn(p.cover, at('cover'));
  standsIn(p.left?.successor, at('left', 'successor'));
  p.absences?.forEach((absence, n) => standsIn(absence.cover, at('absences', n, 'cover')));
  if (p.supervisor !== undefined) {
    const consultant = personOf(d, p.supervisor);
    if (!consultant || consultant.id === p.id || !consultant.roles.includes('consultant'))
      add(at('supervisor'), 'must be somebody else among the people, with the role "consultant"');
  }
  refersTo(d, 'organisations', p.organisation, at('organisation'), add);
};

const refersTo = (
  d: DirectoryFile,
  part: 'organisations' | 'sites' | 'teams',
  id: string | undefined,
  path: Defect['path'],
  add: Add,
): void => {
  if (id !== undefined && !(d[part] ?? []).some((entry) => entry.id === id))
    add(path, `"${id}" is not among the ${part}`);
};

/** Whatever goes to another organisation has a clinician who answers there, and a way to confirm that it came. */
const checkOrganisations = (d: DirectoryFile, add: Add): void => {
  d.organisations?.forEach((organisation, i) => {
    const { kind, clinician, receipt } = organisation;
    if (kind !== 'trust' && clinician === undefined)
      add(['organisations', i, 'clinician'], 'name the clinician who answers there');
    if (kind !== 'trust' && receipt === undefined)
      add(['organisations', i, 'receipt'], 'say how receipt is confirmed');
    if (clinician !== undefined && !personOf(d, clinician))
      add(['organisations', i, 'clinician'], `"${clinician}" is not among the people`);
  });
  d.sites?.forEach((site, i) =>
    refersTo(d, 'organisations', site.organisation, ['sites', i, 'organisation'], add),
  );
};

const checkTeams = (d: DirectoryFile, add: Add): void =>
  d.teams?.forEach((team, i) => {
    refersTo(d, 'organisations', team.organisation, ['teams', i, 'organisation'], add);
    if (!personOf(d, team.lead)) add(['teams', i, 'lead'], `"${team.lead}" is not among the people`);
    team.members.forEach((member, n) => {
      if (!personOf(d, member)) add(['teams', i, 'members', n], `"${member}" is not among the people`);
    });
  });

/** Canaries ring nobody: what is theirs is no person's. */
const checkCanary = (d: DirectoryFile, add: Add): void => {
  const { email, contacts = [] } = d.canary ?? {};
  const theirs = new Set(d.people.flatMap((p) => [p.email, ...(p.contacts ?? []).map(({ to }) => to)]));
  if (email !== undefined && theirs.has(email)) add(['canary', 'email'], 'is the address of a person');
  contacts.forEach(({ to }, i) => {
    if (theirs.has(to)) add(['canary', 'contacts', i, 'to'], 'is the number of a person');
  });
};

/** One rota a role and place, one person on call at a time: two who are asked are nobody who owes. */
const checkRotas = (d: DirectoryFile, add: Add): void => {
  const seen = new Set<string>();
  d.rotas?.forEach((rota, i) => {
    const key = JSON.stringify([rota.role, rota.site, rota.team]);
    if (seen.has(key)) add(['rotas', i], 'there is another rota for this role and place');
    seen.add(key);
    if (rota.site !== undefined && rota.team !== undefined)
      add(['rotas', i, 'team'], 'a rota is for a site or for a team');
    refersTo(d, 'sites', rota.site, ['rotas', i, 'site'], add);
    refersTo(d, 'teams', rota.team, ['rotas', i, 'team'], add);
    const order = rota.slots.map((slot, n) => ({ ...slot, n })).sort((a, b) => (a.from < b.from ? -1 : 1));
    order.forEach((slot, n) => {
      const path = ['rotas', i, 'slots', slot.n];
      const onCall = personOf(d, slot.person);
      if (!onCall) add([...path, 'person'], `"${slot.person}" is not among the people`);
      else if (!onCall.roles.includes(rota.role))
        add([...path, 'person'], `"${slot.person}" has not this role`);
      if (n > 0 && order[n - 1]!.to > slot.from) add([...path, 'from'], 'somebody else is on call then');
    });
  });
};
