import { Logger } from '@nestjs/common';
import { Problem } from '../api/problems';
import { decrypt, encrypt, newKey } from './ciphers';
import type { MasterKeys } from './master-keys';

/** A key as it is stored: wrapped, and under which master key. */
export interface WrappedKey {
  owner: string;
  wrapped: Buffer;
  master: string;
}

/** Wraps and unwraps the keys of patients and journeys. No unwrapped key outlives the act it was needed for. */
export class Keyring {
  private readonly log = new Logger('sealing');

  constructor(private readonly masters: MasterKeys) {}

  /** Under which master key new ones are wrapped. */
  get first(): string {
    return this.masters[0].id;
  }

  has(master: string): boolean {
    return this.masters.some(({ id }) => id === master);
  }

  make(owner: string): { key: Buffer; row: WrappedKey } {
    const key = newKey();
    return { key, row: this.wrap(owner, key) };
  }

  wrap(owner: string, key: Buffer): WrappedKey {
    const { id, key: master } = this.masters[0];
    return { owner, wrapped: encrypt(master, key, owner), master: id };
  }

  /** @throws Problem where the master key is missing or is not the one that wrapped it */
  unwrap({ owner, wrapped, master }: WrappedKey): Buffer {
    const found = this.masters.find(({ id }) => id === master);
    try {
      if (found) return decrypt(found.key, wrapped, owner);
    } catch {
      // Another key under the same name.
    }
    this.log.error({ msg: found ? 'a master key is another one than before' : 'no such master key', master });
    throw new Problem('sealing-key-missing');
  }
}
