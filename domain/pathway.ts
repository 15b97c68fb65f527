import type { Finding, Owner } from './inputs';
import type { Journey, Known } from './journey';
import { earliest, latest, since } from './journey';
import type { Duty } from './obligation';
import { worst } from './obligation';
import type { Issue } from './reports';
import { everIssued, finalReport, finalSince, labelOf, live, runs, standing } from './reports';
import type { Region } from './vocabulary';

/**
 * The clinical pathway: `duties(journey)` says what is owed now, given what is known. It depends on what is known, never
 * on the order in which it arrived. One function a row of DESIGN's table, in the order of the journey; a radiologist can
 * check each against its comment. *Accept handover*, *follow up*, *candour* and *learn* will stand in `PATHWAY` too.
 */
type Rule = (j: Journey) => Duty[];

const IMAGING: Owner = { role: 'imaging-department' };
const POOL: Owner = { role: 'reporting-pool' };
const DESK: Owner = { role: 'desk' };

// ---- what is known, in words -------------------------------------------------------------------------------------

const hasReport = (j: Journey): boolean => j.reports.length > 0;
export const hasImages = (j: Journey): boolean => j.images.length > 0 || hasReport(j);
const imagedAt = (j: Journey): string => earliest(j.images) ?? earliest(j.reports) ?? since(j.request!);

/** The requester's side: who asked, or whom the newest report names; else the desk finds out. */
const requesterOf = (j: Journey): Owner => {
  if (j.request) return { role: 'requester', person: j.request.requester.person };
  const named = [...j.reports].reverse().find((r) => r.requester !== undefined)?.requester;
  return named === undefined ? DESK : { role: 'requester', person: named };
};

/**
 * The accountable clinician: whoever accepted last (an acknowledgement is an acceptance), unless a lead reassigned the
 * patient; before that the consultant named at the request (a trainee's supervisor), else the requester.
 */
export const accountableClinician = (j: Journey): Owner => {
  const moved = j.reassigned['clinician'];
  if (moved) return moved;
  const accepted = [...j.acknowledgements].sort((a, b) => a.seq - b.seq).at(-1);
  if (accepted) return { role: accepted.by.role, person: accepted.by.person };
  if (j.request?.consultant !== undefined) return { role: 'consultant', person: j.request.consultant };
  return requesterOf(j);
};

const acknowledged = (j: Journey, issue: Issue): Known<'acknowledge'> | undefined =>
  j.acknowledgements.find((a) => issue.labels.includes(a.version));

const told = (j: Journey, issue: Issue): boolean =>
  j.tellings.some(
    (t) =>
      issue.labels.includes(t.version) &&
      // A letter or release that bounced told nobody.
      !((t.how === 'letter' || t.how === 'portal') && j.bounces.some((b) => b.version === t.version && b.seq > t.seq)),
  );

const gpTold = (j: Journey, issue: Issue): boolean => j.gpReceipts.some((g) => issue.labels.includes(g.version));

const notNeeded = (j: Journey): boolean => j.clarifications.at(-1)?.decision === 'not-needed';

/** A question to the requester that no later decision answered. */
const unanswered = (j: Journey, key: string, seq: number): boolean =>
  !j.clarifications.some((c) => c.seq > seq && c.questions.includes(key));

// ---- before the image --------------------------------------------------------------------------------------------

/** Vet: a request, no images yet. Ends accepted with a priority, or returned (then `clarify` is owed). */
const vet: Rule = (j) => {
  if (!j.request) return [];
  const last = j.vettings.at(-1);
  const decided = j.clarifications.at(-1);
  const again = last !== undefined && 'returned' in last && decided !== undefined && decided.seq > last.seq;
  const duty = { key: 'vet', kind: 'vet', accountable: IMAGING } as const;
  const from = again ? decided.receivedAt : since(j.request);
  if (hasImages(j)) return [{ ...duty, from, status: last ? 'discharged' : 'overtaken' }];
  if (notNeeded(j)) return [{ ...duty, from, status: 'withdrawn' }];
  return [{ ...duty, from, status: last === undefined || again ? 'owed' : 'discharged' }];
};

/** Acquire: accepted, no images yet. While the requester decides (unbooked, DNA, cancelled), the decision is what is owed. */
const acquire: Rule = (j) => {
  const accepted = j.vettings.at(-1);
  if (!accepted || 'returned' in accepted) return [];
  const decided = j.clarifications.at(-1);
  const from = decided && decided.seq > accepted.seq ? decided.receivedAt : accepted.receivedAt;
  const duty = { key: 'acquire', kind: 'acquire', accountable: IMAGING, from } as const;
  if (j.images.length > 0) return [{ ...duty, status: 'discharged' }];
  if (hasReport(j)) return [{ ...duty, status: 'overtaken' }];
  if (notNeeded(j) || questions(j).some((q) => q.status === 'owed')) return [{ ...duty, status: 'withdrawn' }];
  return [{ ...duty, status: 'owed' }];
};

