import type { InputEvent, JourneyEvent } from './events';
import { content, insert } from './content';
import { FEED_FOLDS } from './feeds';
import type { InputType, Inputs, Party } from './inputs';
import type { Journey, Known, Stood } from './journey';
import type { Obligation } from './obligation';
import { unusableCode } from './refusals';
import { PATIENT, offerOf } from './offers';

/**
 * `evolve` folds one recorded event into what is known. It decides nothing and can refuse nothing: what was recorded is
 * true. Facts are kept as sets in the source's own order, so that any order of arrival ends in the same journey.
 */

/** Clinical state: what the ETag counts. An ask, a refusal or a duplicate is not. */
const BOOKKEEPING = new Set<string>([
  'delivery-failed',
  'replan',
  'directory',
  'erased',
  'legal-hold',
  'remedied',
]);

/** What was entered afterwards counts from when it was done. */
const known = <T extends InputType>({
  data,
  seq,
  by,
  receivedAt,
  happenedAt = receivedAt,
}: InputEvent<T>): Known<T> => ({ ...(data as Inputs[T]), seq, by, receivedAt: happenedAt }) as Known<T>;

/** An order may be sent again with changes: the newest by its own time stands. */
const newerRequest = (a: Known<'request'> | undefined, b: Known<'request'>): Known<'request'> =>
  a === undefined || b.at > a.at || (b.at === a.at && content(b) > content(a)) ? b : a;

/** Somebody said what became of it. */
const explained = (
  j: Journey,
  id: string,
  { receivedAt, seq }: Known<'explain' | 'remedied'>,
): Pick<Journey, 'queries'> => ({
  queries: [...j.queries.filter((q) => q.id !== id), { id, from: receivedAt, seq, explained: true }],
});

type Fold<T extends InputType> = (j: Journey, fact: Known<T>) => Partial<Journey>;

