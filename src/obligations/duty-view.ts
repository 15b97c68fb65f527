import { z } from 'zod';
import { CATEGORIES, OBLIGATION_KINDS } from '../../domain/vocabulary';

/** Which duty something is about, for those who see it outside of its journey. */
export const dutyView = z.object({
  key: z.string(),
  opening: z.int(),
  kind: z.enum(OBLIGATION_KINDS),
  name: z.string(),
  category: z.enum(CATEGORIES).optional(),
});
