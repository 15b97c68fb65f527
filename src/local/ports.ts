import { randomInt } from 'node:crypto';
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

/**
 * Where ports are looked for that nobody has chosen: below those that the system gives to whoever connects (from 32,768 on
 * Linux), or one that is free now might be somebody's way out by the time it is listened on.
 */
const QUIET = { from: 28_000, to: 32_768 };
const LOOKS = 50;

/** The first of the preferred ports that is free, else any free one. For parts whose port nobody types by hand. */
export async function freePort(...preferred: (number | undefined)[]): Promise<number> {
  const others = Array.from({ length: LOOKS }, () => randomInt(QUIET.from, QUIET.to));
  for (const port of [...preferred, ...others, 0]) {
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
