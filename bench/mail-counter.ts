import { SMTPServer } from 'smtp-server';
import { freePort } from '../src/local/ports';

export interface MailCounter {
  url: string;
  /** Mails taken so far. */
  count(): number;
  /** When each was taken, in milliseconds since 1970. */
  takenAt: readonly number[];
  stop(): Promise<void>;
}

/** A mail server that takes everything and only counts. */
export const startMailCounter = async (): Promise<MailCounter> => {
  const takenAt: number[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => {
        takenAt.push(Date.now());
        done();
      });
    },
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    count: () => takenAt.length,
    takenAt,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
