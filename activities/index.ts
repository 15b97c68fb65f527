import type { JourneyEvent, Proposal } from '../domain/events';
import type { DecisionRules } from '../domain/guards';
import type { Journey } from '../domain/journey';

/** What a run starts from. */
export interface Loaded {
  /** The fold of everything recorded; bounded by what stands, not by how long it took. */
  state: Journey;
  /** Of the policy, only what a decision needs. */
  rules: DecisionRules;
  /** Raised when Postgres was restored; signals of a lower epoch speak of rows that may no longer exist. */
  epoch: number;
}

/** How far the caller knows the journey: what a record is compared with. */
export interface Position {
  /** The database's epoch that its state was loaded under. */
  epoch: number;
  /** The last event folded. */
  seq: number;
}

/** What was recorded since the position that the caller knew: by this call, or by one before it. */
export interface Kept {
  events: JourneyEvent[];
  /** The evidence chain's head: the Temporal history is its second witness. */
  head: string;
  /** Set, without events, where the database was restored since: load again before anything is decided. */
  restored?: number;
  /** Set, without events, where inbox rows are on their way that may make a deadline's ask needless. */
  rowsFirst?: true;
}

/** Which cause is recorded; an inbox row by its number and its own id, so that no other row is taken for it. */
export interface CauseRef {
  id: string;
  row?: { n: number; id: string; trace?: string };
  /** A deadline whose rows were waited for and did not come. */
  rowsOverdue?: true;
}

/**
 * The two acts of the durable loop. Both are local activities on the same Postgres; their providers live in `src/journeys`.
 */
export interface JourneyActivities {
  /** What is known of a journey. Fails, and is tried again, while its evidence cannot be folded. */
  load(journey: string): Promise<Loaded>;
  /**
   * Compare-and-set, in one transaction: completes the proposal, writes evidence, read model, the row's outcome and the
   * asks. Where the journey has moved on since `expected`, writes nothing and returns what came after it.
   */
  record(journey: string, expected: Position, cause: CauseRef, proposal: Proposal): Promise<Kept>;
}
