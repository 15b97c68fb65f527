import type { Ended, Asked, Cause, JourneyEvent, Opened, Proposal } from '../../../domain/events';
import type {
  Actor,
  CommandType,
  Commands,
  Facts,
  FactType,
  InputType,
  Inputs,
  Row,
} from '../../../domain/inputs';
import type { Journey } from '../../../domain/journey';
import type { Obligation } from '../../../domain/obligation';
import type { RefusalCode } from '../../../domain/refusals';
import type { Rulebook } from '../../../domain/schedule';
import type { Instant, Subject } from '../../../domain/vocabulary';
import { after, SYSTEM, T0 } from './builders';
import type { Core } from './core';
import { POLICY, rulebook } from './policy';

/** What became of a row: nothing where it was delivered before. */
export type Outcome = 'recorded' | 'duplicate' | 'skipped' | RefusalCode;

/** What a row brings along besides what it says. */
export type Travelling = Partial<Pick<Row, 'receivedAt' | 'happenedAt' | 'ifMatch' | 'queries'>>;

/** No journey in these tests needs so many. */
const MOST_EVENTS = 5_000;

/**
 * The durable loop in memory (docs/ARCHITECTURE.md): one journey, its inbox, one clock. Rows before deadlines, one cause at a time,
 * only what was recorded is true. Time moves only by `wait` and `next`.
 */
export class Loop {
  state: Journey;
  now: Instant = T0;
  readonly events: JourneyEvent[] = [];
  readonly inbox: Row[] = [];
  rulebook: Rulebook;

  constructor(
    readonly core: Core,
    options: { subject?: Subject; id?: string; rulebook?: Partial<Rulebook> } = {},
  ) {
    this.state = core.emptyJourney(options.id ?? 'j1', options.subject ?? 'examination');
    this.rulebook = rulebook(options.rulebook);
  }

  /** A fact arrives from a source system; it happened now unless said. */
  fact<T extends FactType>(
    type: T,
    data: Omit<Facts[T], 'at'> & { at?: Instant },
    more: Travelling = {},
  ): Outcome {
    return this.receive(type, { at: this.now, ...data } as unknown as Inputs[T], SYSTEM, more);
  }

  /** A person's command. */
  act<T extends CommandType>(by: Actor, type: T, data: Commands[T], more: Travelling = {}): Outcome {
    return this.receive(type, data as Inputs[T], by, more);
  }

  /** A row gets the next number and is delivered. */
  receive<T extends InputType>(type: T, data: Inputs[T], by: Actor, more: Travelling = {}): Outcome {
    const n = this.inbox.length + 1;
    const whole = { n, id: `m${n}`, type, data, by, receivedAt: this.now, ...more } as Row;
    this.inbox.push(whole);
    return this.deliver(whole);
  }

  /** Delivers a row, perhaps again: one at or below the high-water mark is done. */
  deliver(row: Row): Outcome {
    if (row.n <= this.state.highWater) return 'skipped';
    const first = this.record({ kind: 'row', id: `row:${row.n}`, row })[0]!;
    return first.type === 'refused' ? first.code : first.type === 'noted' ? 'duplicate' : 'recorded';
  }

  /** Time passes, and each deadline is acted on when it comes. */
  wait(time: string): this {
    this.until(after(this.now, time));
    return this;
  }

  until(end: Instant): void {
    for (;;) {
      const due = this.nextDue();
      if (due === undefined || due > end) break;
      this.next();
    }
    this.now = end;
  }

  /** Moves to the next deadline and acts on it. */
  next(): JourneyEvent[] {
    const due = this.nextDue();
    if (due === undefined) return [];
    if (due > this.now) this.now = due;
    return this.record(this.core.dueCause(this.state, this.now)!);
  }

  /** Time passes while nothing runs: no worker, no deadline fires. */
  sleep(time: string): this {
    this.now = after(this.now, time);
    return this;
  }

  /** Acts on every deadline that has come. */
  catchUp(): this {
    this.until(this.now);
    return this;
  }

  nextDue(): Instant | undefined {
    const dues = Object.values(this.state.obligations).map((o) =>
      o.leaseUntil !== undefined && o.leaseUntil < o.dueAt ? o.leaseUntil : o.dueAt,
    );
    return dues.sort()[0];
  }

  record(cause: Cause): JourneyEvent[] {
    return this.take(this.core.decide(this.state, cause, this.now, POLICY), cause.id);
  }

  /** What is proposed for a cause is completed and believed. */
  take(proposal: Proposal, cause: string): JourneyEvent[] {
    const kept = this.core.schedule(this.state, proposal, cause, this.rulebook);
    this.events.push(...kept);
    if (this.events.length > MOST_EVENTS) throw new Error('this journey does not come to rest');
    this.state = this.core.fold(this.state, kept);
    return kept;
  }

  // ---- what there is to see ----

  get open(): string[] {
    return Object.keys(this.state.obligations).sort();
  }
  get closed(): boolean {
    return this.core.closed(this.state);
  }
  duty(key: string): Obligation {
    const o = this.state.obligations[key];
    if (!o) throw new Error(`${key} is not open; open are ${this.open.join(', ')}`);
    return o;
  }
  /** How a duty ended last. */
  ended(key: string): Ended {
    const event = this.events.findLast((e): e is Ended => e.type === 'ended' && e.key === key);
    if (!event) throw new Error(`${key} never ended; open are ${this.open.join(', ')}`);
    return event;
  }
  /** Everybody who was asked about a duty, and when. */
  asks(key: string): { at: Instant; person: string; rung: number }[] {
    return this.events
      .filter(
        (e): e is Asked | Opened =>
          (e.type === 'asked' || (e.type === 'opened' && e.asks > 0)) && e.key === key,
      )
      .map((e) => ({ at: e.at, person: e.askedNow.person, rung: e.rung }));
  }
  asked(key: string): string[] {
    return this.asks(key).map((ask) => ask.person);
  }
  /** The number of the last event of a kind, for a retraction. */
  seqOf(type: JourneyEvent['type']): number {
    return this.events.findLast((e) => e.type === type)!.seq;
  }
}
