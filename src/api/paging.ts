import { z } from 'zod';
import { Problem } from './problems';

/** Lists go on by cursor: the place of the last item, so that what comes in meanwhile neither repeats nor hides anything. */

export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_000).optional(),
};

export interface Page<T> {
  items: T[];
  /** Ask again with it for what follows; none at the end. */
  next?: string;
}

/** A cursor for the place after an item, given by what the list is ordered by. */
export const cursorOf = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place a cursor stands for, checked part by part. */
export const placeOf = <S extends z.ZodType>(
  cursor: string | undefined,
  place: S,
): z.output<S> | undefined => {
  if (cursor === undefined) return undefined;
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('bad-cursor');
  }
};

/** One page of rows that were read with one more than the limit. */
export const pageOf = <R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  place: (row: R) => readonly (string | number)[],
): Page<T> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), ...(rows.length > limit && last ? { next: cursorOf(place(last)) } : {}) };
};

/** A page in the OpenAPI document. */
export const pageView = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    next: z.string().optional().describe('Pass as `cursor` for what follows; absent at the end'),
  });
