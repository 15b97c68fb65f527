import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { dataDir } from './paths';
import { freePort } from './ports';

export interface StoredMail {
  file: string;
  /** Header names in lower case; a header that comes twice keeps its last value. */
  headers: Record<string, string>;
  from: string;
  to: string;
  subject: string;
  messageId: string;
  /** The text after the headers, with its transfer encoding undone where the mail is of one part. */
  text: string;
}

export interface MailSink {
  /** What to give to nodemailer. */
  url: string;
  folder: string;
  list(): StoredMail[];
  stop(): Promise<void>;
}

const largestMail = 1024 * 1024;

/**
 * A mail server for machines without one: it takes every mail and keeps it as a file that any mail program opens. It sends
 * nothing on, so that a trial can never write to a real person.
 */
export async function startMailSink(options: { dataDir?: string; port?: number } = {}): Promise<MailSink> {
  const folder = join(options.dataDir ?? dataDir(), 'mail');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMail,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(new Error('552 the mail is too large'));
        try {
          keep(folder, `${timestamp()}-${String(++count).padStart(4, '0')}.eml`, Buffer.concat(chunks));
          done();
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
  });
  server.on('error', () => {}); // a client that hangs up is no reason to fall over
  const port = await freePort(options.port, 1025);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    folder,
    list: () => listMail(folder),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Renamed into place when whole: the mail is acknowledged only once the file is there. */
function keep(folder: string, name: string, content: Buffer): void {
  writeFileSync(join(folder, `.${name}`), content, { mode: 0o600 });
  renameSync(join(folder, `.${name}`), join(folder, name));
}

/** A file name that sorts by time; the wall clock decides nothing clinical here. */
const timestamp = (): string => new Date().toISOString().replaceAll(/[:.]/g, '-');

/** Every mail kept so far, oldest first. */
export function listMail(folder: string): StoredMail[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml') && !name.startsWith('.'))
    .toSorted()
    .map((name) => parseMail(join(folder, name)));
}

function parseMail(file: string): StoredMail {
  const raw = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const end = raw.indexOf('\n\n');
  const head = (end < 0 ? raw : raw.slice(0, end)).replaceAll(/\n[ \t]+/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = decodeWords(line.slice(colon + 1).trim());
  }
  const { from = '', to = '', subject = '' } = headers;
  const text = decode(end < 0 ? '' : raw.slice(end + 2), headers['content-transfer-encoding'] ?? '');
  return { file, headers, from, to, subject, messageId: headers['message-id'] ?? '', text };
}

/** Words of a header that are not ASCII travel as `=?UTF-8?Q?...?=` or `=?UTF-8?B?...?=`. */
function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? decode(text, 'base64')
        : decode(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function decode(body: string, encoding: string): string {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding.toLowerCase() !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
