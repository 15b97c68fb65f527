import type { Attributes, Meter, ObservableGauge } from '@opentelemetry/api';
import type { DataSource } from 'typeorm';
import { CHANNELS } from '../../domain/reach';
import { ANCHORING_UNKNOWN, anchoring } from '../ledger/anchoring';
import type { Anchoring } from '../ledger/anchoring';
import { listAge } from '../downtime/list-state';
import { ASKS, DUTIES, WAITING } from './gauges-sql';

/** How long one reading serves: whoever asks more often is told the same, and the database is not asked again. */
const SERVES_MS = 5_000;

interface Duties {
  kind: string;
  category: string;
  inTime: number;
  anHour: number;
  aDay: number;
  longer: number;
  oldest: number;
}
interface Waiting {
  unasked: number | null;
  rows: number;
  oldestRow: number | null;
  stuck: number;
  oldestStuck: number | null;
}
interface Asks {
  channel: string;
  alert: boolean;
  count: number;
  oldest: number;
}
/** What one look at the database and at Temporal said; `undefined` parts could not be read. */
export interface Reading {
  temporal: boolean;
  standing:
    | { duties: Duties[]; waiting: Waiting; asks: Asks[]; ledger: Anchoring; listAge: number | undefined }
    | undefined;
}

const GAUGES = {
  failsafe_postgres_up: 'Whether the gauges below could be read',
  failsafe_temporal_up: 'Whether Temporal answers',
  failsafe_open_duties: 'Open duties, by kind, category and how long past the limit',
  failsafe_duty_overdue_seconds: 'How long the most overdue open duty is past its limit',
  failsafe_unasked_seconds: 'How long the oldest deadline has passed at which nobody was asked yet',
  failsafe_inbox_rows_waiting: 'What was received and has no outcome yet',
  failsafe_inbox_oldest_seconds: 'How long the oldest of these has waited',
  failsafe_asks_waiting: 'Asks that are due and not out',
  failsafe_asks_oldest_seconds: 'How long the oldest of these is on record',
  failsafe_stuck: 'What could not be recorded',
  failsafe_stuck_oldest_seconds: 'How long the oldest of these could not be',
  failsafe_ledger_lag_seconds: 'How long the oldest record has waited for the ledger',
  failsafe_ledger_exports_failing: 'Whether a place outside is without checkpoints, or contradicts them',
  failsafe_downtime_list_age_seconds: 'Age of the list on disk for the hours when nothing works',
} as const;
type Gauge = keyof typeof GAUGES;
type Observe = (gauge: Gauge, value: number, labels?: Attributes) => void;

const read = async (db: DataSource): Promise<Reading['standing']> => {
  const [duties, [waiting], asks, ledger, age] = await Promise.all([
    db.query<Duties[]>(DUTIES),
    db.query<[Waiting]>(WAITING),
    db.query<Asks[]>(ASKS),
    anchoring(db).catch(() => ANCHORING_UNKNOWN),
    listAge(db),
  ]);
  return { duties, waiting, asks, ledger, listAge: age };
};

const say = ({ temporal, standing }: Reading, observe: Observe): void => {
  observe('failsafe_temporal_up', Number(temporal));
  observe('failsafe_postgres_up', Number(standing !== undefined));
  if (!standing) return;
  for (const { kind, category, ...d } of standing.duties) {
    const overdue = { no: d.inTime, 'up-to-an-hour': d.anHour, 'up-to-a-day': d.aDay, longer: d.longer };
    for (const [by, count] of Object.entries(overdue))
      observe('failsafe_open_duties', count, { kind, category, overdue: by });
    observe('failsafe_duty_overdue_seconds', d.oldest, { kind, category });
  }
  const { waiting, ledger } = standing;
  observe('failsafe_unasked_seconds', waiting.unasked ?? 0);
  observe('failsafe_inbox_rows_waiting', waiting.rows);
  observe('failsafe_inbox_oldest_seconds', waiting.oldestRow ?? 0);
  for (const channel of CHANNELS)
    for (const alert of [true, false]) {
      const due = standing.asks.find((a) => a.channel === channel && a.alert === alert);
      observe('failsafe_asks_waiting', due?.count ?? 0, { channel, alert });
      observe('failsafe_asks_oldest_seconds', due?.oldest ?? 0, { channel, alert });
    }
  observe('failsafe_stuck', waiting.stuck);
  observe('failsafe_stuck_oldest_seconds', waiting.oldestStuck ?? 0);
  observe('failsafe_ledger_lag_seconds', ledger.oldestSeconds);
  observe('failsafe_ledger_exports_failing', Number(ledger.exports === 'failing'));
  if (standing.listAge !== undefined) observe('failsafe_downtime_list_age_seconds', standing.listAge);
};

/**
 * Shows what stands in the database whenever the metrics are read, at most every few seconds anew.
 * @param temporal whether Temporal answers
 * @returns ends it
 */
export const showGauges = (meter: Meter, db: DataSource, temporal: () => Promise<boolean>): (() => void) => {
  const gauges = Object.entries(GAUGES).map(
    ([name, description]) => [name, meter.createObservableGauge(name, { description })] as const,
  );
  const byName = new Map<string, ObservableGauge>(gauges);
  let last: { at: number; reading: Promise<Reading> } | undefined;
  const reading = (): Promise<Reading> => {
    if (last && performance.now() - last.at < SERVES_MS) return last.reading;
    last = {
      at: performance.now(),
      reading: Promise.all([temporal(), read(db).catch(() => undefined)]).then(([up, standing]) => ({
        temporal: up,
        standing,
      })),
    };
    return last.reading;
  };
  const callback: Parameters<Meter['addBatchObservableCallback']>[0] = async (result) => {
    say(await reading(), (gauge, value, labels) => result.observe(byName.get(gauge)!, value, labels));
  };
  meter.addBatchObservableCallback(callback, [...byName.values()]);
  return () => meter.removeBatchObservableCallback(callback, [...byName.values()]);
};
