import { createHash } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainError } from './plain-error';

/**
 * One program at a time owns a data folder. The lock is a listening local socket and not a file with a process id: it
 * ends with its owner, however that ends, and a reused process id can never look like an owner.
 */
export async function lockDataDir(dir: string): Promise<{ release(): Promise<void> }> {
  const name = `imaging-failsafe-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`;
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  const server = (await listen(address)) ?? (await takeOver(address));
  if (server === undefined) {
    throw new PlainError(
      `Imaging Failsafe is already running on ${dir}.`,
      'Stop that one first (Ctrl-C in its window), or give this one a folder of its own: IMAGING_FAILSAFE_DATA=./other',
    );
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** The socket of an owner that was killed is still in the file system, but nobody answers there. */
async function takeOver(address: string): Promise<Server | undefined> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (answered) return undefined;
  try {
    unlinkSync(address);
  } catch {
    // Another start was quicker: listening decides.
  }
  return listen(address);
}
