import type { Cause, JourneyEvent } from '../../../domain/events';
import type { Journey } from '../../../domain/journey';
import { Loop } from './loop';
import { POLICY } from './policy';

/** What must hold after each cause, whatever came before (docs/ARCHITECTURE.md, invariants). Plain throws: this runs millions of times. */

const must = (holds: boolean, what: () => string): void => {
  if (!holds) throw new Error(what());
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const ENDINGS = new Set<string>(['discharged', 'overtaken', 'waived', 'withdrawn']);

/** A forward is not a handover. */
const OFFERING = new Set<string>(['moved', 'discharged', 'offer', 'decline']);

/** A loop that checks itself after every cause. */
export class CheckedLoop extends Loop {
  /** Set by examples in which something cannot be worked out. */
  mayFail = false;

  private readonly fired = new Set<string>();
  private readonly numbers = new Set<string>();

  override record(cause: Cause): JourneyEvent[] {
    const before = this.state;
    const kept = super.record(cause);
    this.check(before, cause, kept);
    return kept;
  }

  private check(before: Journey, cause: Cause, kept: JourneyEvent[]): void {
    must(kept.length > 0, () => `${cause.id} left no event`);
    must(
      kept.every((e, i) => e.seq === before.seq + 1 + i && e.cause === cause.id && e.at === this.now),
      () => 'events are not numbered on, with their cause and time',
    );
    must(this.state.seq === this.events.length, () => 'an event was lost or doubled');
    must(!this.fired.has(cause.id), () => `${cause.id} came twice`);
    this.fired.add(cause.id);
    const turns = kept.filter((e) => e.type === 'closed' || e.type === 'reopened').map((e) => e.type);
    must(turns.length === (before.closed === this.state.closed ? 0 : 1), () => `${cause.id} left ${turns}`);
    this.checkOwed();
    this.checkAsks(kept);
    this.checkEnds(before, cause, kept);
    this.checkHands(before, cause, kept);
  }

  /** (2) Every open journey has an open obligation, each with one accountable, somebody asked now, and a live deadline. */
  private checkOwed(): void {
    const open = Object.values(this.state.obligations);
    const { closed, clinical } = this.state;
    must(!closed || open.length === 0, () => `closed, but ${this.open} are open`);
    must(closed || clinical === 0 || open.length > 0, () => 'open, and nobody owes anything');
    for (const o of open) {
      must(
        !!o.accountable.person && !!o.accountable.role && !!o.askedNow.person,
        () => `${o.key} is nobody's`,
      );
      must(INSTANT.test(o.dueAt) && INSTANT.test(o.limitAt), () => `${o.key} has no live deadline`);
      const claimed = o.kind === 'report' && this.state.claim !== undefined;
      must(
        claimed === (o.leaseUntil !== undefined),
        () => `${o.key} has a lease without a claim, or a claim without one`,
      );
    }
    if (this.mayFail) return;
    const duties = this.core.duties(this.state);
    const keys = duties.map((d) => d.key);
    must(new Set(keys).size === keys.length, () => `a duty is there twice: ${keys}`);
    const owed = duties.filter((d) => d.status === 'owed').map((d) => d.key);
    must(owed.sort().join() === this.open.join(), () => `owed are ${owed}, open are ${this.open}`);
    must(
      this.state.queries.every((q) => !q.id.startsWith('internal-error')),
      () => 'something could not be worked out',
    );
  }

  /** (3) Alerts are asked at once; no ask has the number of another; a ladder that runs goes up and not down. */
  private checkAsks(kept: JourneyEvent[]): void {
    for (const e of kept) {
      if (e.type === 'opened' && e.kind === 'acknowledge' && e.category !== 'routine')
        must(e.asks > 0, () => `${e.key} alerts, and nobody was asked`);
      if ((e.type !== 'opened' && e.type !== 'asked') || e.asks === 0) continue;
      const id = `${e.key}/${e.opening}/${e.asks}`;
      must(!this.numbers.has(id), () => `ask ${id} is there twice`);
      this.numbers.add(id);
    }
  }

  /** A discharge is late by when it was received, or done where it is entered afterwards; two people agreed to each waiver that needs two. */
  private checkEnds(before: Journey, cause: Cause, kept: JourneyEvent[]): void {
    for (const e of kept) {
      if (e.type !== 'ended') continue;
      const o = before.obligations[e.key]!;
      const received = cause.kind === 'row' ? (cause.row.happenedAt ?? cause.row.receivedAt) : this.now;
      must(
        e.late === (e.how === 'discharged' && received > o.limitAt ? true : undefined),
        () => `${e.key} is not rightly late`,
      );
      must(e.passed === (received > o.dueAt ? o.dueAt : undefined), () => `${e.key} did not rightly pass`);
      must(ENDINGS.has(e.how), () => `${e.key} ended as ${e.how}`);
      if (e.how !== 'waived') continue;
      const waived = this.events.flatMap((w) =>
        w.type === 'waive' && w.data.duty === e.key ? [w.by.person] : [],
      );
      const two = o.category !== undefined && POLICY.secondPersonFor.includes(o.category);
      must(new Set(waived).size > (two ? 1 : 0), () => `${e.key} was waived by ${waived}`);
    }
  }

  /** Accountability moves by a fact, an act or a lease's end, never by an escalation; a rung never falls within an opening. */
  private checkHands(before: Journey, cause: Cause, kept: JourneyEvent[]): void {
    for (const o of Object.values(this.state.obligations)) {
      const was = before.obligations[o.key];
      if (!was || was.opening !== o.opening) continue;
      must(o.rung >= was.rung && o.asks >= was.asks, () => `the ladder of ${o.key} went down`);
      // A role that had nobody may have somebody by now: that is the directory's doing, whatever the cause.
      const steady = !this.events.some((e) => e.type === 'directory');
      const offer = cause.kind === 'deadline' && cause.key.startsWith('accept-handover:');
      if (cause.kind === 'deadline' && !cause.lease && (steady || !offer))
        must(o.accountable.person === was.accountable.person, () => `an escalation moved ${o.key}`);
      if (steady && cause.kind === 'row' && OFFERING.has(cause.row.type))
        must(o.accountable.person === was.accountable.person, () => `${cause.row.type} moved ${o.key}`);
      const moved = kept.some((e) => e.type === 'rescheduled' && e.key === o.key);
      must(o.limitAt === was.limitAt || moved, () => `the limit of ${o.key} moved without a re-plan`);
    }
  }

  /** What was recorded is all there is: folding it again, from the record's own form, gives the same state. */
  checkFold(): void {
    const { id, subject } = this.state;
    const recorded = JSON.parse(JSON.stringify(this.events)) as JourneyEvent[];
    const folded = this.core.fold(this.core.emptyJourney(id, subject), recorded);
    must(JSON.stringify(folded) === JSON.stringify(this.state), () => 'the record and the state disagree');
  }
}
