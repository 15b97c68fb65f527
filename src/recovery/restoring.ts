import { Injectable } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { DataSource } from 'typeorm';
import type { ConcernCode, Subject } from '../../domain/vocabulary';
import { Concerns } from '../concerns/concerns';
import { Runs } from '../histories/runs';
import { ClockPort } from '../intake/clock';
import { SUBJECT } from '../temporal/journey-starter';
import type { TemporalHistory } from '../verification/histories';
import type { Rebuilt } from './rebuilding';
import { Rebuilding } from './rebuilding';
import { witnessed } from './witnessed';
import type { WriteBack } from './write-back';

/** How far a restoring has come. */
export interface Restored {
  /** Journeys with runs that may know more than Postgres, and how many were looked at. */
  journeys: number;
  looked: number;
  /** What was gone and is back. */
  events: number;
  rows: number;
  /** Journeys of which something is gone for good. */
  lost: string[];
  /** Journeys whose events are back, and whose patient, identifiers or texts are not. */
  details: string[];
}

/** Clocks of the two servers differ, and a run closes a moment after its last record. */
const OVERLAP_MS = 10 * 60_000;

interface Seen {
  subject: Subject;
  runs: string[];
}

/**
 * After Postgres was restored to an earlier state than Temporal's: reads back what Temporal remembers, owns what is gone, and
 * has every open journey read its evidence again. Nothing else may work on this database meanwhile. Done again it
 * writes nothing twice.
 */
@Injectable()
export class Restoring {
  constructor(
    private readonly db: DataSource,
    private readonly client: Client,
    private readonly runs: Runs,
    private readonly writeBack: WriteBack,
    private readonly rebuilding: Rebuilding,
    private readonly concerns: Concerns,
    private readonly clock: ClockPort,
  ) {}

  /** @param tell is told how far the reading has come */
  async all(
    tell: (so: Restored) => void,
    tellRebuilt: (so: Rebuilt) => void,
  ): Promise<{ restored: Restored; rebuilt: Rebuilt }> {
    const seen = await this.seen();
    const so: Restored = { journeys: seen.size, looked: 0, events: 0, rows: 0, lost: [], details: [] };
    for (const [journey, { subject, runs }] of seen) {
      const histories: TemporalHistory[] = [];
      for (const run of runs) histories.push(await this.history(journey, run));
      const { events, rows, lost, details } = await this.writeBack.journey(
        journey,
        subject,
        witnessed(histories),
      );
      for (const run of runs) await this.runs.note(this.db.manager, journey, run);
      so.looked += 1;
      so.events += events;
      so.rows += rows;
      if (lost) so.lost.push(journey);
      if (details) so.details.push(journey);
      tell(so);
    }
    so.lost.push(...(await this.writeBack.handOver()));
    // Whether an ask that waits here had gone out is not known: it goes, and says that it may be a repetition.
    await this.db.query(
      `update ask set attempts = greatest(attempts, 1) where status in ('waiting', 'sending')`,
    );
    const rebuilt = await this.rebuilding.all(tellRebuilt);
    await this.own(`epoch-${rebuilt.epoch}`, so);
    return { restored: so, rebuilt };
  }

  /** The journeys with a run that is open, or that closed after what Postgres knows last. */
  private async seen(): Promise<Map<string, Seen>> {
    const [{ last }] = await this.db.query<[{ last: Date | null }]>('select max(at) as last from evidence');
    const since = new Date((last?.getTime() ?? 0) - (last ? OVERLAP_MS : 0)).toISOString();
    const query = `WorkflowType = 'imagingJourney' and (ExecutionStatus = 'Running' or CloseTime > '${since}')`;
    const seen = new Map<string, Seen>();
    for await (const info of this.client.workflow.list({ query })) {
      const subject = info.typedSearchAttributes.get(SUBJECT) as Subject | undefined;
      const one = seen.get(info.workflowId) ?? { subject: subject ?? 'examination', runs: [] };
      one.runs.push(info.runId);
      seen.set(info.workflowId, one);
    }
    return seen;
  }

  private async history(journey: string, run: string): Promise<TemporalHistory> {
    const history = await this.client.workflow.getHandle(journey, run).fetchHistory();
    return JSON.parse(historyToJSON(history)) as TemporalHistory;
  }

  private async own(epoch: string, { lost, details }: Restored): Promise<void> {
    const at = await this.clock.now();
    const owned: [ConcernCode, string][] = [
      ['database-restored', epoch],
      ...lost.map((journey): [ConcernCode, string] => ['evidence-lost', journey]),
      ...details.map((journey): [ConcernCode, string] => ['details-lost', journey]),
    ];
    for (const [code, ref] of owned) await this.concerns.raise({ at, code, ref });
  }
}
