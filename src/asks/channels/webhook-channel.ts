import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import type { Resolve } from './address-check';
import { isLoopbackAddress, mayConnect, systemResolve } from './address-check';
import type { Channel, Message, SendResult } from './channel';
import { PermanentFailure, SendFailure, TemporaryFailure } from './channel';
import { webhookHeaders } from './webhook-signature';

/** Receivers that said that they are gone for good. */
export interface GoneEndpoints {
  has(endpoint: string): Promise<boolean>;
  add(endpoint: string): Promise<void>;
}

export interface WebhookSettings {
  secrets: readonly Buffer[];
  /** Networks that may be called although they are not public. */
  allowed: BlockList;
  timeoutMs?: number;
  resolve?: Resolve;
}

/** What is sent: `id` stays the same however often it is tried. */
export interface Post {
  id: string;
  /** From 1. */
  attempt: number;
  to: string;
  body: object;
}

/** An answer of ours is a word; whoever sends a book is cut off. */
const LARGEST_ANSWER = 64 * 1024;
/** Too early, too often, timed out: the same request may be accepted later. */
const LATER = new Set([408, 425, 429]);

/**
 * Webhooks as Standard Webhooks: ids and codes only, signed. An answer of 2xx proves `delivered`: the receiving system has it.
 * The name is looked up once and the connection goes to the address that was checked, so that a second answer of the name
 * server cannot lead elsewhere; redirects are not followed.
 */
export class WebhookChannel implements Channel {
  readonly name = 'webhook' as const;

  constructor(
    private readonly settings: WebhookSettings,
    private readonly gone: GoneEndpoints,
  ) {}

  send(message: Message, signal: AbortSignal): Promise<SendResult> {
    return this.post({ ...message, body: bodyOf(message) }, signal);
  }

  /** Any body of ours, signed, under the rules above. @throws as `send` */
  async post({ to, ...post }: Post, signal: AbortSignal): Promise<SendResult> {
    const url = urlOf(to);
    const endpoint = createHash('sha256').update(url.href).digest('hex');
    if (await this.gone.has(endpoint)) throw new PermanentFailure('webhook-gone');
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs ?? 10_000)]);
    const address = await this.checked(url);
    const status = await this.request(url, address, post, within).catch((error: unknown) => {
      throw error instanceof SendFailure ? error : failureOf(error, within);
    });
    if (status >= 200 && status < 300) return { providerId: `webhook-${status}`, proof: 'delivered' };
    if (status === 410) await this.gone.add(endpoint);
    if (status >= 500 || LATER.has(status)) throw new TemporaryFailure(`webhook-${status}`);
    throw new PermanentFailure(status >= 300 && status < 400 ? 'webhook-redirects' : `webhook-${status}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** One address of the host; nothing is sent where any of them must not be called. */
  private async checked(url: URL): Promise<string> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await (this.settings.resolve ?? systemResolve)(host).catch((cause: unknown) => {
      throw new TemporaryFailure('webhook-host-not-found', { cause });
    });
    const [first] = addresses;
    if (first === undefined) throw new TemporaryFailure('webhook-host-not-found');
    const plain = url.protocol === 'http:';
    if (!addresses.every((a) => mayConnect(a, this.settings.allowed) && (!plain || isLoopbackAddress(a))))
      throw new PermanentFailure('webhook-address-refused');
    return first;
  }

  private request(
    url: URL,
    address: string,
    { id, attempt, body: content }: Omit<Post, 'to'>,
    signal: AbortSignal,
  ): Promise<number> {
    const body = JSON.stringify(content);
    const seconds = Math.floor(Date.now() / 1000);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const options: https.RequestOptions = {
      method: 'POST',
      host: address,
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      // The certificate must be that of the name, not of the address.
      ...(isIP(host) ? {} : { servername: host }),
      headers: {
        host: url.host,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'imaging-failsafe',
        'failsafe-attempt': String(attempt),
        ...webhookHeaders(this.settings.secrets, id, seconds, body),
      },
      agent: false,
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(options, (answer) => {
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_ANSWER) request.destroy(new TemporaryFailure('webhook-answer-too-large'));
        });
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

const urlOf = (to: string): URL => {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  const sound =
    url && ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === '';
  if (!sound) throw new PermanentFailure('webhook-address-unusable');
  return url;
};

/** What a receiver needs to show somebody that something waits: ids, codes and a link behind which one signs in. */
const bodyOf = ({ id, facts }: Message): object => ({
  type: facts.purpose === 'ask' ? 'duty.asked' : 'duty.stood-down',
  data: { ask: id, journey: facts.journey, duty: facts.duty, due: facts.due, link: facts.link },
});

const failureOf = (cause: unknown, signal: AbortSignal): SendFailure =>
  new TemporaryFailure(signal.aborted ? 'timed-out' : 'connection-lost', { cause });
