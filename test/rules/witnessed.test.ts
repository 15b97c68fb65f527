import type { JourneyEvent } from '../../domain/events';
import { chain } from '../../src/journeys/evidence-chain';
import { continuation, witnessed } from '../../src/recovery/witnessed';
import type { TemporalHistory } from '../../src/verification/histories';

/** What a history remembers is chained on to what a restored database has, and taken where its hash is the recorded one. */
const JOURNEY = '01a20cd7-0000-7000-8000-000000000001';

const event = (seq: number, cause: string): JourneyEvent =>
  ({ type: 'lapsed', seq, at: '2026-11-24T12:00:00.000Z', cause }) as JourneyEvent;
const EVENTS = [
  event(1, 'row:1'),
  event(2, 'row:1'),
  event(3, 'due:x'),
  event(4, 'row:2'),
  event(5, 'row:3'),
];
const LINKS = chain(JOURNEY, '', EVENTS);
const end = (seq: number) => ({ seq, head: seq === 0 ? '' : LINKS[seq - 1]!.hash });

const base64 = (value: unknown): { data: string } => ({
  data: Buffer.from(JSON.stringify(value)).toString('base64'),
});
/** A history in which each of these stretches of events was one recording's answer. */
const history = (...stretches: (readonly [from: number, to: number])[]): TemporalHistory => ({
  events: stretches.map(([from, to]) => ({
    markerRecordedEventAttributes: {
      markerName: 'core_local_activity',
      details: {
        result: { payloads: [base64({ events: EVENTS.slice(from - 1, to), head: LINKS[to - 1]!.hash })] },
      },
    },
  })),
});
const arrival = (epoch: number, n: number, id: string): TemporalHistory => ({
  events: [
    {
      workflowExecutionSignaledEventAttributes: {
        signalName: 'rowArrived',
        input: { payloads: [base64({ epoch, row: { n, id } })] },
      },
    },
  ],
});
const seqs = (known: TemporalHistory[], from: number): number[][] =>
  continuation(JOURNEY, witnessed(known), end(from)).records.map((events) => events.map((e) => e.seq));

test('goes on from where the database ends, record by record', () => {
  const whole = [history([1, 2], [3, 3], [4, 4], [5, 5])];
  expect(seqs(whole, 0)).toEqual([[1, 2], [3], [4], [5]]);
  expect(seqs(whole, 3)).toEqual([[4], [5]]);
  expect(seqs(whole, 5)).toEqual([]);
});

test('reads several runs in any order, and an answer that told what others had recorded', () => {
  expect(seqs([history([4, 5]), history([1, 2], [3, 3])], 1)).toEqual([[2], [3], [4], [5]]);
  expect(seqs([history([1, 5])], 2)).toEqual([[3], [4], [5]]);
});

test('takes nothing whose hash is another, and says how far the history knows', () => {
  const known = witnessed([history([4, 4], [5, 5])]);
  const other = { seq: 3, head: LINKS[1]!.hash };
  expect(continuation(JOURNEY, known, other)).toEqual({ records: [], until: 5 });
  const borrowed = continuation('01a20cd7-0000-7000-8000-000000000002', known, end(3));
  expect(borrowed).toEqual({ records: [], until: 5 });
});

test('takes nothing beyond a gap', () => {
  expect(continuation(JOURNEY, witnessed([history([5, 5])]), end(3))).toEqual({ records: [], until: 5 });
});

test('of two rows under one number the one of the newer epoch counts', () => {
  const { rows } = witnessed([arrival(2, 1, 'new'), arrival(1, 1, 'void'), arrival(1, 2, 'other')]);
  expect([...rows.values()].map(({ id }) => id).toSorted()).toEqual(['new', 'other']);
});
