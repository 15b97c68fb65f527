import { evolve } from '../../domain/evolve';
import { emptyJourney } from '../../domain/journey';
import type { Journey } from '../../domain/journey';
import type { Subject } from '../../domain/vocabulary';
import { journeyRow, obligationRows } from '../journeys/projection';
import type { Chained } from './chains';
import type { Findings } from './findings';
import type { Snapshot } from './snapshot';

/** Rows written at once. */
const BATCH = 100;

const listOf = (names: string): string[] => names.split(/,\s*/);

/** What of a journey's row, and of a duty's, follows from evidence. */
export const JOURNEY_COLUMNS =
  listOf(`id, seq, head, state, clinical, stage, closed, closed_at, merged_into, open_obligations, next_due_at,
  last_event_at, category, priority, setting, modality, specialty, site, nation, unreported, on_hold`);
export const OBLIGATION_COLUMNS =
  listOf(`journey, key, opening, kind, category, risk, accountable_role, accountable_person, asked_role, asked_person,
  instead_of_role, instead_of_person, because, clock_from, opened_at, limit_at, due_at, lease_until, rung, asks, ended_at,
  ended_how, ended_why, late`);
const JOURNEY = JOURNEY_COLUMNS.join(', ');
const OBLIGATION = OBLIGATION_COLUMNS.join(', ');

type Row = Record<string, unknown>;

/** What a journey's evidence gives: its fold, its row and its duties' rows. There is at least one event. */
export const rebuiltRows = ({
  id,
  subject,
  head,
  events,
}: Pick<Chained, 'id' | 'subject' | 'head' | 'events'>) => {
  const before = emptyJourney(id, subject as Subject);
  const states: Journey[] = [];
  events.forEach((event, i) => states.push(evolve(i === 0 ? before : states[i - 1]!, event)));
  const state = states.at(-1)!;
  return {
    state,
    journey: { id, ...journeyRow(state, head, events.at(-1)!.at) },
    obligations: obligationRows(before, events, states).map((row) => ({ journey: id, ...row })),
  };
};

/** The read model, built anew from evidence in tables of its own, and then compared with the one that stands, row by row. */
export class RebuiltModel {
  private journeys: Row[] = [];
  private obligations: Row[] = [];
  private readonly unsound: string[] = [];

  private constructor(private readonly db: Snapshot) {}

  static async begin(db: Snapshot): Promise<RebuiltModel> {
    await db.query(`create temp table rebuilt_journey as select ${JOURNEY} from journey where false`);
    await db.query(
      `create temp table rebuilt_obligation as select ${OBLIGATION} from obligation where false`,
    );
    return new RebuiltModel(db);
  }

  /** Folds a journey's events. One whose chain is broken is told of by the chain, and not compared. */
  async add(chained: Chained): Promise<void> {
    if (!chained.sound) this.unsound.push(chained.id);
    if (!chained.sound || chained.events.length === 0) return;
    const { journey, obligations } = rebuiltRows(chained);
    this.journeys.push(journey);
    this.obligations.push(...obligations);
    if (this.journeys.length >= BATCH) await this.flush();
  }

  /** Compares both ways: what evidence gives and is not there, and what is there and evidence does not give. */
  async compare(findings: Findings): Promise<void> {
    await this.flush();
    for (const { id } of await this.differing('journey', JOURNEY, 'id'))
      findings.broken('read model', id, 'the journey’s row is not what its evidence gives');
    for (const { id, key } of await this.differing('obligation', OBLIGATION, 'journey as id, key'))
      findings.broken('read model', `${id} ${key ?? ''}`, 'the duty is not what the evidence gives');
  }

  private differing(table: string, columns: string, which: string): Promise<{ id: string; key?: string }[]> {
    const [owner] = which.split(/[ ,]/, 1);
    const stands = `select ${columns} from ${table} where ${owner} <> all($1::uuid[])
      ${table === 'journey' ? 'and seq > 0' : ''}`;
    const rebuilt = `select ${columns} from rebuilt_${table}`;
    return this.db.query(
      `select distinct ${which} from (
         (${rebuilt} except ${stands}) union all (${stands} except ${rebuilt})) as different order by 1 limit 101`,
      [this.unsound],
    );
  }

  private async flush(): Promise<void> {
    await this.write('rebuilt_journey', this.journeys);
    await this.write('rebuilt_obligation', this.obligations);
    [this.journeys, this.obligations] = [[], []];
  }

  private async write(table: string, rows: readonly Row[]): Promise<void> {
    if (rows.length > 0)
      await this.db.query(
        `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [JSON.stringify(rows)],
      );
  }
}
