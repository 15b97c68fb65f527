import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ClockPort } from '../intake/clock';
import { lookAt } from './causes';
import type { Finding, FindingCode, Limits } from './finding';
import { keyOf, since } from './finding';
import type { FindingStore, OpenFinding } from './finding-store';
import { LostRuns } from './lost-runs';
import { nextJourneys, unsound, withoutDeadline } from './soundness';
import type { Symptoms } from './symptoms';
import { asksUnsent, deadlinesPassed, recordsStuck, rowsUnanswered } from './symptoms';
import type { TemporalLook } from './temporal-look';

/** How long runs are described in one sweep, and how many at a time; the rest has its turn in the sweeps that follow. */
const DESCRIBING_MS = 20_000;
const AT_ONCE = 8;
/** Journeys held to their evidence in one sweep because something is due in them, and in their turn. */
const HELD_DUE = 100;
const HELD_IN_TURN = 100;

const START = '00000000-0000-0000-0000-000000000000';

/** Codes that only a look at the run can find, or clear. */
const OF_RUNS: readonly FindingCode[] = ['task-failing', 'run-missing'];
const OF_RECORDS: readonly FindingCode[] = ['invariant-broken', 'read-model-apart'];

/** What one look at everything saw, and which open findings it would have seen if they still were so. */
interface Seen {
  found: Finding[];
  looked: (open: OpenFinding) => boolean;
}

/** What is wrong with single runs, and which runs were looked at. */
interface Causes {
  of: Map<string, Finding>;
  looked: Set<string>;
}

