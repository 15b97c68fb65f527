import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { CauseRef, JourneyActivities, Kept, Loaded } from '../../activities';
import { internalError } from '../../domain/decide';
import type { Cause, JourneyEvent, Proposal } from '../../domain/events';
import { evolve } from '../../domain/evolve';
import type { InputType } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { emptyJourney } from '../../domain/journey';
import type { Rulebook } from '../../domain/schedule';
import { schedule } from '../../domain/schedule';
import type { Subject } from '../../domain/vocabulary';
import type { Standing } from '../policy/rulebook.service';
import { RulebookService } from '../policy/rulebook.service';
import { asksOf } from './asks-of';
import { chain } from './evidence-chain';
import { carryOver } from './merging';
import { outcomeOf } from './outcome';
import { journeyRow, obligationRows } from './projection';
import { WRITE_RECORD } from './record-sql';
import { StuckRows } from './stuck-rows';

/** The journey's row, locked, with what stands today. */
interface Locked extends Standing {
  seq: number;
  head: string;
  state: Journey | null;
  subject: Subject;
  pinned: string;
}

const LOCK = `
select j.seq, j.head, j.state, j.subject, j.policy as pinned, s.epoch, s.policy, s.calendar, s.directory
from journey j cross join standing s where j.id = $1 for update of j`;

const READ = LOCK.replace('for update of j', '');

/** Postgres has fewer events than the workflow has seen: it was restored from a backup. */
export class EvidenceBehind extends Error {}

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
    return this.owned(journey, 'load', async () => {
      const [row] = await this.db.query<Locked[]>(READ, [journey]);
      if (!row) throw new EvidenceBehind(`journey ${journey} is not in the database`);
      const { waivers, secondPersonFor, delegations } = await this.rulebooks.policy(row.pinned);
      return {
        state: row.state ?? emptyJourney(journey, row.subject),
        rules: { waivers, secondPersonFor, delegations },
        epoch: row.epoch,
      };
    });
  }

  /** See `JourneyActivities.record`. */
  async record(journey: string, expectedSeq: number, cause: CauseRef, proposal: Proposal): Promise<Kept> {
    return this.owned(journey, cause.id, () =>
      this.db.transaction((m) => this.compareAndSet(m, journey, expectedSeq, cause, proposal)),
    );
  }

  private async compareAndSet(
    m: EntityManager,
    journey: string,
    expectedSeq: number,
    cause: CauseRef,
    proposal: Proposal,
  ): Promise<Kept> {
    const [row] = await m.query<Locked[]>(LOCK, [journey]);
    if (!row || row.seq < expectedSeq) throw new EvidenceBehind(`evidence of ${journey} ends at ${row?.seq ?? 0}, not ${expectedSeq}`);
    if (row.seq > expectedSeq) return this.since(m, journey, expectedSeq, row.head);
    const before = row.state ?? emptyJourney(journey, row.subject);
    const rulebook = await this.rulebookFor(m, row, before, proposal);
    const events = this.scheduled(before, proposal, cause, rulebook);
    return this.write(m, journey, row, before, events, cause);
  }

  /** A re-plan may bring a new policy with it, to which the journey is then pinned. */
  private async rulebookFor(m: EntityManager, row: Locked, before: Journey, proposal: Proposal): Promise<Rulebook> {
    const replan = proposal.events.find((e) => e.type === 'replan');
    if (replan?.data.policy !== undefined) row.pinned = replan.data.policy;
    const request = proposal.events.find((e) => e.type === 'request')?.data ?? before.request;
    return this.rulebooks.rulebook(row.pinned, row, request?.nation, m);
  }

  /** What cannot be scheduled is our bug: it is recorded as such, and the desk owns it. */
  private scheduled(before: Journey, proposal: Proposal, cause: CauseRef, rulebook: Rulebook): JourneyEvent[] {
    try {
      return schedule(before, proposal, cause.id, rulebook);
    } catch (error) {
      this.log.error({ msg: 'a proposal could not be scheduled', journey: before.id, cause: cause.id, err: error });
      return schedule(before, internalError(asCause(cause, proposal, before), proposal.at), cause.id, rulebook);
    }
  }

  private async write(
    m: EntityManager,
    journey: string,
    row: Locked,
    before: Journey,
    events: readonly JourneyEvent[],
    cause: CauseRef,
  ): Promise<Kept> {
    const states: Journey[] = [];
    events.forEach((e, i) => states.push(evolve(i === 0 ? before : states[i - 1]!, e)));
    const after = states.at(-1)!;
    const links = chain(journey, row.head, events);
    const head = links.at(-1)!.hash;
    const { send, cancel } = asksOf(before, events, states);
    const record = {
      links,
      obligations: obligationRows(before, events, states),
      asks: send,
      cancel,
      row: cause.row ?? null,
      outcome: outcomeOf(events, after),
      journey: journeyRow(after, head, events.at(-1)!.at),
    };
    await m.query(WRITE_RECORD, [journey, JSON.stringify(record)]);
    if (events.some((e) => e.type === 'replan')) await m.query('update journey set policy = $2 where id = $1', [journey, row.pinned]);
    if (after.mergedInto !== undefined && before.mergedInto === undefined)
      await carryOver(m, before, after.mergedInto, events.at(-1)!.at);
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
  private async owned<T>(journey: string, cause: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      this.log.error({ msg: 'could not record; will be tried again', journey, cause, err: error });
      await this.stuck.note(journey, cause, error);
      throw error;
    }
  }
}

const asCause = (ref: CauseRef, proposal: Proposal, before: Journey): Cause => {
  if (ref.row !== undefined) {
    const first = proposal.events[0] as { type: InputType; by: { person: string; role: 'system' } };
    return { kind: 'row', id: ref.id, row: { n: ref.row, type: first.type, by: first.by } as never };
  }
  const [key, opening] = ref.id.replace(/^due:/, '').split('/');
  const known = Object.values(before.obligations).find((o) => ref.id.startsWith(`due:${o.key}/`));
  return { kind: 'deadline', id: ref.id, key: known?.key ?? key!, opening: known?.opening ?? Number(opening), lease: false };
};
