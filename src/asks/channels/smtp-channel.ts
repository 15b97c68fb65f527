import { createTransport } from 'nodemailer';
import type { Channel, Facts, Message, SendFailure, SendResult } from './channel';
import { PermanentFailure, TemporaryFailure } from './channel';
import type { Returns } from './verp';
import { envelopeSender } from './verp';

export interface SmtpSettings {
  /** `smtp://user:password@host:587`, `smtps://host`: nodemailer's form. */
  url: string;
  /** The sender: an address, or `Name <address>`. */
  from: string;
  /** For a server that does not answer; the whole of a send is bounded by the caller's signal. */
  timeoutMs?: number;
  /** As many as the dispatcher's sends at once, or those kept for alerts would wait here behind the others. */
  connections: number;
  /** Where undeliverable mail and reports of delivery are to go. Without it they go to `from`, and nobody reads them here. */
  returns?: Returns | undefined;
}

/** A mail about an ask, or, without its facts, about something else. */
export type Mail = Omit<Message, 'facts'> & { facts?: Facts };

/** What nodemailer tells of a failure. */
interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
  timeoutType?: string;
}

/** After these a 5xx is about this message; after any other (greeting, sign-in) it is about the server's state. */
const ABOUT_THE_MESSAGE = ['MAIL FROM', 'RCPT TO', 'DATA'];

/**
 * Mail over SMTP. SMTP cannot be exactly-once: a server that took the message and whose answer was lost has delivered what
 * we must try again. So a message keeps its Message-ID however often it is tried, which lets mail programs show it once,
 * and `X-Failsafe-Attempt` above 1 marks a possible duplicate. That the server took it proves `sent`; where it offers delivery
 * reports (RFC 3461) one is asked for, and `bounces/` reads it.
 */
export class SmtpChannel implements Channel {
  readonly name = 'mail' as const;
  private readonly transport;

  constructor(private readonly settings: SmtpSettings) {
    const timeout = settings.timeoutMs ?? 10_000;
    this.transport = createTransport({
      url: settings.url,
      pool: true,
      maxConnections: settings.connections,
      // A connection that the server closed while it was idle; the message had not been begun.
      maxRequeues: 1,
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      dnsTimeout: timeout,
      socketTimeout: timeout,
      requireTLS: mustEncrypt(settings.url),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(message: Mail, signal: AbortSignal): Promise<SendResult> {
    try {
      const info = await this.transport.sendMail({
        from: this.settings.from,
        to: { name: '', address: message.to },
        ...this.returning(message),
        subject: message.subject,
        text: message.text,
        messageId: messageIdOf(message.id),
        priority: message.pressing ? 'high' : 'normal',
        headers: {
          ...(message.facts ? { 'X-Failsafe-Ask': message.id } : {}),
          'X-Failsafe-Attempt': String(message.attempt),
          // No out-of-office answers: nobody reads them here.
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        },
        signal,
      });
      return { providerId: printable(info.response) };
    } catch (error) {
      throw failureOf(error as SmtpError);
    }
  }

  private returning(message: Mail): object {
    const { returns } = this.settings;
    if (!returns) return {};
    return {
      envelope: { from: envelopeSender(returns, message.id), to: message.to },
      // Only said to a server that offers it. Headers alone come back: no text of ours travels a second time.
      dsn: { id: message.id, return: 'headers', notify: ['success', 'failure', 'delay'] },
    };
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }
}

/** The server's own words for the message (`250 2.0.0 queued as ...`), in what a database can hold. */
const printable = (response: string): string => response.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200);

export const messageIdOf = (ask: string): string => `<${ask}@imaging-failsafe.invalid>`;

/** A password never crosses a network in the clear, whatever a server (or somebody in between) offers. */
const mustEncrypt = (url: string): boolean => {
  const { username, hostname } = new URL(url);
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
};

/** Sorts nodemailer's errors. In doubt it is temporary: trying again costs a possible duplicate, giving up costs the ask. */
const failureOf = (error: SmtpError): SendFailure => {
  const { responseCode, command = '' } = error;
  const options = { cause: error };
  if (responseCode === undefined) {
    // Our own side refused the address before anything was said to the server.
    if (error.code === 'EENVELOPE') return new PermanentFailure('address-unusable', options);
    return new TemporaryFailure(CODES[error.code ?? ''] ?? 'smtp-failed', options);
  }
  const aboutTheMessage = ABOUT_THE_MESSAGE.includes(command);
  const code = `smtp-${responseCode}`;
  return responseCode >= 500 && responseCode !== 503 && aboutTheMessage
    ? new PermanentFailure(code, options)
    : new TemporaryFailure(code, options);
};

const CODES: Record<string, string> = {
  ECONNECTION: 'connection-lost',
  ESOCKET: 'connection-lost',
  EDNS: 'server-not-found',
  ETIMEDOUT: 'timed-out',
  EABORT: 'timed-out',
  ETLS: 'tls-failed',
  EAUTH: 'sign-in-failed',
  ENOAUTH: 'sign-in-failed',
  EPROTOCOL: 'smtp-not-understood',
};