const FOLDS: { [T in InputType]: Fold<T> } = {
  request: (j, f) => ({ request: newerRequest(j.request, f) }),
  cancel: (j, f) => ({ cancels: insert(j.cancels, f) }),
  unbooked: (j, f) => ({ unbooked: insert(j.unbooked, f) }),
  'did-not-attend': (j, f) => ({ missed: insert(j.missed, f) }),
  images: (j, f) => ({ images: insert(j.images, f) }),
  transfer: (j, f) => ({ transfers: insert(j.transfers, f) }),
  'transfer-received': (j, f) => ({ arrivals: insert(j.arrivals, f) }),
  viewed: (j, f) => ({ views: insert(j.views, f) }),
  // A claim is for the report that was missing: any final word ends it, also one that was withdrawn since.
  report: (j, f) => ({
    reports: insert(j.reports, f),
    ...(f.status === 'preliminary' ? {} : { claim: undefined }),
  }),
  flag: (j, f) => ({ flags: insert(j.flags, f) }),
  'gp-receipt': (j, f) => ({ gpReceipts: insert(j.gpReceipts, f) }),
  died: (j, f) => ({ deaths: insert(j.deaths, f) }),
  moved: (j, f) => ({ moves: insert(j.moves, f) }),
  discharged: (j, f) => ({ discharges: insert(j.discharges, f) }),
  hold: (j, f) => ({ holds: insert(j.holds, f) }),
  enquiry: (j, f) => ({ enquiries: insert(j.enquiries, f) }),
  bounced: (j, f) => ({ bounces: insert(j.bounces, f) }),
  'delivery-failed': () => ({}),
  unusable: (j, f) => ({ unusable: insert(j.unusable, f) }),
  concern: (j, f) => ({ concerns: insert(j.concerns, f) }),
  ...FEED_FOLDS,
  'review-due': (j, f) => ({ reviewsDue: insert(j.reviewsDue ?? [], f) }),

  vet: (j, f) => ({ vettings: [...j.vettings, f] }),
  return: (j, f) => ({ vettings: [...j.vettings, { ...f, returned: true }] }),
  clarify: (j, f) => ({
    clarifications: [
      ...j.clarifications,
      {
        ...f,
        questions:
          f.duty === undefined
            ? Object.values(j.obligations)
                .filter((o) => o.kind === 'clarify')
                .map((o) => o.key)
            : [f.duty],
      },
    ],
  }),
  answer: (j, f) => ({ answers: [...j.answers, f] }),
  claim: (j, f) => {
    const { report: _moved, ...reassigned } = j.reassigned;
    return { claim: { by: f.by, seq: f.seq }, reassigned };
  },
  release: () => ({ claim: undefined }),
  evaluate: (_, f) => ({ evaluation: f }),
  assure: (j, f) => ({ assurances: [...j.assurances, f] }),
  acknowledge: (j, f) => ({ acknowledgements: [...j.acknowledgements, f] }),
  plan: (j, f) => ({ plans: [...j.plans, f] }),
  complete: (j, f) => ({ completions: [...j.completions, f] }),
  tell: (j, f) => ({ tellings: [...j.tellings, f] }),
  offer: (j, f) => ({ offers: [...j.offers, f] }),
  accept: (j, f) => ({
    acceptances: [...j.acceptances, f],
    ...moved(j, f.of === PATIENT ? 'clinician' : f.of!, f.by, f.seq),
  }),
  decline: (j, f) => ({ declines: [...j.declines, f] }),
  // Said back on the telephone: the acknowledgement of whoever was rung.
  call: (j, f) =>
    f.version === undefined
      ? {}
      : {
          acknowledgements: [
            ...j.acknowledgements,
            {
              version: f.version,
              findings: f.findings ?? [],
              how: 'voice',
              readBack: true,
              by: f.whom,
              seq: f.seq,
              receivedAt: f.receivedAt,
            },
          ],
        },
  reassign: (j, f) => moved(j, f.duty ?? 'clinician', f.to, f.seq),
  waive: (j, f) => {
    const waiver = {
      opening: j.openings[f.duty] ?? 1,
      reason: f.reason,
      by: f.by,
      holds: f.holds === true,
      seq: f.seq,
    };
    return { waivers: { ...j.waivers, [f.duty]: waiver } };
  },
  retract: (j, f) => ({
    acknowledgements: j.acknowledgements.filter((a) => a.seq !== f.event),
    plans: j.plans.filter((p) => p.seq !== f.event),
    tellings: j.tellings.filter((t) => t.seq !== f.event),
  }),
  match: (_, f) => ({ mergedInto: f.journey }),
  explain: (j, f) => explained(j, f.duty.replace(/^reconcile:/, ''), f),
  reviewed: (j, f) => ({ reviews: [...(j.reviews ?? []), f] }),
  replan: () => ({}),
  merged: (_, f) => ({ mergedInto: f.into }),
  absorb: () => ({}),
  erased: (_, f) => ({ erased: { at: f.at, reason: f.reason } }),
  'legal-hold': () => ({}),
  remedied: (j, f) => (f.settles === undefined ? {} : explained(j, f.settles, f)),
  directory: (j, f) => {
    const isBack = (person: string): boolean => f.back?.includes(person) === true;
    const gone = [...new Set([...j.gone, ...(f.gone ?? [])])].filter((person) => !isBack(person));
    const left = Object.entries({ ...j.left, ...f.left }).filter(([person]) => !isBack(person));
    return {
      gone,
      ...(left.length > 0 || j.left ? { left: Object.fromEntries(left) } : {}),
      ...(j.claim && f.gone?.includes(j.claim.by.person) ? { claim: undefined } : {}),
    };
  },
};

/** A duty, or the patient, has somebody else who answers for it. A report's claim ends with that. */
const moved = (j: Journey, key: string, to: Party, seq: number): Partial<Journey> => ({
  reassigned: { ...j.reassigned, [key]: { role: to.role, person: to.person, seq } },
  ...(key === 'report' ? { claim: undefined } : {}),
});

/** A defect that each message of a source repeats is explained once. Other words under one version are new every time. */
const isNewEachTime = (id: string): boolean => id.startsWith('contradiction:') || id.startsWith('concern:');

/** Queries found with an input; one that was explained and is raised again by the same defect stays explained. */
const withQueries = (
  j: Journey,
  ids: readonly string[],
  from: string,
  seq: number,
): Pick<Journey, 'queries'> => {
  const stays = (id: string): boolean =>
    j.queries.some((q) => q.id === id && !(q.explained && isNewEachTime(id)));
  const raised = [...new Set(ids)].filter((id) => !stays(id));
  return {
    queries: [
      ...j.queries.filter((q) => !raised.includes(q.id)),
      ...raised.map((id) => ({ id, from, seq, explained: false })),
    ],
  };
};

