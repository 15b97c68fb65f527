import { SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { measured } from '../telemetry/measures';
import { beginSpan, isTraceparent, withinRequest } from '../telemetry/tracing';
import type { ApiRequest } from './request';
import { header, routeOf } from './request';

/**
 * Each request is a span that follows its sender's (W3C traceparent), is timed, and gives its ids to whatever is logged and sent in
 * on its behalf. A route's template, never an address as it was typed.
 */
export const traceRequests = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request: ApiRequest, _reply, done) => {
    const { method } = request;
    const route = routeOf(request);
    const given = header(request, 'traceparent');
    request.span = beginSpan({
      name: `${method} ${route}`,
      kind: 'server',
      parent: isTraceparent(given) ? given : undefined,
      attributes: { 'http.request.method': method, 'http.route': route, 'failsafe.request': request.id },
    });
    done();
  });
  // Not earlier: what was set before the body came is lost while it comes.
  fastify.addHook('preHandler', (request: ApiRequest, _reply, done) =>
    withinRequest(request.id, request.span, done),
  );
  fastify.addHook('onResponse', (request: ApiRequest, reply, done) => {
    const { method, span } = request;
    const status = reply.statusCode;
    measured().requests.record(reply.elapsedTime / 1000, { method, route: routeOf(request), status });
    span?.setAttribute('http.response.status_code', status);
    if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
};

/** Its trace, for a line of the log that is written when it is over. */
export const traceOf = ({ span }: ApiRequest): { trace?: string } =>
  span ? { trace: span.spanContext().traceId } : {};
