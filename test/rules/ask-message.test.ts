import fc from 'fast-check';
import { CATEGORIES, OBLIGATION_KINDS, ROLE_KEYS } from '../../domain/vocabulary';
import { instantInWords, messageOf } from '../../src/asks/message';
import type { TakenAsk } from '../../src/asks/outbox';

const at = (instant: string): Date => new Date(instant);
const base: TakenAsk = {
  id: '0199-ask',
  journey: '0199-journey',
  key: 'acknowledge:CANARY-KEY',
  opening: 1,
  ask: 1,
  purpose: 'ask',
  kind: 'acknowledge',
  category: 'critical',
  recipient: 'consultant-1',
  role: 'consultant',
  channel: 'mail',
  reach: null,
  trace: null,
  held: false,
  preference: null,
  createdAt: at('2026-11-24T14:00:00.000Z'),
  attempts: 1,
  known: true,
  address: 'a@example.org',
  limitAt: at('2026-11-24T15:00:00.000Z'),
  dueAt: at('2026-11-24T14:15:00.000Z'),
  accountable: 'consultant-1',
  rung: 0,
};
const say = (more: Partial<TakenAsk> = {}) =>
  messageOf({ ...base, ...more }, 'a@example.org', { publicUrl: 'https://failsafe.example.org/' });

test('an ask says which duty, by when, how often, and where', () => {
  const { subject, text, to, id, attempt, pressing } = say();
  expect({ to, id, attempt, pressing }).toEqual({
    to: 'a@example.org',
    id: '0199-ask',
    attempt: 1,
    pressing: true,
  });
  expect(subject).toBe('Imaging failsafe: a duty waits for you (critical)');
  expect(text).toContain('Acknowledge the report');
  expect(text).toContain('Due by: Tuesday 24 November 2026, 15:00 GMT (2026-11-24 15:00 UTC)');
  expect(text).toContain('for the first time');
  expect(text).toContain('https://failsafe.example.org/journeys/0199-journey');
  expect(text).toContain('whoever referred the patient stays responsible');
  expect(text).toContain('You are accountable for it');
  expect(text).toContain('Unless it is done by Tuesday 24 November 2026, 14:15 GMT');
});

test('a duty past its limit says so, and how often somebody was asked', () => {
  const { text } = say({ createdAt: base.limitAt, ask: 4 });
  expect(text).toContain('Was due by:');
  expect(text).toContain('4 times, this one included');
});

test('who is asked by an escalation is not told that the duty is theirs', () => {
  const { text } = say({ accountable: 'consultant-2', role: 'desk' });
  expect(text).toContain('as failsafe desk');
  expect(text).toContain('Somebody else is accountable for it and stays so');
  expect(text).not.toContain('You are accountable');
});

test('a stand-down says that nothing is owed, and to check what was done already', () => {
  const { subject, text } = say({ purpose: 'stand-down' });
  expect(subject).toBe('Imaging failsafe: stand down, a duty no longer waits for you');
  expect(text).toContain('no longer owed');
  expect(text).toContain('If you have acted on it already');
  expect(text).not.toMatch(/due by|Unless it is done/i);
});

test.each([
  ['2026-07-01T13:30:00.000Z', 'Wednesday 1 July 2026, 14:30 BST (2026-07-01 13:30 UTC)'],
  ['2026-06-30T23:30:00.000Z', 'Wednesday 1 July 2026, 00:30 BST (2026-06-30 23:30 UTC)'],
  // The night the clocks go back has 01:30 twice.
  ['2026-10-25T00:30:00.000Z', 'Sunday 25 October 2026, 01:30 BST (2026-10-25 00:30 UTC)'],
  ['2026-10-25T01:30:00.000Z', 'Sunday 25 October 2026, 01:30 GMT (2026-10-25 01:30 UTC)'],
])('%s in London', (instant, words) => {
  expect(instantInWords(at(instant))).toBe(words);
});

test('whatever the duty: no finding, no key, plain text, one line of subject', () => {
  const ask = fc.record({
    kind: fc.constantFrom(...OBLIGATION_KINDS),
    category: fc.constantFrom(...CATEGORIES, null),
    role: fc.constantFrom(...ROLE_KEYS),
    purpose: fc.constantFrom('ask', 'stand-down'),
    ask: fc.integer({ min: 1, max: 500 }),
    accountable: fc.constantFrom('consultant-1', 'somebody-else'),
    recipient: fc.constantFrom('consultant-1', 'CANARY-RECIPIENT'),
  }) as fc.Arbitrary<Partial<TakenAsk>>;
  fc.assert(
    fc.property(ask, (more) => {
      const { subject, text } = say(more);
      const all = `${subject}\n${text}`;
      expect(all).not.toMatch(/cancer|significant|unexpected|CANARY|undefined|null|NaN|Invalid/);
      expect(subject).not.toMatch(/[\r\n]/);
      // eslint-disable-next-line no-control-regex
      expect(all).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text).toContain('/journeys/0199-journey');
      expect(text).toContain('stays responsible');
    }),
  );
});