/** Clarify: a returned request, a booking that did not come about, a cancellation, a result for a cancelled order. */
const questions: Rule = (j) => {
  const ask = (key: string, seq: number, from: string, overtaken: boolean): Duty => ({
    key,
    kind: 'clarify',
    from,
    accountable: requesterOf(j),
    status: !unanswered(j, key, seq) ? 'discharged' : overtaken ? 'overtaken' : 'owed',
  });
  const imaged = hasImages(j);
  const returned = j.vettings.filter((v) => 'returned' in v).at(-1);
  const unbooked = j.unbooked.at(-1);
  const missed = j.missed.at(-1);
  const cancelled = j.cancels.at(-1);
  return [
    ...(returned ? [ask('clarify:returned', returned.seq, returned.receivedAt, imaged)] : []),
    ...(unbooked ? [ask('clarify:unbooked', unbooked.seq, since(unbooked), imaged)] : []),
    ...(missed ? [ask('clarify:did-not-attend', missed.seq, since(missed), imaged)] : []),
    ...(cancelled
      ? imaged
        ? [ask('clarify:result-of-cancelled', 0, latest([...j.cancels, ...j.images, ...j.reports])!, false)]
        : [ask('clarify:cancelled', cancelled.seq, since(cancelled), false)]
      : []),
  ];
};

// ---- from image to report ----------------------------------------------------------------------------------------

/** Transfer: images that must be read elsewhere, until the reading site confirms them there and complete. */
const transfer: Rule = (j) =>
  j.transfers.map((t) => ({
    key: `transfer:${t.id}`,
    kind: 'transfer',
    from: since(t),
    accountable: { role: 'sending-site' },
    status: j.arrivals.some((a) => a.id === t.id && a.complete)
      ? 'discharged'
      : finalReport(j)
        ? 'overtaken'
        : 'owed',
  }));

/** Report: images, and no final report of them. A claim makes the reporter accountable for the time of its lease. */
const report: Rule = (j) => {
  if (!hasImages(j)) return [];
  const stands = standing(j);
  const from = stands?.kind === 'withdrawn' ? stands.at : imagedAt(j);
  const accountable: Owner = j.claim ? { role: 'reporter', person: j.claim.by.person } : POOL;
  const done = finalReport(j) !== undefined || j.evaluation !== undefined;
  return [{ key: 'report', kind: 'report', from, accountable, status: done ? 'discharged' : 'owed' }];
};

/** The regions of the examination that nobody has stated yet for the report that stands. */
export const unstatedRegions = (j: Journey): Region[] => {
  const issue = finalReport(j);
  if (!issue) return [];
  const stated = new Set(
    [
      ...j.reports.filter((r) => issue.labels.includes(labelOf(r))).flatMap((r) => r.regions ?? []),
      ...j.assurances.filter((a) => issue.labels.includes(a.version)).flatMap((a) => a.regions),
    ].map((s) => s.region),
  );
  if (j.request) return j.request.regions.filter((region) => !stated.has(region));
  return stated.size > 0 ? [] : ['whole-body'];
};

/** Assure: a final report that does not say of each region that it was considered. The report is never held back for it. */
const assure: Rule = (j) => {
  const issue = finalReport(j);
  if (!issue) return [];
  return [
    {
      key: `assure:${issue.label}`,
      kind: 'assure',
      from: finalSince(j)!,
      accountable: { role: 'reporter', person: issue.reporter },
      status: unstatedRegions(j).length === 0 ? 'discharged' : 'owed',
    },
  ];
};

// ---- from report to action ---------------------------------------------------------------------------------------

/** Earlier issues whose clock a new one carries on: those that share an alert, or the flags it takes up. */
const earlierThan = (j: Journey, issue: Issue): Issue[] =>
  issue.alerts.length === 0
    ? []
    : everIssued(j).filter(
        (e) =>
          e.label !== issue.label &&
          e.alerts.some((a) => issue.alerts.some((b) => (e.kind === 'flag' ? a.region === b.region : a.id === b.id))),
      );

/** Is anything to be acknowledged in this issue? A plain preliminary report is not; a withdrawal is, if anybody relied on it. */
const asksForAcknowledgement = (j: Journey, issue: Issue): boolean => {
  if (issue.kind === 'final') return true;
  if (issue.kind !== 'withdrawn') return issue.alerts.length > 0;
  return runs(j).some((e) => e.label !== issue.label && (acknowledged(j, e) !== undefined || told(j, e)));
};

