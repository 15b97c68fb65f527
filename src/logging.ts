import type { LoggerService } from '@nestjs/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { idsNow } from './telemetry/tracing';

/**
 * One structured log for the whole program: ids and codes, never bodies, names, numbers or free text. `LOG_LEVEL` sets how
 * much; without it `npm start` says only what is amiss beside its own lines, and a part that runs alone says more.
 */
export const log = pino({
  level: process.env['LOG_LEVEL'] ?? 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  // Which request and which trace a line belongs to.
  mixin: idsNow,
  redact: {
    paths: [
      'req.body',
      'body',
      'headers.authorization',
      'req.headers.authorization',
      'err.parameters',
      'err.driverError',
      'err.query',
      'err.detail',
    ],
    remove: true,
  },
});

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

const write = (level: Level, message: unknown, rest: unknown[]): void => {
  const context = rest.filter((r) => typeof r === 'string').at(-1);
  const bound = context === undefined ? {} : { context };
  if (message !== null && typeof message === 'object') log[level]({ ...bound, ...message });
  else log[level](bound, String(message));
};

/** What Nest says of itself while it starts is of use to nobody who runs it. */
const STARTING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Nest's logger, written to the same log. */
export const nestLogger: LoggerService = {
  log: (message, ...rest: unknown[]) =>
    write(STARTING.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest),
  error: (message, ...rest: unknown[]) => write('error', message, rest),
  warn: (message, ...rest: unknown[]) => write('warn', message, rest),
  debug: (message, ...rest: unknown[]) => write('debug', message, rest),
  verbose: (message, ...rest: unknown[]) => write('trace', message, rest),
  fatal: (message, ...rest: unknown[]) => write('fatal', message, rest),
};

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Temporal's own runtime writes to the same log, and leaves signals to us: there is one order of shutting down. */
export const installTemporalRuntime = (): void => {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) =>
      log[LEVELS[level]]({ context: 'temporal', ...meta }, message),
    ),
  });
};
