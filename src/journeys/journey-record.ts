import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { CauseRef, JourneyActivities, Kept, Loaded, Position } from '../../activities';
import { setAside } from '../../domain/decide';
import { directoryFor } from '../../domain/canary';
import type { JourneyEvent, Proposal } from '../../domain/events';
import { evolve } from '../../domain/evolve';
import type { Journey } from '../../domain/journey';
import { completed, emptyJourney } from '../../domain/journey';
import { isAlert } from '../../domain/obligation';
import type { Policy } from '../../domain/policy';
import { schedule } from '../../domain/schedule';
import type { Subject } from '../../domain/vocabulary';
import { prepared } from '../database/prepared';
import type { Standing } from '../policy/rulebook.service';
import { RulebookService } from '../policy/rulebook.service';
import { measured } from '../telemetry/measures';
import { spanned, traceparentNow } from '../telemetry/tracing';
import type { CeilingNow } from './ask-ceiling';
import { AT_CEILING, ceilingNow } from './ask-ceiling';
import { asksOf } from './asks-of';
import { chain } from './evidence-chain';
import { inputOf, lastResort } from './last-resort';
import { carryOver, lockForMerge, withSurvivor } from './merging';
import { outcomeOf } from './outcome';
import { journeyRow, obligationRows } from './projection';
import { proofsOf } from './proofs-of';
import { WRITE_RECORD } from './record-sql';
import { StuckRows } from './stuck-rows';

/** The journey's row, locked, with what stands today. */
interface Locked extends Standing {
  seq: number;
  head: string;
  state: Journey | null;
  subject: Subject;
  pinned: string;
  /** The row (its number) that somebody has set aside, since it can never be recorded as it is. */
  aside: number | null;
  /** People who were asked as often as policy allows. */
  atCeiling: string[];
  /** Set when the proposal is scheduled. */
  ceiling?: CeilingNow;
}

/** What a proposal became, and the policy by which it did; none where that policy may be what failed. */
interface Scheduled {
  events: JourneyEvent[];
  policy: Policy | undefined;
}

const COLUMNS = `j.seq, j.head, j.state, j.subject, j.policy as pinned, j.set_aside as aside, s.epoch, s.policy, s.calendar, s.directory`;
const READ = prepared(`select ${COLUMNS} from journey j cross join standing s where j.id = $1`);

/**
 * The same under lock, with who was asked often enough by then (`$2`). Intake's rows refer to the journey's row, whose key
 * never changes: this lock lets them in while a record is written.
 */
const LOCK = prepared(
  `select ${COLUMNS}, ${AT_CEILING} from journey j cross join standing s where j.id = $1 for no key update of j`,
);

/** Postgres has fewer events than the workflow has seen, or not its row: it was restored from a backup. */
export class EvidenceBehind extends Error {}

/** What the workflow is told of a failure: a word without data. What happened is in the log, and in the stuck row. */
export class NotRecorded extends Error {}

/** Received and not recorded: after an outage a deadline's timer rings before the relay has delivered what came meanwhile. */
const rowsWait = async (m: EntityManager, journey: string): Promise<boolean> => {
  const waiting = await m.query<unknown[]>(
    'select 1 from delivery where journey = $1 and finished_n < last_n',
    [journey],
  );
  return waiting.length > 0;
};

const stateOf = (journey: string, row: Locked): Journey =>
  row.state ? completed(row.state) : emptyJourney(journey, row.subject);

/** How long after its deadline somebody was asked. Told when it is written, a moment before it is committed. */
const noteLateness = (before: Journey, events: readonly JourneyEvent[]): void => {
  for (const e of events)
    if (e.type === 'asked' && e.why === 'deadline') {
      const o = before.obligations[e.key]!;
      const late = (Date.parse(e.at) - Date.parse(o.dueAt)) / 1000;
      measured().asksLate.record(Math.max(0, late), { alert: isAlert(o.category ?? 'routine') });
    }
};

/**
 * The two acts of the durable loop, on Postgres. What `record` writes is the truth: the workflow, the read model and the
 * outbox follow from it in one transaction.
 */
@Injectable()
export class JourneyRecord implements JourneyActivities {
  private readonly log = new Logger('record');

  constructor(
    private readonly db: DataSource,
    private readonly rulebooks: RulebookService,
    private readonly stuck: StuckRows,
  ) {}

  /** What is known of a journey: its state as recorded, or an empty one. */
  async load(journey: string): Promise<Loaded> {
    return this.owned(journey, 'load', undefined, async () => {
      const [row] = await this.db.query<Locked[]>(READ, [journey]);
      if (!row) throw new EvidenceBehind(`journey ${journey} is not in the database`);
      const { waivers, secondPersonFor, delegations } = await this.rulebooks.policy(row.pinned);
      return {
        state: stateOf(journey, row),
        rules: { waivers, secondPersonFor, delegations },
        epoch: row.epoch,
      };
    });
  }

  /** See `JourneyActivities.record`. */
  async record(journey: string, expected: Position, cause: CauseRef, proposal: Proposal): Promise<Kept> {
    return this.owned(journey, cause.id, cause.row?.trace, () =>
      this.db.transaction((m) => this.compareAndSet(m, journey, expected, cause, proposal)),
    );
  }

