import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import type { InputType } from '../../domain/inputs';
import type { Principal } from './authenticator';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { header } from './request';

/**
 * `Idempotency-Key`: the key is kept in the transaction that accepts the request, with the ticket that was given for it. An
 * answer is always made from the ticket and its recorded outcome, so it is the same after a crash between commit and reply.
 */
export interface Key {
  principal: string;
  key: string;
  fingerprint: string;
}

/** What a request got: where it went, and for how long its sender is being answered. */
export interface Ticket {
  journey: string;
  id: string;
  type: InputType;
  created: boolean;
  subject: string;
  waitMs: number;
}

const principalOf = ({ person, role }: Principal): string => `${person}:${role}`;

/** What makes two requests the same: method, address, body, and when it was done. */
const fingerprintOf = (request: ApiRequest): string => {
  const happened = header(request, 'entered-afterwards');
  return createHash('sha256')
    .update(
      canonicalize({
        method: request.method,
        path: request.url.split('?', 1)[0],
        body: request.body ?? null,
        // Without it as it always was: a key that was kept by an earlier release still fits.
        ...(happened === undefined ? {} : { happened }),
      }) ?? '',
    )
    .digest('hex');
};

export const keyOf = (request: ApiRequest, key: string): Key => ({
  principal: principalOf(request.principal!),
  key,
  fingerprint: fingerprintOf(request),
});

/** Takes the key for this request. @returns the ticket of the same request where it came before, and its age */
export const claimKey = async (
  m: EntityManager,
  k: Key,
): Promise<{ ticket: Ticket; ageMs: number } | undefined> => {
  const taken = await m.query<unknown[]>(
    `insert into idempotency (principal, key, fingerprint) values ($1, $2, $3) on conflict do nothing returning key`,
    [k.principal, k.key, k.fingerprint],
  );
  if (taken.length > 0) return undefined;
  const [before] = await m.query<{ fingerprint: string; ticket: Ticket; age_ms: number }[]>(
    `select fingerprint, body as ticket, (extract(epoch from now() - created_at) * 1000)::float8 as age_ms
     from idempotency where principal = $1 and key = $2`,
    [k.principal, k.key],
  );
  if (!before) throw new Problem('idempotency-in-flight', { headers: { 'retry-after': '1' } });
  if (before.fingerprint !== k.fingerprint) throw new Problem('idempotency-key-reused');
  return { ticket: before.ticket, ageMs: before.age_ms };
};

/** Keeps the ticket under its key. */
export const keepTicket = async (m: EntityManager, k: Key, ticket: Ticket): Promise<void> => {
  await m.query(
    `update idempotency set command = $3, status = $4, body = $5 where principal = $1 and key = $2`,
    [k.principal, k.key, ticket.id, ticket.created ? 201 : 200, JSON.stringify(ticket)],
  );
};
