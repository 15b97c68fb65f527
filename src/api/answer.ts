import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { concatMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { AccessLog } from './access-log';
import type { ApiRequest } from './request';

/** An answer whose status or headers are not the route's usual ones. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Record<string, string> = {},
  ) {}
}

/** Sends answers, and puts on record who was given what before they get it. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly accesses: AccessLog) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      concatMap(async (result: unknown) => {
        const answer = result instanceof Answer ? result : new Answer(200, result);
        if (request.principal && !request.onRecord)
          await this.accesses.note(request, { status: answer.status });
        reply.code(answer.status).headers(answer.headers);
        return answer.body;
      }),
    );
  }
}
