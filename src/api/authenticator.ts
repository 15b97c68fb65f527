import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../domain/inputs';
import { ROLE_KEYS } from '../../domain/vocabulary';
import type { RoleKey } from '../../domain/vocabulary';
import { PlainError } from '../local/plain-error';

/** Who is calling, in the role in which they act. */
export type Principal = Actor;

/** Where a caller's identity comes from. A trust's own sign-in takes the place of the development tokens, and nothing else changes. */
export abstract class Authenticator {
  /** The caller that an `Authorization` header proves, or nobody. */
  abstract authenticate(authorization: string | undefined): Promise<Principal | undefined>;

  /** Throws where this identity must not be served on an address. */
  abstract checkBind(host: string): void;
}

const DEV_TOKEN = /^Bearer dev:([A-Za-z0-9._:-]{1,64}):([a-z-]{1,32})$/i;

/** Whether an address is reached from this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

/** `Authorization: Bearer dev:<person>:<role>`: anybody who can type may be anybody, so it is for one machine only. */
@Injectable()
export class DevelopmentTokens extends Authenticator {
  authenticate(authorization: string | undefined): Promise<Principal | undefined> {
    const [, person, role] = DEV_TOKEN.exec(authorization ?? '') ?? [];
    const known = (ROLE_KEYS as readonly string[]).includes(role ?? '');
    return Promise.resolve(person && known ? { person, role: role as RoleKey } : undefined);
  }

  checkBind(host: string): void {
    if (isLoopback(host)) return;
    throw new PlainError(
      `The API would listen on ${host}, but its sign-in is by development tokens, with which anybody can be anybody.`,
      'Listen on 127.0.0.1 (--host 127.0.0.1), and reach it from elsewhere only once a real sign-in is set up.',
    );
  }
}
