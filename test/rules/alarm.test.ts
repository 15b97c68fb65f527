import { Alarm } from '../../src/watchdog/alarm';
import type { Trouble } from '../../src/watchdog/alarm';
import { alarmSettings } from '../../src/watchdog/alarm-settings';

/** When the alarm rings: never a storm, never silence, and one all-clear. */

const MINUTE = 60_000;
const POSTGRES: Trouble = { topic: 'postgres-away', text: 'Postgres has not answered.' };
const TEMPORAL: Trouble = { topic: 'temporal-away', text: 'Temporal has not answered.' };
const journeys = (...of: string[]): Trouble => ({ topic: 'critical-journey', text: 'Journeys.', of });

/** Looks every five seconds; each ring reaches somebody. @returns what rang in which minute */
const played = (troubles: (minute: number) => Trouble[], minutes: number, alarm = new Alarm()): string[] => {
  const rings: string[] = [];
  for (let ms = 0; ms < minutes * MINUTE; ms += 5_000) {
    const ring = alarm.next(troubles(ms / MINUTE), ms);
    if (!ring) continue;
    alarm.rung(ring, ms);
    rings.push(
      `${Math.floor(ms / MINUTE)} ${ring.kind === 'trouble' ? ring.troubles.map((t) => t.topic).join('+') : ring.kind}`,
    );
  }
  return rings;
};

test('it rings at once, then ever more seldom, and for ever', () => {
  const rings = played(() => [POSTGRES], 24 * 60);
  expect(rings.slice(0, 6).map((ring) => Number(ring.split(' ')[0]))).toEqual([0, 5, 20, 80, 320, 560]);
  expect(rings).toHaveLength(9);
});

test('what is new rings at once, with all that lasts', () => {
  expect(played((m) => (m < 2 ? [POSTGRES] : [POSTGRES, TEMPORAL]), 4)).toEqual([
    '0 postgres-away',
    '2 postgres-away+temporal-away',
  ]);
});

test('more of the same is not a ring each: a new journey a minute is a ring in a quarter of an hour', () => {
  const rings = played(
    (m) => [journeys(...Array.from({ length: Math.floor(m) + 1 }, (_, i) => `j${i}`))],
    120,
  );
  expect(rings.length).toBeLessThanOrEqual(9);
  expect(rings.length).toBeGreaterThanOrEqual(7);
});

test('one all-clear, when all has been well for five minutes; what comes and goes is one trouble', () => {
  expect(played((m) => (m < 3 ? [POSTGRES] : []), 60)).toEqual(['0 postgres-away', '8 all-clear']);
  const flaps = played((m) => (Math.floor(m * 2) % 2 === 0 && m < 30 ? [POSTGRES] : []), 60);
  expect(flaps.filter((ring) => ring.endsWith('all-clear'))).toHaveLength(1);
  expect(flaps.length).toBeLessThanOrEqual(4);
});

test('after an all-clear the next trouble rings at once', () => {
  expect(played((m) => (m < 1 || m >= 20 ? [POSTGRES] : []), 21)).toEqual([
    '0 postgres-away',
    '6 all-clear',
    '20 postgres-away',
  ]);
});

test('what rang before an all-clear is new again', () => {
  const then = (m: number): Trouble[] =>
    m < 1 ? [POSTGRES] : m < 20 ? [] : m < 21 ? [TEMPORAL] : [TEMPORAL, POSTGRES];
  expect(played(then, 22)).toEqual([
    '0 postgres-away',
    '6 all-clear',
    '20 temporal-away',
    '21 temporal-away+postgres-away',
  ]);
});

test('what reached nobody is rung again at the next look', () => {
  const alarm = new Alarm();
  expect(alarm.next([POSTGRES], 0)).toBeDefined();
  expect(alarm.next([POSTGRES], 5_000)).toBeDefined();
  alarm.rung(alarm.next([POSTGRES], 10_000)!, 10_000);
  expect(alarm.next([POSTGRES], 15_000)).toBeUndefined();
});

test('all is well from the start: nothing rings', () => {
  expect(played(() => [], 60)).toEqual([]);
});

describe('settings', () => {
  const SMTP = { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'failsafe@example.org' };
  const SECRET = { WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}` };

  test('none is needed', () => expect(alarmSettings({})).toEqual({}));

  test('a mailbox, another system and a monitor outside', () => {
    const all = alarmSettings({
      ...SMTP,
      ...SECRET,
      ALARM_MAIL: 'oncall@example.org',
      ALARM_WEBHOOK: 'https://pager.example.org/ring',
      HEARTBEAT_URL: 'https://monitor.example.org/ping',
    });
    expect(all.mail).toMatchObject({ to: 'oncall@example.org', smtp: { url: 'smtp://mail.example.org' } });
    expect(all.webhook?.to).toBe('https://pager.example.org/ring');
    expect(all.heartbeat?.to).toBe('https://monitor.example.org/ping');
  });

  test.each([
    [{ ...SMTP, ALARM_MAIL: 'oncall' }, 'ALARM_MAIL is no mail address'],
    [{ ALARM_MAIL: 'oncall@example.org' }, 'No mail server is set'],
    [{ ALARM_WEBHOOK: 'https://pager.example.org/ring' }, 'ALARM_WEBHOOK is set without WEBHOOK_SECRET'],
    [{ ...SECRET, ALARM_WEBHOOK: 'ftp://pager' }, 'ALARM_WEBHOOK is no address'],
    [{ HEARTBEAT_URL: 'monitor' }, 'HEARTBEAT_URL is no address'],
    [{ HEARTBEAT_URL: 'https://m.example.org', WEBHOOK_ALLOW: 'home' }, 'WEBHOOK_ALLOW names'],
  ])('%j is refused, and no value is printed', (env, message) => {
    expect(() => alarmSettings(env)).toThrow(message);
  });
});
