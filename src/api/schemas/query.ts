import { z } from 'zod';
import { instant } from './common';

/** What queries are made of: text that is checked before it is compared with anything. */

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** One value, or several by repeating the parameter. */
export const anyOf = <S extends z.ZodType<string>>(value: S) =>
  z
    .union([value, z.array(value).min(1).max(50)])
    .transform((given): string[] => (Array.isArray(given) ? given : [given]));

/** The instant to which "overdue" and "time to breach" are relative; now, unless said. */
export const asOf = instant.optional();
