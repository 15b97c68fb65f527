import type { MasterKeys } from '../../src/sealing/master-keys';

/** The master key of every world that tests make; a program of its own gets it as SEALING_KEYS. */
export const SEALING_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
export const masterKeys: MasterKeys = [{ id: 'test', key: Buffer.alloc(32, 7) }];
