import { Post } from '@nestjs/common';
import type { Answer } from '../api/answer';
import { Describe, JourneyId, Sent, ValidBody } from '../api/describe';
import { Permit } from '../api/permit';
import type { ProblemCode } from '../api/problems';
import type { ApiRequest } from '../api/request';
import type { InputSpec } from '../api/schemas/inputs';
import { REFUSALS } from '../../domain/refusals';
import type { RefusalCode } from '../../domain/refusals';
import { outcomeView } from './outcome-answer';
import type { Submissions } from './submissions.service';

/** A controller on which routes are laid. */
export interface Sender {
  readonly submissions: Submissions;
}

export const OUTCOMES = { 200: outcomeView, 201: outcomeView, 202: outcomeView } as const;
export const SUBMITTING: readonly ProblemCode[] = [
  'unknown-journey',
  'bad-idempotency-key',
  'idempotency-in-flight',
  'idempotency-key-reused',
];
const COMMANDING: readonly ProblemCode[] = [
  'bad-if-match',
  'bad-entered-afterwards',
  'not-in-directory',
  ...(Object.keys(REFUSALS) as RefusalCode[]),
];

/** What a handler is called: `did-not-attend` is `didNotAttend`. */
const nameOf = (type: string): string => type.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const lay = (to: abstract new (...args: never[]) => Sender, spec: InputSpec, addressed: boolean): void => {
  const prototype = to.prototype as Record<string, unknown>;
  const name = nameOf(spec.type);
  const handler = function (
    this: Sender,
    body: object,
    request: ApiRequest,
    journey?: string,
  ): Promise<Answer> {
    return this.submissions.send(request, { spec, body, ...(journey === undefined ? {} : { journey }) });
  };
  Object.defineProperty(prototype, name, { value: handler, writable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  Post(spec.type)(prototype, name, descriptor);
  Permit(spec.permission)(prototype, name, descriptor);
  Describe({
    tag: addressed ? (spec.kind === 'fact' ? 'Facts' : 'Commands') : 'Messages',
    summary: spec.summary,
    body: spec.schema,
    example: spec.example,
    answers: OUTCOMES,
    problems: [...SUBMITTING, ...(spec.kind === 'command' ? COMMANDING : [])],
    submits: spec.kind,
  })(prototype, name, descriptor);
  ValidBody()(prototype, name, 0);
  Sent()(prototype, name, 1);
  if (addressed) JourneyId()(prototype, name, 2);
};

/** One route an input, each with its own permission and schema, addressed to a journey or found by identifiers. */
export const InputRoutes =
  (specs: readonly InputSpec[], { addressed }: { addressed: boolean }) =>
  (controller: abstract new (...args: never[]) => Sender): void =>
    specs.forEach((spec) => lay(controller, spec, addressed));