/** One look at everything that is due or unfinished; what waits as it should is not touched. */
export class Sweep {
  private readonly log = new Logger('watchdog');
  private readonly lost: LostRuns;
  /** Journeys whose run is to be looked at, and for which there was no time. */
  private waiting: string[] = [];
  /** How many rows waited to be handed over the last time. */
  private undelivered = Infinity;
  /** Since when no worker has been seen. */
  private noWorkerSince: number | undefined;
  private turn = START;

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly temporal: TemporalLook,
    private readonly store: FindingStore,
    private readonly limits: Limits,
  ) {
    this.lost = new LostRuns(db, temporal, limits);
  }

  /**
   * Looks, notes what it found, clears what is gone, and has it owned.
   * @param awayMs how long Temporal has not answered; nothing while it does
   * @returns what is amiss now
   */
  async run(awayMs: number | undefined): Promise<Finding[]> {
    const open = await this.store.open();
    const { found, looked } = await this.look(open, awayMs);
    const keys = new Set(found.map(keyOf));
    await this.store.keep(
      found,
      open.filter((o) => !keys.has(keyOf(o)) && looked(o)),
    );
    await this.store.own();
    return found;
  }

  private async look(open: readonly OpenFinding[], awayMs: number | undefined): Promise<Seen> {
    const now = await this.clock.now();
    const rows = await rowsUnanswered(this.db, now, this.limits);
    const symptoms: Record<string, Symptoms> = {
      'deadline-passed': await deadlinesPassed(this.db, now, this.limits),
      'row-unanswered': rows,
      'record-stuck': await recordsStuck(this.db, this.limits),
      'ask-unsent': await asksUnsent(this.db, now, this.limits),
    };
    const ill = Object.values(symptoms).flatMap(({ found }) => found);
    // Whatever Temporal does not say is looked at in the next sweep; what Postgres says is found all the same.
    const asked = awayMs === undefined ? await this.asked(open, ill) : undefined;
    const causes = asked?.causes;
    const service = [
      ...this.undeliveredRows(rows.undelivered),
      ...this.temporalAway(awayMs),
      ...(asked?.worker ?? []),
    ];
    const records = await this.records(open, ill);
    return {
      // The cause stands for what follows from it; an ask that does not go out is the dispatcher's.
      found: [
        ...ill.filter((f) => f.code === 'ask-unsent' || !causes?.of.has(f.journey!)),
        ...(causes?.of.values() ?? []),
        ...records.found,
        ...service,
      ],
      looked: (o) => {
        if (OF_RUNS.includes(o.code)) return causes?.looked.has(o.journey!) === true;
        if (OF_RECORDS.includes(o.code)) return records.looked.has(o.journey!);
        if (o.code === 'worker-away') return asked !== undefined;
        return symptoms[o.code]?.whole ?? true;
      },
    };
  }

  /** Nothing was handed over since the last look, though it could be: a backlog that drains is no fault. */
  private undeliveredRows({ n, oldestMs }: { n: number; oldestMs: number }): Finding[] {
    const drains = n < this.undelivered;
    this.undelivered = n === 0 ? Infinity : n;
    if (drains || oldestMs < this.limits.undeliveredMs) return [];
    const reason = `Messages of ${n} journeys wait to be handed over, the oldest for ${since(oldestMs)}.`;
    return [{ code: 'rows-undelivered', journey: null, ref: 'relay', reason, remedy: 'resume' }];
  }

  private temporalAway(awayMs: number | undefined): Finding[] {
    if (awayMs === undefined || awayMs < this.limits.awayMs) return [];
    const reason = `Temporal has not answered for ${since(awayMs)}: deadlines pass and nobody is asked.`;
    return [{ code: 'temporal-away', journey: null, ref: 'temporal', reason, remedy: 'none' }];
  }

  /** A worker asks anew every minute while there is nothing to do; Temporal forgets one that is gone after a few. */
  private async workerAway(): Promise<Finding[]> {
    const last = await this.temporal.lastPollMs();
    this.noWorkerSince = last === undefined ? (this.noWorkerSince ?? performance.now()) : undefined;
    const ms = last ?? performance.now() - this.noWorkerSince!;
    if (ms < this.limits.awayMs) return [];
    const reason = `No worker has asked Temporal for work for ${since(ms)}: deadlines pass and nobody is asked.`;
    return [{ code: 'worker-away', journey: null, ref: 'worker', reason, remedy: 'none' }];
  }

  private async asked(
    open: readonly OpenFinding[],
    ill: readonly Finding[],
  ): Promise<{ worker: Finding[]; causes: Causes } | undefined> {
    try {
      return { worker: await this.workerAway(), causes: await this.causes(open, ill) };
    } catch (err) {
      this.log.warn({ msg: 'Temporal did not answer a question; it is asked again', err });
      return undefined;
    }
  }

  /** Describes the runs of journeys that something is amiss with, or may be; of all others nothing is asked. */
  private async causes(open: readonly OpenFinding[], ill: readonly Finding[]): Promise<Causes> {
    const suspects = ill.filter((f) => f.code !== 'ask-unsent').map((f) => f.journey!);
    this.waiting.push(...(await this.lost.suspects()));
    // In any order: else those that stay broken would keep the others from their turn.
    const before = open.filter((o) => OF_RUNS.includes(o.code)).map((o) => o.journey!);
    const journeys = [...new Set([...this.waiting, ...suspects, ...before.sort(() => Math.random() - 0.5)])];
    const causes: Causes = { of: new Map(), looked: new Set() };
    const until = performance.now() + DESCRIBING_MS;
    const one = async (): Promise<void> => {
      while (performance.now() < until) {
        const id = journeys.shift();
        if (id === undefined) return;
        const cause = await this.cause(id);
        causes.looked.add(id);
        if (cause) causes.of.set(id, cause);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    this.waiting = this.waiting.filter((id) => !causes.looked.has(id));
    return causes;
  }

  /** A run that ends as its journey closes, or begins as it reopens, is none: looked at again, with the journey in between. */
  private async cause(journey: string): Promise<Finding | undefined> {
    const cause = await lookAt(this.temporal, journey);
    if (cause?.code !== 'run-missing') return cause;
    const [is] = await this.db.query<unknown[]>(
      'select 1 from journey where id = $1 and not closed and seq > 0',
      [journey],
    );
    return is ? lookAt(this.temporal, journey) : undefined;
  }

  /** Holds to their evidence: what was broken, what something is due in, and the next in turn. */
  private async records(
    open: readonly OpenFinding[],
    ill: readonly Finding[],
  ): Promise<{ found: Finding[]; looked: Set<string> }> {
    const before = open.filter((o) => OF_RECORDS.includes(o.code)).map((o) => o.journey!);
    const due = [...(await withoutDeadline(this.db)), ...ill.map((f) => f.journey!)];
    const turn = await nextJourneys(this.db, this.turn, HELD_IN_TURN);
    this.turn = turn.length < HELD_IN_TURN ? START : turn.at(-1)!;
    const journeys = [...new Set([...before, ...due.slice(0, HELD_DUE), ...turn])];
    return { found: await unsound(this.db, journeys), looked: new Set(journeys) };
  }
}
