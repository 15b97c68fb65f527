import * as fc from 'fast-check';
import type { Finding, ReportFact } from '../../../domain/inputs';
import { CONCERNS, REVIEWS } from '../../../domain/vocabulary';
import type { Obligation } from '../../../domain/obligation';
import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  DESK,
  finding,
  GP,
  MEDICAL_LEAD,
  OTHER_REPORTER,
  REPORTER,
  report,
  request,
  REQUESTER,
  SYSTEM,
  T0,
  VETTER,
} from './builders';
import { noAction, toldInPerson } from './journeys';
import type { Loop, Outcome } from './loop';

/**
 * Random interleavings of facts, acts, deadlines and silences. A step is three small numbers; what it means depends on where
 * the journey is, so that most acts are about something that is really owed.
 */
export type Step = readonly [op: number, a: number, b: number];
export const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(63), fc.nat(63));
export const steps = (maxLength: number): fc.Arbitrary<Step[]> => fc.array(step, { maxLength, size: 'max' });

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

const GPS = [
  { status: 'registered', practice: 'elm-surgery', person: 'gp-elm' },
  { status: 'registered', practice: 'elm-surgery' },
  { status: 'unknown' },
  { status: 'none' },
] as const;

/** What reports find: nothing, one thing, more, the same made worse, known disease. */
export const FINDINGS: readonly Finding[][] = [
  [],
  [],
  [finding('f1', 'critical')],
  [finding('f1', 'urgent')],
  [finding('f1', 'cancer'), finding('f2', 'significant-unexpected', { region: 'neck' })],
  [finding('f2', 'cancer', { region: 'neck' })],
  [finding('f1', 'routine')],
  [finding('f1', 'cancer', { expected: true })],
];
const STATUSES = [
  'final',
  'final',
  'amended',
  'preliminary',
  'preliminary',
  'entered-in-error',
  'cancelled',
] as const;

/** A source that numbers its versions in order and says each once. */
const nextVersion = (loop: Loop, a: number, b: number): Partial<ReportFact> & Omit<ReportFact, 'at'> => {
  const version = 1 + Math.max(0, ...loop.state.reports.map((r) => r.version));
  const changed = b % 5 === 0 ? { clinicalChange: false } : {};
  const again = loop.state.reports.at(-1)?.findings;
  const findings = a % 3 === 0 && again ? again : pick(FINDINGS, a);
  return report(version, findings, {
    status: pick(STATUSES, b),
    ...changed,
    ...(b % 3 === 0 ? { regions: [] } : {}),
  });
};

/** A source that repeats its numbers with other words, dates them wrongly, or is one of two readers. */
const wildVersion = (loop: Loop, a: number, b: number): ReportFact => ({
  ...report(1 + (a % 3), pick(FINDINGS, b), { status: pick(STATUSES, a + b) }),
  at: pick([loop.now, after(loop.now, '-1h'), after(loop.now, '-2d'), '2099-01-01T00:00:00.000Z'], b >> 3),
  ...(a % 5 === 0 ? { series: 'second' } : {}),
  ...(b % 6 === 0 ? { clinicalChange: false } : {}),
});

export type Source = 'orderly' | 'wild';

