import { addOnClock, elapsedMs } from '../../domain/calendar';
import { LOCAL_DECISION, nextStep, ruleFor, rungAt } from '../../domain/policy';
import type { LimitRule, Situation } from '../../domain/policy';
import { OBLIGATION_KINDS, SETTINGS } from '../../domain/vocabulary';
import { calendarFor, loadBankHolidays } from '../../src/policy/bank-holidays';
import { loadPolicy } from '../../src/policy/policy-file';

/** What the Ombudsman's cases need of England's policy, walked through as the ladder would. */
const england = loadPolicy('policies/england.yaml');
const calendar = calendarFor(england, loadBankHolidays());
/** 02:00 on Christmas Day, a Friday before a Monday's substitute day: the worst night to be ill. */
const NIGHT = '2026-12-25T02:00:00.000Z';
const hours = (instant: string): number => (Date.parse(instant) - Date.parse(NIGHT)) / 3_600_000;

interface Ask {
  ask: string;
  at: number;
}

/** Everybody whom silence makes the ladder ask in the first `days`, in hours after the duty opened. */
const silence = (rule: LimitRule, days = 60): Ask[] => {
  const asks: Ask[] = [];
  let at =
    rule.asks === 'on-opening' ? NIGHT : addOnClock(NIGHT, rule.limit.duration, rule.limit.clock, calendar);
  for (let rung = 0; hours(at) < days * 24;) {
    asks.push({ ask: rungAt(england, rule.ladder, rung).ask, at: hours(at) });
    const step = nextStep(england, rule.ladder, rung);
    at = addOnClock(at, step.wait, step.clock, calendar);
    rung = step.rung;
  }
  return asks;
};
const asksFor = (situation: Situation): Ask[] => silence(ruleFor(england, situation)!);
const firstDesk = (asks: Ask[]): number => asks.find(({ ask }) => ask === 'desk')!.at;

describe.each([undefined, ...SETTINGS])('a critical finding (%s)', (setting) => {
  const asks = asksFor({ kind: 'acknowledge', category: 'critical', ...(setting ? { setting } : {}) });

  it('is asked about at once, at night and on Christmas Day', () =>
    expect(asks[0]).toEqual({ ask: 'accountable', at: 0 }));
  it('goes up after a quarter of an hour', () => expect(asks[1]!.at).toBe(0.25));
  it('is with the desk within the hour, and again every half hour', () => {
    const desk = asks.filter(({ ask }) => ask === 'desk');
    expect(desk[0]!.at).toBeLessThanOrEqual(1);
    expect(desk[1]!.at - desk[0]!.at).toBe(0.5);
  });
});

describe.each([undefined, ...SETTINGS])('an urgent finding (%s)', (setting) => {
  const where = setting ? { setting } : {};

  const acknowledging = asksFor({ kind: 'acknowledge', category: 'urgent', ...where });
  const planning = asksFor({ kind: 'plan', category: 'urgent', ...where });

  it('is asked about at once, up by 12 hours, with the desk by 24', () => {
    expect(acknowledging[0]!.at).toBe(0);
    expect(acknowledging[1]!.at).toBeLessThanOrEqual(12);
    expect(firstDesk(acknowledging)).toBeLessThanOrEqual(24);
  });

  it('accepted just before the desk was asked, and then left, is with the desk by 24 hours all the same', () => {
    expect(firstDesk(acknowledging) + firstDesk(planning)).toBeLessThanOrEqual(24);
  });

  it('planned without proof is with the desk within 24 hours (C07)', () =>
    expect(firstDesk(asksFor({ kind: 'complete', category: 'urgent', ...where }))).toBeLessThanOrEqual(24));
});

describe('cancer and significant unexpected findings', () => {
  it.each(['cancer', 'significant-unexpected'] as const)('%s: at once, in working time', (category) => {
    const rule = ruleFor(england, { kind: 'acknowledge', category, setting: 'outpatient' })!;
    expect([rule.asks, rule.limit.clock]).toEqual(['on-opening', 'working']);
  });
});

