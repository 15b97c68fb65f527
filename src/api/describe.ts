import type { ExecutionContext } from '@nestjs/common';
import { SetMetadata, createParamDecorator } from '@nestjs/common';
import type { z } from 'zod';
import type { Principal } from './authenticator';
import type { ProblemCode } from './problems';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { isUuid } from './request';
import { valid } from './validate';

/** What a route takes and gives. The same schemas check what comes in and stand in the OpenAPI document. */
export interface Description {
  tag: string;
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** A synthetic body for the document. */
  example?: object;
  /** What is answered, by status; `undefined` where it is not JSON. */
  answers: Readonly<Record<number, z.ZodType | undefined>>;
  /** Beyond those that every route can give. */
  problems?: readonly ProblemCode[];
  /**
   * Takes Idempotency-Key and Prefer, and answers with ETag and Location. A command takes If-Match too; a fact is true whatever
   * its sender had read.
   */
  submits?: 'fact' | 'command';
  /** Changes the directory: takes If-Match on its version, and answers with it as ETag. */
  edits?: boolean;
  /** A list that also comes as a stream of everything that matches, by Accept. */
  streams?: boolean;
  /** The media types of the answer, where it is not plain JSON. */
  gives?: readonly string[];
  /** The media type of the body, where it is not JSON. */
  media?: string;
}

export const DESCRIPTION = 'failsafe:description';
export const Describe = (description: Description): MethodDecorator => SetMetadata(DESCRIPTION, description);

const descriptionOf = (context: ExecutionContext): Description =>
  Reflect.getMetadata(DESCRIPTION, context.getHandler()) as Description;
const requestOf = (context: ExecutionContext): ApiRequest => context.switchToHttp().getRequest<ApiRequest>();

/** The query, checked and completed by the route's own schema. Its names go on record; an unknown one, which may be anything, never does. */
export const ValidQuery = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = requestOf(context);
  const query = valid(descriptionOf(context).query!, request.query, 'invalid-query');
  request.filters = Object.keys(request.query as object).sort();
  return query;
});

/** The body, checked by the route's own schema. None is as good as an empty one, where nothing needs to be said. */
export const ValidBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  valid(descriptionOf(context).body!, requestOf(context).body ?? {}),
);

/** An id in the address. One that is not shaped like ours names nothing. */
export const PathId = createParamDecorator(
  ([name, problem]: [string, ProblemCode], context: ExecutionContext): string => {
    const value = (requestOf(context).params as Record<string, string>)[name];
    if (!isUuid(value)) throw new Problem(problem);
    return value.toLowerCase();
  },
);
export const JourneyId = () => PathId(['journey', 'unknown-journey']);

/** Who is calling. */
export const By = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal => requestOf(context).principal!,
);

/** The request itself, for what only its headers say. */
export const Sent = createParamDecorator((_: unknown, context: ExecutionContext): ApiRequest =>
  requestOf(context),
);