/** What an event about a duty, or about the journey as a whole, changes. */
const foldDuty = (j: Journey, e: JourneyEvent): Partial<Journey> => {
  switch (e.type) {
    case 'opened': {
      const { seq: _seq, at, cause: _cause, type: _type, policy: _policy, carriesOn, ...o } = e;
      return {
        overtaken: carriedOn(j, e.kind, carriesOn),
        obligations: { ...j.obligations, [e.key]: { ...o, openedAt: at } },
        openings: { ...j.openings, [e.key]: e.opening },
      };
    }
    case 'ended': {
      const { [e.key]: ended, ...open } = j.obligations;
      const overtaken =
        ended && e.how === 'overtaken' ? { ...j.overtaken, [e.key]: stood(ended) } : j.overtaken;
      // The claim went with the duty: a report that is owed again starts in the pool.
      return { obligations: open, overtaken, ...(e.key === 'report' ? { claim: undefined } : {}) };
    }
    case 'asked':
      return change(j, e.key, {
        rung: e.rung,
        asks: e.asks,
        askedNow: e.askedNow,
        dueAt: e.dueAt,
        insteadOf: e.insteadOf,
        because: e.because,
      });
    case 'accountable': {
      const { leaseUntil: _old, ...o } = j.obligations[e.key]!;
      const lease = e.leaseUntil === undefined ? {} : { leaseUntil: e.leaseUntil };
      // The first ask goes to whoever answers for the duty by then, unless it was meant for somebody else.
      const meant = o.insteadOf ?? (o.because === undefined ? o.askedNow : o.accountable);
      const first =
        o.asks === 0 && meant.person === o.accountable.person
          ? { askedNow: e.to, insteadOf: undefined, because: undefined }
          : {};
      return {
        obligations: { ...j.obligations, [e.key]: { ...o, accountable: e.to, ...first, ...lease } },
      };
    }
    case 'rescheduled':
      return change(j, e.key, {
        limitAt: e.limitAt,
        dueAt: e.dueAt,
        ...(e.rung === undefined ? {} : { rung: e.rung }),
      });
    case 'lease-ended':
      return { claim: undefined };
    case 'offer-expired':
      return { expired: [...j.expired, offerOf(e.key)!] };
    case 'supervised':
      return { supervised: { requester: e.requester, consultant: e.consultant } };
    case 'closed':
      return { closed: true };
    case 'reopened':
      return { closed: false };
    case 'refused':
      return unusableCode(e.code) && e.input !== 'deadline'
        ? withQueries(j, [`${e.code}:${e.cause}`], e.at, e.seq)
        : {};
    default:
      return {};
  }
};

const stood = ({ from, limitAt, dueAt, rung, asks }: Obligation): Stood => ({
  from,
  limitAt,
  dueAt,
  rung,
  asks,
});

/** What an overtaken duty left is taken up once, by the duty of its kind that carries it on. */
const carriedOn = (j: Journey, kind: string, keys: readonly string[] = []): Journey['overtaken'] => {
  const taken = keys.filter((key) => key in j.overtaken && key.startsWith(`${kind}:`));
  if (taken.length === 0) return j.overtaken;
  return Object.fromEntries(Object.entries(j.overtaken).filter(([key]) => !taken.includes(key)));
};

const change = (j: Journey, key: string, what: Partial<Obligation>): Partial<Journey> => ({
  obligations: { ...j.obligations, [key]: { ...j.obligations[key]!, ...what } },
});

const isInput = (e: JourneyEvent): e is InputEvent => e.type in FOLDS;

const rowNumber = (cause: string): number => (cause.startsWith('row:') ? Number(cause.slice(4)) : 0);

/** One recorded event more. Throws where an event speaks of an obligation that is not there: a broken record. */
export const evolve = (j: Journey, e: JourneyEvent): Journey => {
  const next = { ...j, seq: e.seq, highWater: Math.max(j.highWater, rowNumber(e.cause)) };
  if ((e.type === 'asked' || e.type === 'accountable' || e.type === 'rescheduled') && !j.obligations[e.key])
    throw new Error(`event ${e.seq} speaks of ${e.key}, which is not open`);
  if (!isInput(e)) return Object.assign(next, foldDuty(next, e));
  // Whoever acts is there, whatever the directory said before.
  if (next.gone.includes(e.by.person)) next.gone = next.gone.filter((person) => person !== e.by.person);
  Object.assign(next, (FOLDS[e.type] as Fold<InputType>)(next, known(e)));
  if (e.queries) Object.assign(next, withQueries(next, e.queries, e.receivedAt, e.seq));
  if (!BOOKKEEPING.has(e.type)) next.clinical++;
  return next;
};

/** Events folded in order. */
export const fold = (j: Journey, events: readonly JourneyEvent[]): Journey => events.reduce(evolve, j);
