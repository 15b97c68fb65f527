import { CATEGORIES } from '../../domain/vocabulary';
import { asksSettings } from '../../src/asks/asks-settings';
import { afterPermanent, afterTemporary } from '../../src/asks/retry';

const waits = (category: Parameters<typeof afterTemporary>[0], last = false): number[] => {
  const all: number[] = [];
  for (let attempts = 1; attempts <= 50; attempts++) {
    const wait = afterTemporary(category, attempts, last);
    if (wait === 'give-up') return all;
    all.push(wait);
  }
  return all;
};
const total = (seconds: number[]): number => seconds.reduce((sum, s) => sum + s, 0);

test('a routine ask is tried on, ten minutes apart at most', () => {
  for (const category of [null, 'routine'] as const) {
    expect(waits(category).slice(0, 5)).toEqual([5, 30, 120, 300, 600]);
    expect(waits(category)).toHaveLength(50);
    expect(Math.max(...waits(category))).toBe(600);
  }
});

test('an alert gives up so soon that the next person is asked in time: a critical one within two minutes', () => {
  expect(total(waits('critical'))).toBeLessThan(120);
  for (const category of CATEGORIES)
    if (category !== 'routine') expect(total(waits(category))).toBeLessThan(15 * 60);
});

test('the last rung never gives up', () => {
  for (const category of CATEGORIES) expect(waits(category, true)).toHaveLength(50);
  expect(afterPermanent(1)).toBe(5);
  expect(afterPermanent(99)).toBe(600);
});

test('a real mail server needs a sender and an address for links; a local one needs neither', () => {
  const local = { smtpUrl: 'smtp://127.0.0.1:1025', url: 'http://127.0.0.1:8080' };
  expect(asksSettings({}, local)).toMatchObject({ publicUrl: local.url, smtp: { url: local.smtpUrl } });
  expect(() => asksSettings({})).toThrow('No mail server is set');
  expect(() => asksSettings({ SMTP_URL: 'smtp://mail.example.org' }, local)).toThrow('MAIL_FROM');
  const real = { SMTP_URL: 'smtps://u:p%40ss@mail.example.org', MAIL_FROM: 'f@example.org' };
  expect(() => asksSettings(real, local)).toThrow('PUBLIC_URL');
  expect(asksSettings({ ...real, PUBLIC_URL: 'https://f.example.org' }, local)).toMatchObject({
    publicUrl: 'https://f.example.org',
    smtp: { url: real.SMTP_URL, from: 'f@example.org' },
  });
  const secret = {
    ...real,
    SMTP_URL: 'http://u:SECRET@mail.example.org',
    PUBLIC_URL: 'https://f.example.org',
  };
  expect(() => asksSettings(secret)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('SECRET') }),
  );
});
