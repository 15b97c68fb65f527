import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { createNoopMeter } from '@opentelemetry/api';

/**
 * What is counted and timed where it happens. Labels are codes from short lists: never a journey, a person or a patient. Until a
 * program says that it is watched, counting does nothing.
 */
export interface Measures {
  /** One request answered: route, method, status. */
  requests: Histogram;
  /** One record, its lock and its commit included: what caused it, and whether it was kept. */
  records: Histogram;
  /** From the deadline at which somebody had to be asked until that is on record. */
  asksLate: Histogram;
  /** From a row's arrival until Temporal has it; first deliveries only. */
  relayed: Histogram;
  /** From the record of an ask until a channel accepted its message; first tries only. */
  dispatched: Histogram;
  /** What became of tries to send, by channel: sent, retried, failed, desk-unreachable. */
  sends: Counter;
}

/** Seconds. Fine where people wait, coarse where an ask is late by a day. */
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SLOW = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

const made = (meter: Meter): Measures => {
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]): Histogram =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries } });
  return {
    requests: seconds('failsafe_http_request_seconds', 'Requests answered by the API', QUICK),
    records: seconds('failsafe_record_seconds', 'Records: lock, decision completed, commit', QUICK),
    asksLate: seconds('failsafe_ask_lateness_seconds', 'From a deadline until its ask is on record', SLOW),
    relayed: seconds('failsafe_relay_lag_seconds', 'From the arrival of a row until Temporal has it', SLOW),
    dispatched: seconds(
      'failsafe_ask_dispatch_seconds',
      'From the record of an ask until a channel accepted it',
      SLOW,
    ),
    sends: meter.createCounter('failsafe_ask_sends', { description: 'Tries to send an ask, by channel' }),
  };
};

let measures = made(createNoopMeter());

/** From now on what is counted is seen. */
export const measureWith = (meter: Meter): void => void (measures = made(meter));

export const measured = (): Measures => measures;
