import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UnknownJourney } from '../intake/matching';
import { AccessLog } from './access-log';
import { Authenticator } from './authenticator';
import { isDatabaseAway } from './database-away';
import { MethodsByPath } from './methods-by-path';
import type { ProblemCode } from './problems';
import { Problem, problemBody } from './problems';
import type { ApiRequest } from './request';

/** What the framework itself refuses, by its status. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'not-permitted',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  503: 'unavailable',
};

const RETRY_AFTER_S = '5';

/** What an error says without its message, which may quote what was sent. */
const withoutData = (error: unknown): Record<string, unknown> => {
  const { name, code, constraint, stack } = (error ?? {}) as Record<string, unknown>;
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return { error: name, code, constraint, at: frames.slice(0, 8).map((line) => line.trim()) };
};

/** Every error as an RFC 9457 problem. What was sent is never part of it. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('api');

  constructor(
    private readonly accesses: AccessLog,
    private readonly authenticator: Authenticator,
    private readonly methods: MethodsByPath,
  ) {}

  catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    return this.answer(error, http.getRequest<ApiRequest>(), http.getResponse<FastifyReply>());
  }

  async answer(error: unknown, request: ApiRequest, reply: FastifyReply): Promise<void> {
    const problem = this.problemOf(error, request);
    if (problem.status >= 500)
      this.log.error({ msg: problem.code, request: request.id, ...withoutData(error) });
    // A refusal by the journey itself is in its evidence; one while the database is away cannot be kept there.
    if (!problem.details.recorded && problem.code !== 'unavailable') await this.keep(request, problem);
    if (reply.sent) return;
    await reply
      .code(problem.status)
      .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...problem.details.headers })
      .type('application/problem+json')
      .send(problemBody(problem, request.id));
  }

  /** What is refused before the guard (a body too large) still names who sent it, where that can be told. */
  private async keep(request: ApiRequest, { status, code }: Problem): Promise<void> {
    request.principal ??= await this.authenticator.authenticate(request.headers.authorization);
    await this.accesses.refused(request, { status, code });
  }

  private problemOf(error: unknown, request: ApiRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof UnknownJourney) return new Problem('unknown-journey');
    if (isDatabaseAway(error))
      return new Problem('unavailable', { headers: { 'retry-after': RETRY_AFTER_S } });
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number })?.statusCode;
    if (status === undefined || (status >= 500 && status !== 503)) return new Problem('server-error');
    if (status === 404) return this.notFound(request);
    return new Problem(BY_STATUS[status] ?? 'bad-request');
  }

  private notFound(request: ApiRequest): Problem {
    const allowed = this.methods.at(request.url);
    if (allowed.length === 0) return new Problem('not-found');
    return new Problem('method-not-allowed', { headers: { allow: allowed.join(', ') } });
  }
}
