import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Tokens that name one ask and prove that we made them: HMAC-SHA256 (RFC 2104), truncated as RFC 2104 section 5 allows. Each
 * use has a name of its own in the MAC, so that a bounce address is no link.
 */

/** What a link stands for, beside the ask's id: who took the ask's row for another's would change the MAC. */
export interface Bound {
  id: string;
  journey: string;
  key: string;
  opening: number;
  ask: number;
  recipient: string;
}

const LINK_MAC_BYTES = 16;
const BOUNCE_MAC_BYTES = 10;

const mac = (secret: string, use: string, parts: readonly unknown[], bytes: number): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify([use, ...parts]))
    .digest()
    .subarray(0, bytes);

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const linkMac = (secret: string, { id, journey, key, opening, ask, recipient }: Bound): Buffer =>
  mac(secret, 'link', [id, journey, key, opening, ask, recipient], LINK_MAC_BYTES);

/** The token of a one-click link: 43 characters that a URL needs no escapes for. */
export const linkToken = (secret: string, bound: Bound): string =>
  Buffer.concat([bytesOf(bound.id), linkMac(secret, bound)]).toString('base64url');

/** Which ask a token claims to be for. Nothing is proved before `isLinkFor`. */
export const askClaimed = (token: string): string | undefined => {
  const bytes = Buffer.from(token, 'base64url');
  const whole = bytes.length === 16 + LINK_MAC_BYTES && bytes.toString('base64url') === token;
  return whole ? uuidOf(bytes.subarray(0, 16)) : undefined;
};

/** Whether this token is the one that we made for this ask. */
export const isLinkFor = (secret: string, token: string, bound: Bound): boolean =>
  same(Buffer.from(token, 'base64url').subarray(16), linkMac(secret, bound));

const bounceMac = (secret: string, id: string): Buffer => mac(secret, 'bounce', [id], BOUNCE_MAC_BYTES);

/** The token of an envelope sender (VERP). Hexadecimal: mail systems may change the case of an address. */
export const bounceToken = (secret: string, id: string): string =>
  bytesOf(id).toString('hex') + bounceMac(secret, id.toLowerCase()).toString('hex');

/** The ask that a returned mail is about, if the token is ours. */
export const askOfBounce = (secret: string, token: string): string | undefined => {
  if (!/^[0-9a-f]{52}$/i.test(token)) return undefined;
  const bytes = Buffer.from(token, 'hex');
  const id = uuidOf(bytes.subarray(0, 16));
  return same(bytes.subarray(16), bounceMac(secret, id)) ? id : undefined;
};
