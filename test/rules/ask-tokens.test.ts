import { randomUUID } from 'node:crypto';
import { askOfBounce, askClaimed, bounceToken, isLinkFor, linkToken } from '../../src/asks/tokens';
import { askReturned, envelopeSender, fits } from '../../src/asks/channels/verp';

const bound = {
  id: randomUUID(),
  journey: randomUUID(),
  key: 'acknowledge:r1',
  opening: 1,
  ask: 1,
  recipient: 'c-1',
};
const secret = 'a secret of at least thirty-two characters';

test('a link names its ask, and holds for nothing else', () => {
  const token = linkToken(secret, bound);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(askClaimed(token)).toBe(bound.id);
  expect(isLinkFor(secret, token, bound)).toBe(true);
  for (const other of [
    { recipient: 'c-2' },
    { opening: 2 },
    { ask: 2 },
    { key: 'acknowledge:r2' },
    { journey: randomUUID() },
    { id: randomUUID() },
  ])
    expect(isLinkFor(secret, token, { ...bound, ...other })).toBe(false);
  expect(isLinkFor('another', token, bound)).toBe(false);
});

test('a token with one bit changed, cut off or padded is none', () => {
  const token = linkToken(secret, bound);
  for (let i = 0; i < token.length; i++) {
    const forged = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    expect(askClaimed(forged) === bound.id && isLinkFor(secret, forged, bound)).toBe(false);
  }
  for (const odd of ['', token.slice(1), `${token}A`, `${token}=`, 'x'.repeat(43), '..'])
    expect(askClaimed(odd) === bound.id && isLinkFor(secret, odd, bound)).toBe(false);
});

test('mail that comes back names its ask, in whatever case, and a forged address names none', () => {
  const returns = { address: 'bounces@failsafe.example.org', secret };
  const sender = envelopeSender(returns, bound.id);
  expect(sender.split('@')[0]!.length).toBeLessThanOrEqual(64);
  for (const address of [sender, sender.toUpperCase()]) expect(askReturned(returns, address)).toBe(bound.id);
  const token = bounceToken(secret, bound.id);
  const last = token.endsWith('0') ? '1' : '0';
  for (const address of [
    `bounces+${token.slice(0, -1)}${last}@failsafe.example.org`,
    `bounces+${token}@elsewhere.example.org`,
    `other+${token}@failsafe.example.org`,
    `bounces+${bounceToken('another', bound.id)}@failsafe.example.org`,
    'bounces@failsafe.example.org',
    'bounces+@failsafe.example.org',
    '',
  ])
    expect(askReturned(returns, address)).toBeUndefined();
  expect(askOfBounce(secret, linkToken(secret, bound))).toBeUndefined();
});

test('an address that leaves no room for the token is not one', () => {
  expect(fits('bounces@example.org')).toBe(true);
  for (const odd of ['bounces-of-failsafe@example.org', 'bounces', 'a+b@example.org', 'a b@example.org'])
    expect(fits(odd)).toBe(false);
});
