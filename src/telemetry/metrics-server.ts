import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlainError } from '../local/plain-error';
import type { Watched } from './watched';

export const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

/** Where a part without an API is read from: METRICS_PORT, on METRICS_HOST (default: this machine alone). */
export const metricsAddress = (env: NodeJS.ProcessEnv): { host: string; port: number } | undefined => {
  const given = env['METRICS_PORT'];
  if (!given) return undefined;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new PlainError('METRICS_PORT is no port.', 'Give a number from 1 to 65535, or 0 for any free one.');
  return { host: env['METRICS_HOST'] || '127.0.0.1', port };
};

/** Answers `GET /metrics` and nothing else. @returns its port, and how it is stopped */
export const serveMetrics = async (
  watched: Watched,
  { host, port }: { host: string; port: number },
): Promise<{ port: number; stop(): Promise<void> }> => {
  const server = createServer((request, answer) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      answer.writeHead(404).end();
      return;
    }
    watched.text().then(
      (text) => answer.writeHead(200, { 'content-type': PROMETHEUS }).end(text),
      () => answer.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
};
