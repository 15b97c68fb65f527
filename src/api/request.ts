import type { Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './authenticator';
import type { Purpose } from './purpose';

/** What we note on a request while it passes through. */
export interface Noted {
  principal?: Principal;
  /** Why it is read, as said or as goes with the role. */
  purpose?: Purpose | undefined;
  /** The names of what a list or search was picked by. */
  filters?: string[];
  /** Set where the access is on record already, in the transaction of what it did. */
  onRecord?: boolean;
  /** Its span, where spans are received. */
  span?: Span | undefined;
}
export type ApiRequest = FastifyRequest & Noted;

/** The route's template: an address as it was typed may hold anything, and nothing of it is ever logged. */
export const routeOf = (request: ApiRequest): string => request.routeOptions?.url ?? '(no such route)';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** The journey that the address names, if it is shaped like one. */
export const journeyOf = (request: ApiRequest): string | undefined => {
  const { journey } = (request.params ?? {}) as { journey?: string };
  return isUuid(journey) ? journey.toLowerCase() : undefined;
};

/** One header's value; a repeated one is no value that we could judge. */
export const header = (request: ApiRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};