  private async compareAndSet(
    m: EntityManager,
    journey: string,
    expected: Position,
    cause: CauseRef,
    proposal: Proposal,
  ): Promise<Kept> {
    await lockForMerge(m, proposal);
    const [row] = await m.query<Locked[]>(LOCK, [journey, proposal.at]);
    if (row && row.epoch > expected.epoch) return { events: [], head: row.head, restored: row.epoch };
    if (!row || row.seq < expected.seq)
      throw new EvidenceBehind(`evidence of ${journey} ends at ${row?.seq ?? 0}, not ${expected.seq}`);
    if (row.seq > expected.seq) return this.since(m, journey, expected.seq, row.head);
    if (!cause.row && !cause.rowsOverdue && (await rowsWait(m, journey)))
      return { events: [], head: row.head, rowsFirst: true };
    const before = stateOf(journey, row);
    const proposed =
      cause.row && cause.row.n === row.aside
        ? setAside(before, cause.id, inputOf(proposal), proposal.at)
        : await withSurvivor(m, before, proposal);
    const scheduled = await this.scheduled(m, row, before, proposed, cause);
    return this.write(m, journey, row, before, scheduled, cause);
  }

  /** What cannot be scheduled is our bug, or a policy that is not there: it is recorded as such, and the desk owns it. */
  private async scheduled(
    m: EntityManager,
    row: Locked,
    before: Journey,
    proposal: Proposal,
    cause: CauseRef,
  ): Promise<Scheduled> {
    const request = proposal.events.find((e) => e.type === 'request')?.data ?? before.request;
    const rulebook = {
      ...(await this.rulebooks.rulebook(row.pinned, row, request?.nation, m)),
      atCeiling: new Set(row.atCeiling),
    };
    const replan = proposal.events.find((e) => e.type === 'replan')?.data.policy;
    try {
      // A re-plan may bring a new policy with it, to which the journey is then pinned.
      const policy = replan === undefined ? rulebook.policy : await this.rulebooks.policy(replan, m);
      const events = schedule(before, proposal, cause.id, { ...rulebook, policy });
      if (replan !== undefined) row.pinned = replan;
      row.ceiling = ceilingNow(rulebook, proposal.at);
      return { events, policy };
    } catch (error) {
      this.log.error({
        msg: 'a proposal could not be scheduled',
        journey: before.id,
        cause: cause.id,
        err: error,
      });
      return {
        events: lastResort(before, cause, proposal, directoryFor(before.subject, rulebook.directory)),
        policy: undefined,
      };
    }
  }

  private async write(
    m: EntityManager,
    journey: string,
    row: Locked,
    before: Journey,
    { events, policy }: Scheduled,
    cause: CauseRef,
  ): Promise<Kept> {
    const states: Journey[] = [];
    events.forEach((e, i) => states.push(evolve(i === 0 ? before : states[i - 1]!, e)));
    const after = states.at(-1)!;
    const links = chain(journey, row.head, events);
    const head = links.at(-1)!.hash;
    const { send, cancel } = asksOf(before, events, states, policy);
    const record = {
      links,
      obligations: obligationRows(before, events, states),
      asks: send,
      cancel,
      ceiling: row.ceiling ?? null,
      proofs: proofsOf(events),
      row: cause.row ?? null,
      outcome: outcomeOf(events, after),
      journey: journeyRow(after, head, events.at(-1)!.at),
      trace: traceparentNow() ?? null,
    };
    const [{ finished }] = await m.query<[{ finished: number }]>(WRITE_RECORD, [
      journey,
      JSON.stringify(record),
    ]);
    if (cause.row && finished !== 1)
      throw new EvidenceBehind(`row ${cause.row.n} of ${journey} is not ${cause.row.id}`);
    if (events.some((e) => e.type === 'replan'))
      await m.query('update journey set policy = $2 where id = $1', [journey, row.pinned]);
    if (after.mergedInto !== undefined) await carryOver(m, before, after, events);
    if (!cause.row) noteLateness(before, events);
    return { events: [...events], head };
  }

  private async since(m: EntityManager, journey: string, seq: number, head: string): Promise<Kept> {
    const rows = await m.query<{ body: JourneyEvent }[]>(
      'select body from evidence where journey = $1 and seq > $2 order by seq',
      [journey, seq],
    );
    return { events: rows.map((r) => r.body), head };
  }

  /** An act that fails leaves a row that says so, by a transaction of its own, before it is tried again. */
  private async owned<T>(
    journey: string,
    cause: string,
    parent: string | undefined,
    act: () => Promise<T>,
  ): Promise<T> {
    const what = cause === 'load' ? 'load' : 'record';
    const attributes = { 'failsafe.journey': journey, 'failsafe.cause': cause };
    return spanned({ name: what, kind: 'consumer', parent, attributes }, async () => {
      const began = performance.now();
      const timed = (result: 'kept' | 'failed'): void => {
        const labels = { cause: what === 'load' ? 'load' : cause.slice(0, cause.indexOf(':')), result };
        measured().records.record((performance.now() - began) / 1000, labels);
      };
      try {
        const kept = await act();
        timed('kept');
        return kept;
      } catch (error) {
        timed('failed');
        this.log.error({ msg: 'could not record; will be tried again', journey, cause, err: error });
        throw new NotRecorded(await this.stuck.note(journey, cause, error));
      }
    });
  }
}