const fact = (loop: Loop, a: number, b: number, source: Source): Outcome => {
  const version = `r${1 + (b % 3)}`;
  switch (a % 22) {
    case 0:
    case 1:
      return loop.fact(
        'request',
        request({
          gp: pick(GPS, b),
          at: after(loop.now, b % 2 ? '-1h' : '-2h'),
          ...(b % 5 ? {} : { consultant: 'dr-birch' }),
        }),
      );
    case 2:
      return loop.fact('cancel', {});
    case 3:
      return loop.fact(b % 2 ? 'unbooked' : 'did-not-attend', {});
    case 4:
    case 5:
      return loop.fact('images', {});
    case 6:
      return loop.fact('transfer', { id: `t${b % 2}`, from: 'main', to: pick(['there', 'elsewhere'], b) });
    case 7:
      return loop.fact('transfer-received', { id: `t${b % 2}`, complete: b % 3 > 0 });
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
      return loop.fact(
        'report',
        source === 'wild' ? wildVersion(loop, a * 7 + b, b) : nextVersion(loop, b, a * 7 + b),
      );
    case 13:
      return loop.fact('flag', {
        id: `c${b % 2}`,
        category: pick(['critical', 'urgent'], b),
        region: pick(['chest', 'head'], b >> 1),
        raisedBy: 'dr-cedar',
      });
    case 14:
      return loop.fact('gp-receipt', { version });
    case 15:
      return loop.fact('bounced', { version });
    case 16:
      return loop.fact('enquiry', {
        id: `e${b % 2}`,
        from: pick(['patient', 'relative'], b),
        about: 'not-heard',
      });
    case 17:
      return loop.fact(b % 3 ? 'viewed' : 'died', { person: 'dr-ash', quality: 'diagnostic' } as never);
    case 18:
      if (b % 4 === 3) return loop.fact('concern', { code: pick(CONCERNS, a), ref: `c${b % 2}` });
      if (b % 8 === 2) return ofFeed(loop, a);
      if (b % 4 === 1)
        return loop.fact('review-due', { code: pick(REVIEWS, a), ref: `r${b % 3}`, dueOn: loop.now });
      return loop.fact(
        'unusable',
        { reason: pick(['no-segment', 'too-long'], b) },
        b % 2 ? { queries: ['nhs-number-invalid'] } : {},
      );
    case 19:
      return loop.fact('moved', { id: `m${b % 3}`, to: pick(RECEIVERS, b) });
    case 20:
      return loop.fact('discharged', { id: `d${b % 2}`, ...(b % 3 ? {} : { to: pick(RECEIVERS, b) }) });
    default:
      return loop.fact('delivery-failed', failure(loop, b));
  }
};

/** What is noted of a feed: a few silences and a day's numbers, again and again. */
const ofFeed = (loop: Loop, a: number): Outcome => {
  const since = after(T0, `-${1 + (a % 2)}h`);
  const day = { from: after(T0, '-2d'), to: after(T0, '-1d') };
  switch (a % 4) {
    case 0:
      return loop.receive('feed-heard', { at: loop.now, since }, SYSTEM);
    case 1:
      return loop.receive('feed-differs', { at: loop.now, ...day, sent: a, received: 9 }, SYSTEM);
    default:
      return loop.receive('feed-silent', { at: loop.now, since }, SYSTEM);
  }
};

/** To whom responsibility is offered: by name, by role alone, in the trust and outside. */
const RECEIVERS = [
  CONSULTANT,
  GP,
  REQUESTER,
  { role: 'gp' },
  { role: 'consultant', person: 'dr-nobody' },
] as const;

const failure = (loop: Loop, b: number) => {
  const o = pick(Object.values(loop.state.obligations), b);
  return o
    ? { key: o.key, opening: o.opening, ask: o.asks, code: 'refused' }
    : { key: 'vet', opening: 1, ask: 1, code: 'refused' };
};

const idOf = (o: Obligation): string => o.key.slice(o.key.indexOf(':') + 1);

