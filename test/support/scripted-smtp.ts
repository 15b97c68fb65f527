import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';

/**
 * What a mail server does with one try: takes it (at once, or after so many milliseconds), answers RCPT TO or DATA with a code, never answers, hangs up before or
 * after it has taken the mail (then nobody can know from outside whether it has).
 */
export type Act =
  | 'accept'
  | { slowly: number }
  | { rcpt: number }
  | { data: number }
  | 'hang'
  | 'hang-up'
  | 'accept-then-hang-up';

export interface Received {
  to: string;
  raw: string;
  /** The envelope's sender: where it would be returned to. */
  from: string;
  /** What was asked for of delivery reports (RFC 3461): the envelope's id, what comes back, and when. */
  dsn: { envid?: string | null; ret?: string | null; notify?: string[] | string | null };
}

interface Envelope {
  mailFrom: { address: string } | false;
  rcptTo: { address: string; dsn?: object }[];
  dsn?: object;
}

/** A real SMTP server that follows a script: for each address what it does at the first try, the second, and so on. */
export class ScriptedSmtp {
  readonly received: Received[] = [];
  /** Called with each mail as it is taken, before the sender hears of it. */
  onTaken: (mail: Received) => void = () => undefined;
  /** Tries seen, by address. */
  readonly tries = new Map<string, number>();
  private readonly script = new Map<string, Act[]>();
  private readonly acts = new Map<string, Act>();
  private readonly server: SMTPServer;

  private constructor(reports: boolean) {
    this.server = new SMTPServer({
      hideDSN: !reports,
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onRcptTo: ({ address }, session, done) => {
        const act = this.next(address);
        this.acts.set(session.id, act);
        if (act === 'hang') return;
        if (act === 'hang-up') return this.hangUp(session);
        done(typeof act === 'object' && 'rcpt' in act ? refusal(act.rcpt) : null);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const act = this.acts.get(session.id);
          if (typeof act === 'object' && 'data' in act) return done(refusal(act.data));
          const to = session.envelope.rcptTo[0]!.address;
          const { mailFrom, rcptTo, dsn } = session.envelope as Envelope;
          const taken: Received = {
            to,
            raw: Buffer.concat(chunks).toString('utf8'),
            from: mailFrom ? mailFrom.address : '',
            dsn: { ...dsn, ...rcptTo[0]?.dsn },
          };
          this.received.push(taken);
          this.onTaken(taken);
          if (act === 'accept-then-hang-up') return this.hangUp(session);
          if (typeof act === 'object' && 'slowly' in act)
            return void setTimeout(() => done(null), act.slowly);
          done(null);
        });
      },
    });
    this.server.on('error', () => undefined);
  }

  /** @param options `reports`: whether it offers delivery reports */
  static async start(options: { reports?: boolean } = {}): Promise<ScriptedSmtp> {
    const smtp = new ScriptedSmtp(options.reports ?? false);
    await new Promise<void>((resolve) => void smtp.server.listen(0, '127.0.0.1', () => resolve()));
    return smtp;
  }

  get url(): string {
    const address = this.server.server.address();
    return `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  /** Sets what happens at each try for an address; the last act repeats. Without a script everything is taken. */
  does(address: string, ...acts: Act[]): void {
    this.script.set(address, acts);
  }

  forget(): void {
    this.onTaken = () => undefined;
    this.received.length = 0;
    this.tries.clear();
    this.script.clear();
  }

  to(address: string): string[] {
    return this.received.filter((r) => r.to === address).map((r) => r.raw);
  }

  stop(): Promise<void> {
    for (const { _socket } of this.connections()) _socket.destroy();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private next(address: string): Act {
    const n = (this.tries.get(address) ?? 0) + 1;
    this.tries.set(address, n);
    const acts = this.script.get(address) ?? ['accept'];
    return acts[Math.min(n, acts.length) - 1]!;
  }

  private hangUp(session: SMTPServerSession): void {
    this.connections()
      .find((c) => c.id === session.id)
      ?._socket.destroy();
  }

  private connections(): { id: string; _socket: { destroy(): void } }[] {
    return [
      ...(this.server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> })
        .connections,
    ];
  }
}

const refusal = (code: number): Error => Object.assign(new Error(`scripted ${code}`), { responseCode: code });

/** A header of a raw mail. */
export const header = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]?.replaceAll(/\r?\n[ \t]/g, ' ');
