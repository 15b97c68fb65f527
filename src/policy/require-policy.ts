import type { EntityManager } from 'typeorm';
import { Problem } from '../api/problems';

/** A policy that is named must be one that was kept: a re-plan under an unknown one could never be recorded. */
export const requirePolicy = async (m: EntityManager, hash: string | undefined): Promise<void> => {
  if (hash === undefined) return;
  const [known] = await m.query<unknown[]>('select 1 from policy where hash = $1', [hash]);
  if (!known)
    throw new Problem('invalid-body', {
      errors: [{ pointer: '/policy', message: 'no policy has that hash' }],
    });
};