/** What ends an open duty, or in one case out of five something that almost does. */
export const discharge = (loop: Loop, o: Obligation, b: number): Outcome => {
  const id = idOf(o);
  const careless = b % 5 === 4;
  const by = pick([REQUESTER, CONSULTANT], b);
  const issue = loop.core.everIssued(loop.state).find((i) => id === i.label || id.startsWith(`${i.label}:`));
  switch (o.kind) {
    case 'vet':
      return careless
        ? loop.act(VETTER, 'return', { reason: 'not-justified' })
        : loop.act(VETTER, 'vet', { priority: 'routine' });
    case 'acquire':
      return loop.fact('images', {});
    case 'clarify':
      return loop.act(by, 'clarify', {
        ...(b % 2 ? { duty: o.key } : {}),
        decision: careless ? 'not-needed' : 'rebook',
      });
    case 'transfer':
      return loop.fact('transfer-received', { id, complete: !careless });
    case 'report':
      return loop.act(pick([REPORTER, OTHER_REPORTER], b), careless ? 'release' : 'claim', {});
    case 'review':
      return loop.act(CLINICAL_LEAD, 'reviewed', {
        duty: careless ? 'review:failsafe-audit/9' : o.key,
        outcome: pick(['met', 'not-met'], b),
        evidence: 'audit-1',
        ...(b % 2 ? { next: after(loop.now, '20d') } : {}),
      });
    case 'assure':
      return loop.act(REPORTER, 'assure', {
        version: id,
        regions: careless ? [] : [{ region: 'chest', statement: 'findings' }],
      });
    case 'acknowledge':
      return loop.act(by, 'acknowledge', {
        version: id,
        findings: issue!.alerts.map((f) => f.id),
        how: careless ? 'screen' : 'voice',
        readBack: true,
      });
    case 'plan':
      return loop.act(by, 'plan', {
        ...noAction(issue!.label, id.slice(issue!.label.length + 1)),
        ...(b % 2
          ? {
              noAction: undefined,
              actions: [{ id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '3d') }],
            }
          : {}),
      } as never);
    case 'complete':
      return loop.act(by, 'complete', { action: id, proof: { kind: 'order', ref: 'o1' } });
    case 'tell-patient':
      return loop.act(by, 'tell', {
        ...toldInPerson(loop, id),
        ...(careless ? { how: 'letter' as const } : {}),
        ...(loop.state.deaths.length > 0 ? { to: 'personal-representative' as const } : {}),
      });
    case 'tell-gp':
      return loop.fact('gp-receipt', { version: id });
    case 'answer':
      return loop.act(DESK, 'answer', { enquiry: id });
    case 'accept-handover':
      return careless
        ? loop.act(o.askedNow, 'decline', {
            offer: id,
            reason: 'not-my-patient',
            ...(b % 2 ? { instead: pick(RECEIVERS, b) } : {}),
          })
        : loop.act(o.askedNow, 'accept', { offer: id });
    default:
      return loop.act(DESK, 'explain', { duty: o.key });
  }
};

const other = (loop: Loop, a: number, b: number): unknown => {
  const o = pick(Object.values(loop.state.obligations), b);
  const acts = [...loop.state.acknowledgements, ...loop.state.plans, ...loop.state.tellings];
  const key = o?.key ?? 'vet';
  const reason = ['vet', 'acquire', 'clarify'].includes(o?.kind ?? '')
    ? 'no-longer-indicated'
    : 'not-appropriate';
  switch (a % 9) {
    case 6:
    case 7:
      return loop.act(o?.accountable ?? REQUESTER, 'offer', {
        ...(b % 2 ? { duty: key } : {}),
        to: pick(RECEIVERS, b),
      });
    case 8:
      return loop.act(DESK, 'call', {
        duty: key,
        whom: o?.askedNow ?? CONSULTANT,
        at: loop.now,
        outcome: pick(['unable-to-reach', 'no-read-back', 'read-back'], b),
        findings: ['f1'],
      });
    case 0:
      return loop.act(CLINICAL_LEAD, 'reassign', {
        ...(b % 2 ? { duty: key } : {}),
        to: pick([CONSULTANT, OTHER_REPORTER], b),
      });
    case 1:
    case 2:
      return (
        loop.act(CLINICAL_LEAD, 'waive', { duty: key, reason }) &&
        b % 2 === 0 &&
        loop.act(MEDICAL_LEAD, 'waive', { duty: key, reason })
      );
    case 3:
      return loop.act(REQUESTER, 'retract', { event: pick(acts, b)?.seq ?? 1 });
    case 4:
      return loop.receive('replan', {}, SYSTEM);
    default:
      return loop.receive('directory', { people: [pick(['pool-lead', 'dr-ash', 'dr-cedar'], b)] }, SYSTEM);
  }
};

/** Does one step. */
export const take = (loop: Loop, [op, a, b]: Step, source: Source): void => {
  const owed = Object.values(loop.state.obligations);
  if (op < 40 || (op < 70 && owed.length === 0)) fact(loop, a, b, source);
  else if (op < 70) discharge(loop, pick(owed, a), b);
  else if (op < 78) other(loop, a, b);
  else if (op < 83 && loop.inbox.length > 0) loop.deliver(pick(loop.inbox, a));
  else if (op < 88 && loop.inbox.length > 0) again(loop, a);
  else if (op < 94) loop.wait(pick(['5m', '40m', '9h', '2d'], a));
  else if (op < 97) loop.next();
  else loop.sleep(pick(['5m', '9h', '3d'], a));
};

/** A fact that came before comes again, as another message. */
const again = (loop: Loop, a: number): void => {
  const { type, data, by, receivedAt } = pick(loop.inbox, a);
  if (by === SYSTEM) loop.receive(type, data as never, by, { receivedAt });
};