describe('images without a report', () => {
  it.each(['ed', 'inpatient'] as const)('of the %s escalate within days (C04, C09, C13)', (setting) => {
    for (const modality of ['XR', 'CT'] as const) {
      const asks = asksFor({ kind: 'report', priority: 'routine', setting, modality, patientClass: 'adult' });
      expect(asks[1]!.at).toBeLessThanOrEqual(3 * 24);
      expect(firstDesk(asks)).toBeLessThanOrEqual(4 * 24);
    }
  });

  it('never stay from the desk beyond 28 days, whatever the rule', () => {
    for (const rule of england.rules.filter(({ kind }) => kind === 'report'))
      expect(firstDesk(silence(rule))).toBeLessThanOrEqual(28 * 24);
  });

  it('routine ones have a fortnight', () =>
    expect(
      ruleFor(england, { kind: 'report', priority: 'routine', setting: 'outpatient', patientClass: 'adult' })
        ?.limit,
    ).toEqual({
      duration: 'P14D',
      clock: 'elapsed',
      source: 'pen',
    }));
});

describe('images for another site (C11)', () => {
  it.each([
    [{ setting: 'inpatient', priority: 'routine' }, 36],
    [{ setting: 'outpatient', priority: 'routine' }, 12 * 24],
  ] as const)('%j: the desk within %i hours, even over Christmas', (situation, limit) =>
    expect(firstDesk(asksFor({ kind: 'transfer', ...situation }))).toBeLessThanOrEqual(limit),
  );
});

describe('every rule', () => {
  const rules = england.rules.map(
    (rule, i) => [`${i} ${rule.kind} ${JSON.stringify(rule.when ?? {})}`, rule] as const,
  );

  it.each(rules)(
    '%s asks the accountable first, then the desk, at least weekly, and never drowns it',
    (_, rule) => {
      const asks = silence(rule, 2 * 365);
      expect(asks[0]!.ask).toBe('accountable');
      const desk = asks.filter(({ ask }) => ask === 'desk').map(({ at }) => at);
      expect(desk.length).toBeGreaterThan(20);
      const gaps = desk.slice(1).map((at, i) => at - desk[i]!);
      // Working days run longer than they say over Christmas and Easter.
      expect(Math.max(...gaps)).toBeLessThanOrEqual(14 * 24);
      const month = asks.filter(({ at }) => at < asks[0]!.at + 30 * 24).length;
      const minutes = elapsedMs(england.ladders[rule.ladder]!.rungs.at(-1)!.repeat!) <= elapsedMs('PT1H');
      expect(month).toBeLessThanOrEqual(minutes ? 1500 : 400);
    },
  );

  it('counts in minutes only where a life hangs on it', () => {
    const minutes = england.rules.filter(
      ({ ladder }) => elapsedMs(england.ladders[ladder]!.rungs.at(-1)!.repeat!) <= elapsedMs('PT1H'),
    );
    expect(
      minutes.every(
        ({ when }) => when?.category?.includes('critical') || when?.priority?.includes('emergency'),
      ),
    ).toBe(true);
  });

  it('of a critical category or emergency runs on elapsed time', () => {
    const pressing = england.rules.filter(
      ({ when }) => when?.category?.includes('critical') || when?.priority?.includes('emergency'),
    );
    expect(pressing.filter(({ limit }) => limit.clock !== 'elapsed')).toEqual([]);
  });

  it('of a GP asks nobody in a hospital ward', () => {
    for (const rule of england.rules.filter(
      ({ when }) => when?.setting?.length === 1 && when.setting[0] === 'gp',
    ))
      expect(england.ladders[rule.ladder]!.rungs.map(({ ask }) => ask)).not.toContain('registrar');
  });

  it('numbers recalled from memory are marked as a local decision', () => {
    const acute = england.rules.filter(
      ({ kind, when }) => kind === 'report' && when?.setting?.includes('ed'),
    );
    expect(acute.map(({ limit }) => limit.source)).toEqual(acute.map(() => LOCAL_DECISION));
  });
});

it('every kind of duty has a limit even when nothing else is known', () => {
  for (const kind of OBLIGATION_KINDS) expect(ruleFor(england, { kind })).toBeDefined();
});

it('acknowledging cannot be waived, since planning follows from it; nor is candour, but by the medical lead', () => {
  const roles = (kind: string) =>
    england.waivers.filter((w) => (w.kinds as string[]).includes(kind)).flatMap((w) => w.roles);
  expect(roles('acknowledge')).toEqual([]);
  expect(new Set(roles('candour'))).toEqual(new Set(['medical-lead']));
  expect(england.waivers.flatMap((w) => w.roles)).not.toContain('system');
});
