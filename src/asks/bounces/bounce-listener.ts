import { callbackify } from 'node:util';
import { Logger } from '@nestjs/common';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Returns } from '../channels/verp';
import { askReturned } from '../channels/verp';
import type { Proofs } from '../proofs';
import { deliveryStatusOf } from './delivery-status';

/** Where returned mail comes in, and whose it is. */
export interface BounceSettings {
  host: string;
  port: number;
  returns: Returns;
}

const LARGEST = 256 * 1024;

const refused = (code: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode: code });

/** The server's callback, with the failure as its answer. */
const answered = (act: () => Promise<void>, done: (error?: Error | null) => void): void =>
  callbackify(act)((error) => done(error));

/**
 * Takes in what mail systems return: a report that an ask's mail was delivered, or that it never will be. Which ask it is
 * about is in the address that it was returned to, which only we can make. Keeps nothing of the mail itself. A mail system is
 * answered only when the report is in the database: until then it keeps it and tries again.
 */
export class BounceListener {
  private readonly log = new Logger('bounces');
  private readonly server: SMTPServer;

  constructor(
    private readonly settings: BounceSettings,
    private readonly proofs: Proofs,
  ) {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: LARGEST,
      maxClients: 20,
      socketTimeout: 30_000,
      onRcptTo: ({ address }, _session, done) => answered(() => this.recipient(address), done),
      onData: (stream, session, done) => answered(() => this.mail(stream, session), done),
    });
    this.server.on('error', () => undefined); // whoever hangs up tries again
  }

  /** Listens. @returns the port, which is any free one where 0 was asked for */
  async start(): Promise<number> {
    const { host, port } = this.settings;
    await new Promise<void>((resolve, reject) => {
      this.server.server.once('error', reject);
      this.server.listen(port, host, () => resolve());
    });
    const at = this.server.server.address();
    return typeof at === 'object' && at ? at.port : port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  /** An address that we did not make is refused, and leaves a trace. */
  private async recipient(address: string): Promise<void> {
    if (askReturned(this.settings.returns, address) !== undefined) return;
    await this.kept(() => this.proofs.stray('dsn', 'address-not-ours'));
    throw refused(550, '5.1.1 no such address');
  }

  private async mail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (stream.sizeExceeded) throw refused(552, '5.3.4 too large for a report');
    const raw = Buffer.concat(chunks);
    const sender = session.envelope.mailFrom;
    const bySystem = sender === false || sender.address === '';
    for (const { address } of session.envelope.rcptTo) {
      const ask = askReturned(this.settings.returns, address);
      if (ask !== undefined) await this.kept(() => this.report(ask, raw, bySystem));
    }
  }

  /**
   * A failure is believed from anybody: in doubt somebody else is asked. A delivery only from a mail system, whose reports have
   * the empty sender (RFC 3464 section 2.2). A delay, or an answer of whatever kind, proves nothing.
   */
  private async report(ask: string, raw: Buffer, bySystem: boolean): Promise<void> {
    const report = deliveryStatusOf(raw);
    if (report?.action === 'failed')
      return this.known(await this.proofs.bounced(ask, `bounced-${report.status}`, 'dsn'));
    if (report?.action === 'delivered' && bySystem)
      return this.known(await this.proofs.proved(ask, 'delivered', 'dsn'));
    await this.proofs.noted(ask, report ? `report-${report.action}` : 'not-a-report', 'dsn');
  }

  private async known(is: boolean): Promise<void> {
    if (!is) await this.proofs.stray('dsn', 'ask-unknown');
  }

  /** With the database away the mail system keeps the report. */
  private async kept<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (err) {
      this.log.error({ msg: 'a report could not be kept; its sender is asked to try again', err });
      throw refused(451, '4.3.0 try again later');
    }
  }
}
