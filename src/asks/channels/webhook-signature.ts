import { createHmac } from 'node:crypto';

/** The headers of Standard Webhooks (https://www.standardwebhooks.com), by which a receiver knows that it was us, and when. */

const PREFIX = 'whsec_';

/** The bytes of a `whsec_...` secret; `undefined` where it is none, or too short to be one. */
export const secretBytes = (secret: string): Buffer | undefined => {
  const bytes = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const sound = secret.startsWith(PREFIX) && bytes.length >= 24 && bytes.length <= 64;
  return sound ? bytes : undefined;
};

/**
 * @param secrets all that are valid now: while one takes the place of another, receivers with either can check
 * @param id the same however often it is sent, so that a receiver can tell a repetition
 * @param seconds Unix time; a receiver refuses what is older than a few minutes
 */
export const webhookHeaders = (
  secrets: readonly Buffer[],
  id: string,
  seconds: number,
  body: string,
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': secrets
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`)
    .join(' '),
});
