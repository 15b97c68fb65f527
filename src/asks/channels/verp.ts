import { askOfBounce, bounceToken } from '../tokens';

/** Where mail that cannot be delivered is returned to: `bounces@failsafe.example.org`, one address of it an ask. */
export interface Returns {
  address: string;
  secret: string;
}

/** RFC 5321 section 4.5.3.1.1. */
const LONGEST_LOCAL_PART = 64;
const TOKEN_LENGTH = 52;

const split = (address: string): { local: string; domain: string } => {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
};

/** Whether an address leaves room for what is put into it. */
export const fits = (address: string): boolean =>
  /^[^@\s+]+@[^@\s]+$/.test(address) && split(address).local.length + 1 + TOKEN_LENGTH <= LONGEST_LOCAL_PART;

/** The envelope sender of one ask's mail (VERP): whatever comes back names it, however the report is worded. */
export const envelopeSender = ({ address, secret }: Returns, ask: string): string => {
  const { local, domain } = split(address);
  return `${local}+${bounceToken(secret, ask)}@${domain}`;
};

/** The ask that an envelope recipient names, if it is one of ours; `undefined` for a forged or unknown one. */
export const askReturned = ({ address, secret }: Returns, recipient: string): string | undefined => {
  const ours = split(address.toLowerCase());
  const { local, domain } = split(recipient.toLowerCase());
  if (domain !== ours.domain || !local.startsWith(`${ours.local}+`)) return undefined;
  return askOfBounce(secret, local.slice(ours.local.length + 1));
};