/** Acknowledge: each report version that says something new, and each critical finding told ahead of a report. */
const acknowledge: Rule = (j) => {
  if (j.subject === 'unmatched') return [];
  const now = live(j);
  return everIssued(j).flatMap((issue): Duty[] => {
    const isLive = now.some((i) => i.label === issue.label);
    if (isLive && !asksForAcknowledgement(j, issue)) return [];
    return [
      {
        key: `acknowledge:${issue.label}`,
        kind: 'acknowledge',
        category: issue.category,
        from: issue.at,
        accountable: accountableClinician(j),
        carriesOn: earlierThan(j, issue).map((e) => `acknowledge:${e.label}`),
        status: acknowledged(j, issue) ? 'discharged' : isLive ? 'owed' : 'overtaken',
      },
    ];
  });
};

const planned = (j: Journey, issue: Issue, finding: Finding): Known<'plan'> | undefined =>
  j.plans.find((p) => issue.labels.includes(p.version) && p.finding === finding.id);

/** Plan: each alert finding that was acknowledged. Acknowledged is not acted on. */
const plan: Rule = (j) => {
  const now = live(j);
  return everIssued(j).flatMap((issue) => {
    const accepted = acknowledged(j, issue);
    if (!accepted) return [];
    const isLive = now.some((i) => i.label === issue.label);
    return issue.alerts.map((finding): Duty => ({
      key: `plan:${issue.label}:${finding.id}`,
      kind: 'plan',
      category: finding.category,
      from: accepted.receivedAt,
      accountable: j.reassigned['clinician'] ?? { role: accepted.by.role, person: accepted.by.person },
      carriesOn: earlierThan(j, issue).map((e) => `plan:${e.label}:${finding.id}`),
      status: planned(j, issue, finding) ? 'discharged' : isLive ? 'owed' : 'overtaken',
    }));
  });
};

/** Complete: each action planned, until there is proof. It stays with who planned it until the person named accepts. */
const complete: Rule = (j) =>
  j.plans.flatMap((p) =>
    (p.actions ?? []).map((action): Duty => {
      const id = `${p.version}:${p.finding}:${action.id}`;
      const issue = everIssued(j).find((i) => i.labels.includes(p.version));
      const category = issue?.alerts.find((f) => f.id === p.finding)?.category;
      return {
        key: `complete:${id}`,
        kind: 'complete',
        ...(category === undefined ? {} : { category }),
        from: p.receivedAt,
        by: action.by,
        accountable: { role: p.by.role, person: p.by.person },
        askFirst: action.owner,
        status: j.completions.some((c) => c.action === id) ? 'discharged' : 'owed',
      };
    }),
  );

// ---- telling -----------------------------------------------------------------------------------------------------

/** Tell patient: a final report; and the withdrawal of one of which the patient was told. */
const tellPatient: Rule = (j) => {
  const stands = standing(j);
  return runs(j).flatMap((issue): Duty[] => {
    const isStanding = stands?.label === issue.label;
    const owed =
      issue.kind === 'final' ||
      (issue.kind === 'withdrawn' && runs(j).some((e) => e.label !== issue.label && told(j, e)));
    if (!owed) return [];
    return [
      {
        key: `tell-patient:${issue.label}`,
        kind: 'tell-patient',
        category: issue.category,
        from: isStanding ? (finalSince(j) ?? issue.at) : issue.at,
        accountable: accountableClinician(j),
        status: told(j, issue) ? 'discharged' : isStanding ? 'owed' : 'overtaken',
      },
    ];
  });
};

/** Tell GP: a final report, and a GP who is not the one acknowledging. No GP or an objection: nothing. */
const tellGp: Rule = (j) => {
  const gp = j.request?.gp;
  if (gp?.status !== 'registered') return [];
  const stands = standing(j);
  return runs(j).flatMap((issue): Duty[] => {
    const isStanding = stands?.label === issue.label;
    if (issue.kind !== 'final' && !(issue.kind === 'withdrawn' && runs(j).some((e) => gpTold(j, e)))) return [];
    const clinician = acknowledged(j, issue)?.by.person ?? accountableClinician(j).person;
    const isTheOne = gp.person !== undefined && gp.person === clinician;
    if (isTheOne && !gpTold(j, issue)) return [];
    return [
      {
        key: `tell-gp:${issue.label}`,
        kind: 'tell-gp',
        category: issue.category,
        from: isStanding ? (finalSince(j) ?? issue.at) : issue.at,
        accountable: accountableClinician(j),
        status: gpTold(j, issue) ? 'discharged' : isStanding ? 'owed' : 'overtaken',
      },
    ];
  });
};

// ---- whatever else must not be dropped ---------------------------------------------------------------------------

