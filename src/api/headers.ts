import type { InputType } from '../../domain/inputs';
import { ENTERED_AFTERWARDS } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { header } from './request';
import { instant } from './schemas/common';

const MAX_VERSION = 2_147_483_647;

/** A journey's clinical version as an ETag, and back. */
export const etag = (version: number): string => `"${version}"`;

/** The clinical version that the sender had seen; `*` means any, as no header does. */
export const ifMatch = (request: ApiRequest): number | undefined => {
  const value = header(request, 'if-match')?.trim();
  if (value === undefined || value === '*') return undefined;
  const version = Number(/^"(\d{1,10})"$/.exec(value)?.[1] ?? Number.NaN);
  if (!Number.isInteger(version) || version > MAX_VERSION) throw new Problem('bad-if-match');
  return version;
};

export const idempotencyKey = (request: ApiRequest): string | undefined => {
  const key = header(request, 'idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) throw new Problem('bad-idempotency-key');
  return key;
};

const USUAL_WAIT_S = 2;
const LONGEST_WAIT_S = 30;

/** How long the sender wants to wait for the outcome (RFC 7240 `wait`, or not at all), in milliseconds. */
export const waitMs = (request: ApiRequest): number => {
  const prefer = header(request, 'prefer') ?? '';
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer)?.[1];
  if (wait !== undefined) return Math.min(Number(wait), LONGEST_WAIT_S) * 1000;
  return /(?:^|[,;\s])respond-async(?:$|[,;\s])/i.test(prefer) ? 0 : USUAL_WAIT_S * 1000;
};

/**
 * When an act was done that was kept on paper while nothing worked, and is entered now. Only what people do by hand can be:
 * whoever sends it with anything else is told so, since they rely on it.
 */
export const enteredAfterwards = (request: ApiRequest, type: InputType): Instant | undefined => {
  const value = header(request, 'entered-afterwards');
  if (value === undefined) return undefined;
  const { data, success } = instant.safeParse(value.trim());
  if (!success || !(ENTERED_AFTERWARDS as readonly string[]).includes(type))
    throw new Problem('bad-entered-afterwards');
  return data;
};
