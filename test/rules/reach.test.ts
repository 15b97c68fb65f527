import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Policy } from '../../domain/policy';
import { PROOFS, proves, reachFor } from '../../domain/reach';
import type { TakenAsk } from '../../src/asks/outbox';
import type { Contact, Reach } from '../../src/asks/reach';
import { EARLIER, companionsOf, nextPoints, pointsOf, reachOf } from '../../src/asks/reach';
import { heldUntil } from '../../src/asks/routine-hours';
import { PolicyFileError, loadPolicy, parsePolicy } from '../../src/policy/policy-file';
import { CATEGORIES, PRIORITIES, SETTINGS } from '../../domain/vocabulary';

const england = loadPolicy('policies/england.yaml');
const demo = loadPolicy('policies/demo.yaml');

describe('how policy wants an ask to reach its person', () => {
  it('a critical finding is spoken, whatever else is known of the journey', () => {
    for (const policy of [england, demo])
      for (const priority of PRIORITIES)
        for (const setting of SETTINGS)
          expect(reachFor(policy, { category: 'critical', priority, setting }).proof).toBe('spoken');
  });

  it('urgent: mail and the system that somebody works in, and where they fail a text, then the telephone; until a trust asks for more, sent is enough', () => {
    const urgent = reachOf(england, { kind: 'acknowledge', category: 'urgent' });
    expect(urgent).toEqual({ steps: [['mail', 'webhook'], ['sms'], ['phone']], proof: 'sent', within: 900 });
    expect(reachOf(england, { kind: 'tell-gp', category: 'routine' }).proof).toBe('sent');
  });

  it('a policy of an earlier release means mail, and sent is enough', () => {
    const { reach: _, ...earlier } = england;
    expect(reachOf(earlier, { kind: 'acknowledge', category: 'critical' })).toEqual(EARLIER);
  });

  it('times run as fast as the demonstration', () =>
    expect(reachOf(demo, { kind: 'acknowledge', category: 'critical' }).within).toBe(70));

  it('only what is routine may wait for the morning: no alert, no emergency, no suspected cancer', () => {
    for (const category of [undefined, ...CATEGORIES])
      for (const priority of [undefined, ...PRIORITIES])
        for (const setting of SETTINGS) {
          const known = { ...(category && { category }), ...(priority && { priority }), setting };
          const waits = reachOf(england, { kind: 'vet', ...known }).routine !== undefined;
          const routine =
            category === 'routine' ||
            (category === undefined && priority === 'routine' && setting !== 'suspected-cancer');
          expect([known, waits]).toEqual([known, routine]);
        }
  });

  it('the proofs are in order', () => {
    for (const [i, proof] of PROOFS.entries())
      for (const [k, needed] of PROOFS.entries()) expect(proves(proof, needed)).toBe(i >= k);
    expect(proves(null, 'sent')).toBe(false);
  });
});

describe('a policy file is refused when', () => {
  const defectsOf = (edit: (policy: Policy) => void): string => {
    const copy = structuredClone(england);
    edit(copy);
    try {
      parsePolicy(stringify(copy), 'test.yaml');
      return '';
    } catch (error) {
      return (error as PolicyFileError).defects.join('\n');
    }
  };
  it.each<[string, (p: Policy) => void, string]>([
    ['sent is enough for what is critical', (p) => (p.reach![0]!.proof = 'sent'), 'needs proof: spoken'],
    ['another rule takes what is critical first', (p) => p.reach!.unshift(p.reach!.pop()!), 'proof: spoken'],
    ['a rule narrows what is critical', (p) => (p.reach![0]!.when!.setting = ['ed']), 'by category alone'],
    [
      'speech is to be proved without a phone',
      (p) => (p.reach![0]!.steps = [['mail']]),
      'add phone to a step',
    ],
    ['nothing fits all', (p) => p.reach!.pop(), 'one rule without "when"'],
    [
      'a channel comes twice',
      (p) => (p.reach![1]!.steps = [['mail'], ['mail', 'sms']]),
      'stands in two steps',
    ],
    ['a step has no time', (p) => (p.reach![1]!.within = 'PT10S'), 'at least PT1M'],
    ['a source is unknown', (p) => (p.reach![1]!.source = 'hearsay'), 'not among the sources'],
    ['a demonstration has nights', (p) => (p.secondsPerDay = 10), 'a demonstration has no nights'],
    ['a proof is not one', (p) => ((p.reach![1] as { proof: string }).proof = 'faxed'), 'reach[1].proof'],
  ])('%s', (_, edit, defect) => expect(defectsOf(edit)).toContain(defect));
});

const contacts: Contact[] = [
  { kind: 'bleep', to: '2222' },
  { kind: 'sms', to: 'first' },
  { kind: 'webhook', to: 'https://a.example.org' },
  { kind: 'sms', to: 'second' },
  { kind: 'phone', to: '0161' },
];
const points = pointsOf({ email: 'a@example.org', contacts });

