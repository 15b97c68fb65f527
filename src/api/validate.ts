import type { z } from 'zod';
import { pointerTo } from './body';
import type { FieldError } from './problems';
import { Problem } from './problems';

const MOST_ERRORS = 50;

type Issue = z.core.$ZodIssue;

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((pointer, key) => pointerTo(pointer, typeof key === 'number' ? key : String(key)), '');

/** An issue as field errors. Zod's own words name types and limits, never the value; unknown names are left to us. */
const errorsOf = (issue: Issue, value: unknown): FieldError[] => {
  const pointer = pointerOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerTo(pointer, key), message: 'unknown field' }));
  if (issue.code === 'invalid_union')
    return [{ pointer, message: issue.message || 'none of the allowed forms' }];
  return [{ pointer, message: isMissing(value, issue.path) ? 'is missing' : issue.message }];
};

/** Whether what an issue speaks of is not there at all: its type or its list of words are not what to look at then. */
const isMissing = (value: unknown, path: readonly PropertyKey[]): boolean =>
  path.length > 0 &&
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value) ===
    undefined;

/** The value as the schema says it, or a problem that names every place where it does not fit. */
export const valid = <S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: 'invalid-body' | 'invalid-query' = 'invalid-body',
): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem(code, {
    errors: parsed.error.issues.flatMap((issue) => errorsOf(issue, value)).slice(0, MOST_ERRORS),
  });
};