/** Answer: a patient or relative who asked, complained, or doubts whose result it is. */
const answer: Rule = (j) =>
  j.enquiries.map((e) => ({
    key: `answer:${e.id}`,
    kind: 'answer',
    from: since(e),
    accountable: DESK,
    status: j.answers.some((a) => a.enquiry === e.id) ? 'discharged' : 'owed',
  }));

/** Reconcile: what was kept and used as far as it could be, and must be looked at. The more alarming, the sooner. */
const reconcile: Rule = (j) => {
  const alarming = worst(everIssued(j).map((i) => i.category));
  const query = (id: string, from: string, settled: boolean): Duty => ({
    key: `reconcile:${id}`,
    kind: 'reconcile',
    ...(j.subject === 'unmatched' && alarming !== undefined ? { category: alarming } : {}),
    from,
    accountable: DESK,
    status: settled ? 'discharged' : 'owed',
  });
  const heard = earliest([...j.images, ...j.reports, ...j.flags, ...j.cancels]);
  const unsolicited =
    j.subject === 'examination' && heard !== undefined
      ? [query('no-request', heard, j.request !== undefined || j.queries.some((q) => q.id === 'no-request' && q.explained))]
      : [];
  const gpUnknown =
    j.request?.gp.status === 'unknown' && finalReport(j)
      ? [query('gp-unknown', finalSince(j)!, j.queries.some((q) => q.id === 'gp-unknown' && q.explained))]
      : [];
  const derived = ['no-request', 'gp-unknown'];
  return [
    ...unsolicited,
    ...gpUnknown,
    ...j.queries.filter((q) => !derived.includes(q.id)).map((q) => query(q.id, q.from, q.explained)),
  ];
};

/** The pathway, in the order of the journey. */
export const PATHWAY: Readonly<Record<string, Rule>> = {
  vet,
  acquire,
  clarify: questions,
  transfer,
  report,
  assure,
  acknowledge,
  plan,
  complete,
  'tell-patient': tellPatient,
  'tell-gp': tellGp,
  answer,
  reconcile,
};

/** A lead's reassignment of one duty stands over what the rule says. */
const reassignedOwner = (j: Journey, duty: Duty): Duty => {
  const to = j.reassigned[duty.key];
  return to ? { ...duty, accountable: to } : duty;
};

/** A waiver holds for the opening it was given for: a duty that reopens is owed again. */
const waived = (j: Journey, duty: Duty): Duty => {
  const waiver = j.waivers[duty.key];
  const holds = waiver?.holds === true && waiver.opening === (j.openings[duty.key] ?? 1);
  return duty.status === 'owed' && holds ? { ...duty, status: 'waived' } : duty;
};

/** Has the journey reached an end that DESIGN section 1 names? Only then may it close, once nothing is owed. */
export const hasEnded = (j: Journey): boolean => {
  if (j.mergedInto !== undefined) return true;
  if (j.subject === 'unmatched') return j.queries.length > 0;
  if (hasImages(j)) {
    const waivedReport = j.waivers['report']?.holds === true;
    return finalReport(j) !== undefined || j.evaluation !== undefined || waivedReport;
  }
  const waivedBefore = (['vet', 'acquire'] as const).some((key) => j.waivers[key]?.holds === true);
  return notNeeded(j) || waivedBefore;
};

/**
 * What is owed now, and how each other duty of the pathway ended. Owes the desk a `reconcile:gap` where nothing else is
 * owed and the journey has not ended: an open journey never has nobody.
 * @param without rules left out; for the tests that show what each rule is worth
 */
export const duties = (j: Journey, without: readonly string[] = []): Duty[] => {
  if (j.mergedInto !== undefined) return [];
  const all = Object.entries(PATHWAY)
    .filter(([name]) => !without.includes(name))
    .flatMap(([, rule]) => rule(j))
    .map((duty) => waived(j, reassignedOwner(j, duty)));
  const anything = j.seq > 0 && j.clinical > 0;
  if (!anything || hasEnded(j) || without.includes('gap') || all.some((d) => d.status === 'owed')) return all;
  return [...all, { key: 'reconcile:gap', kind: 'reconcile', status: 'owed', from: gapSince(j), accountable: DESK }];
};

/** Since when nobody has owed anything: the newest thing that was heard. */
const gapSince = (j: Journey): string =>
  [
    ...(j.request ? [j.request] : []),
    ...j.cancels,
    ...j.unbooked,
    ...j.missed,
    ...j.images,
    ...j.views,
    ...j.flags,
    ...j.deaths,
    ...j.holds,
    ...j.enquiries,
    ...j.answers,
  ]
    .map((f) => f.receivedAt)
    .sort()
    .at(-1) ?? '1970-01-01T00:00:00.000Z';
