import { createServer } from 'node:net';
import { PlainError } from './plain-error';

const loopback = '127.0.0.1';

/** Listens for a moment: the only answer about a port that is true. 0 asks for any free one; undefined means taken. */
function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}

export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

/** The first of the preferred ports that is free, else any free one. For parts whose port nobody types by hand. */
export async function freePort(...preferred: (number | undefined)[]): Promise<number> {
  for (const port of [...preferred, 0]) {
    const found = port === undefined ? undefined : await tryListen(port);
    if (found !== undefined) return found;
  }
  throw new PlainError(
    'No port is free on 127.0.0.1.',
    'Stop a program that holds ports, then start again.',
    1,
  );
}

/** For an address that people know by heart: taken is an error, and the message names the setting that moves it. */
export async function requireFree(port: number, what: string, setting: string): Promise<void> {
  if (await isFree(port)) return;
  throw new PlainError(
    `${what} cannot start: port ${port} on ${loopback} is taken by another program.`,
    `Stop that program, or choose another port, for example ${setting}=${port + 1}.`,
  );
}