describe('contact points', () => {
  it('are named by channel, back-up devices by number; numbers to ring are one', () =>
    expect(Object.fromEntries(points)).toEqual({
      mail: 'a@example.org',
      sms: 'first',
      webhook: 'https://a.example.org',
      'sms#2': 'second',
      phone: '2222, 0161',
    }));

  it('are used step by step, back-up devices before the next step, each once, and then none is left', () => {
    const reach: Reach = { steps: [['mail', 'sms'], ['phone']], proof: 'spoken', within: 60 };
    const used = new Set<string>();
    const taken: string[][] = [];
    for (
      let next = nextPoints(reach, points, used);
      next.length > 0;
      next = nextPoints(reach, points, used)
    ) {
      taken.push(next);
      next.forEach((point) => used.add(point));
    }
    expect(taken).toEqual([['mail', 'sms'], ['sms#2'], ['phone']]);
    expect(companionsOf(reach, points, 'mail')).toEqual(['sms']);
    expect(companionsOf(reach, pointsOf({ email: null, contacts: [] }), 'mail')).toEqual([]);
  });

  it('whatever somebody has and policy says, each is used at most once and all that policy names are', () => {
    const channel = fc.constantFrom('mail', 'sms', 'webhook', 'phone');
    const anyContact = fc.record({
      kind: fc.constantFrom('sms', 'phone', 'bleep', 'webhook'),
      to: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(channel, { minLength: 1 }),
        fc.array(anyContact, { maxLength: 6 }),
        fc.boolean(),
        (channels, has, mail) => {
          const all = pointsOf({ email: mail ? 'x' : null, contacts: has as Contact[] });
          const reach = { steps: channels.map((c) => [c]), proof: 'sent', within: 1 } as Reach;
          const used = new Set<string>();
          for (let n = 0; n < 10; n++) for (const p of nextPoints(reach, all, used)) used.add(p);
          const named = [...all.keys()].filter((p) => channels.some((c) => p === c || p.startsWith(`${c}#`)));
          expect([...used].sort()).toEqual(named.sort());
        },
      ),
    );
  });
});

describe('the routine waits for the morning', () => {
  const ask = (more: Partial<TakenAsk> = {}): TakenAsk =>
    ({
      purpose: 'ask',
      attempts: 1,
      held: false,
      preference: null,
      reach: reachOf(england, { kind: 'tell-gp', category: 'routine' }),
      createdAt: new Date('2031-01-01T00:00:00Z'),
      dueAt: new Date('2031-01-05T00:00:00Z'),
      ...more,
    }) as TakenAsk;
  const at = (instant: string, more?: Partial<TakenAsk>) =>
    heldUntil(ask(more), new Date(instant))?.toISOString();
  const each = { digest: false, digest_at: null, quiet_from: null, quiet_until: null };

  it('until the mail of the day, by local time', () => {
    expect(at('2026-01-10T12:00:00Z')).toBe('2026-01-11T07:30:00.000Z');
    expect(at('2026-07-10T05:00:00Z')).toBe('2026-07-10T06:30:00.000Z'); // BST
    expect(at('2026-10-24T22:00:00Z')).toBe('2026-10-25T07:30:00.000Z'); // the clocks go back in between
  });

  it('who prefers each by itself is left in peace in quiet hours only, and may choose them', () => {
    expect(at('2026-01-10T12:00:00Z', { preference: each })).toBeUndefined();
    expect(at('2026-01-10T23:00:00Z', { preference: each })).toBe('2026-01-11T07:00:00.000Z');
    const mine = { ...each, quiet_from: '12:00', quiet_until: '13:00' };
    expect(at('2026-01-10T12:30:00Z', { preference: mine })).toBe('2026-01-10T13:00:00.000Z');
    expect(at('2026-01-10T12:30:00Z', { preference: { ...each, digest: true, digest_at: '16:00' } })).toBe(
      '2026-01-10T16:00:00.000Z',
    );
  });

  it('but not where the ladder would go up before, nor a second time, nor what takes an ask back', () => {
    expect(at('2026-01-10T12:00:00Z', { dueAt: new Date('2031-01-01T10:00:00Z') })).toBeUndefined();
    expect(at('2026-01-10T12:00:00Z', { held: true })).toBeUndefined();
    expect(at('2026-01-10T12:00:00Z', { purpose: 'stand-down' })).toBeUndefined();
  });

  it('and never for an alert, whatever somebody prefers', () => {
    for (const category of CATEGORIES.filter((c) => c !== 'routine'))
      for (const preference of [null, each, { ...each, digest: true, digest_at: '08:00' }])
        expect(
          at('2026-01-10T23:00:00Z', { preference, reach: reachOf(england, { kind: 'plan', category }) }),
        ).toBeUndefined();
  });
});
