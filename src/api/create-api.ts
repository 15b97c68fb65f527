import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from '../app.module';
import type { Returning } from '../links/returning';
import type { CoreOptions } from '../core.module';
import { Listener } from '../database/listener';
import { randomUUIDv7 } from '../ids';
import { log, nestLogger } from '../logging';
import { TemporalConnectionProbe } from '../temporal/connection-probe';
import type { ReachableTemporal } from '../temporal/lazy-temporal';
import { LazyTemporal } from '../temporal/lazy-temporal';
import type { Authenticator } from './authenticator';
import { DevelopmentTokens } from './authenticator';
import { MAX_BODY_BYTES, parseBody, parseText } from './body';
import { MethodsByPath } from './methods-by-path';
import { IMPORTS } from './paths';
import { ProblemFilter } from './problem.filter';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { traceOf, traceRequests } from './trace-requests';
import { isUuid, routeOf } from './request';
import { VERSION } from './version';

export interface ApiOptions extends CoreOptions {
  /** Where it will listen: whoever says who is calling may refuse to be served there. */
  host: string;
  /** Who says who is calling; development tokens unless a real sign-in is given. */
  authenticator?: Authenticator;
  /** How what comes back from people and providers is recognised as theirs. */
  returning?: Returning;
  /** Asked for `/health/ready` and for histories; its absence hinders nothing else. */
  temporal?: ReachableTemporal;
  /** The workflow code that runs are held to; the program's own, unless a test says another. */
  workflows?: WorkflowBundleOption;
}

/** Nothing inline, nothing from elsewhere, in no frame. */
const CONTENT_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** A sender's own request id, if it is opaque; else ours. */
const requestId = (raw: { headers: Record<string, string | string[] | undefined> }): string => {
  const given = raw.headers['x-request-id'];
  return isUuid(given) ? given.toLowerCase() : randomUUIDv7();
};

/** The API, ready to be asked and to listen at its host. */
export const createApi = async (options: ApiOptions): Promise<NestFastifyApplication> => {
  const {
    host,
    temporal: target,
    workflows,
    authenticator = new DevelopmentTokens(),
    returning = {},
    ...core
  } = options;
  authenticator.checkBind(host);
  const temporal = target && new LazyTemporal(target);
  const probe = temporal && new TemporalConnectionProbe(temporal);
  const running: { app?: NestFastifyApplication } = {};
  const adapter = new FastifyAdapter({
    genReqId: requestId,
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
    // What still comes over a connection that is open while we stop is served; `closeWhenStopping` ends the connection.
    return503OnClosing: false,
    // An address that cannot be read never comes as far as Nest.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void running.app?.get(ProblemFilter).answer(error, request, reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot({
      core,
      returning,
      temporal,
      workflows,
      api: { authenticator, temporal: probe, version: VERSION },
    }),
    adapter,
    { logger: nestLogger, bodyParser: false, abortOnError: false },
  );
  running.app = app;
  await layEdge(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await app.get(Listener).start();
  return app;
};

const layEdge = async (app: NestFastifyApplication): Promise<void> => {
  const fastify = app.getHttpAdapter().getInstance();
  const methods = app.get(MethodsByPath);
  await app.register(helmet, { contentSecurityPolicy: CONTENT_POLICY });
  closeWhenStopping(fastify);
  fastify.addHook('onRoute', ({ url, method }) => methods.add(url, method));
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
    done();
  });
  traceRequests(fastify);
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  // Nowhere else: a table sent to a journey is no message.
  takeOnly(fastify, IMPORTS.csv, parseText);
  takeOnly(fastify, IMPORTS.fhir, parseBody);
};

const takeOnly = (
  fastify: FastifyInstance,
  { path, media }: (typeof IMPORTS)[keyof typeof IMPORTS],
  parse: (raw: Buffer) => unknown,
): void => {
  fastify.addContentTypeParser(media, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      if (routeOf(request as ApiRequest) !== `/${path}`) throw new Problem('unsupported-media-type');
      done(null, parse(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
};

/** A client keeps its connection after an answer, and stopping would wait for it: from then on each answer ends its own. */
const closeWhenStopping = (fastify: FastifyInstance): void => {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done(null, payload);
  });
};

/** One line a request: its route, never its address, headers or body. */
const logRequest = (request: FastifyRequest, reply: FastifyReply): void =>
  log.info({
    request: request.id,
    ...traceOf(request as ApiRequest),
    method: request.method,
    route: routeOf(request as ApiRequest),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  });
