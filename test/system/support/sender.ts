import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './client';
import { Client, RIS } from './client';

/** One thing sent in, and everything its sender ever learnt of it. Its log is all that a checker knows of the past. */
export interface Sent {
  path: string;
  who: string;
  type: string;
  body: Record<string, unknown>;
  key: string;
  /** What each try ended with: a status, or no answer at all. */
  attempts: (number | 'no answer')[];
  /** Where a try is under way. */
  trying?: string;
  /** When the try began that was answered. */
  answeredTryAt?: string;
  /** Set once somebody has answered for it: from then on it must not be lost. */
  command?: string;
  journey?: string;
  /** What became of it in the end; a refusal has a code. */
  end?: { status: number; code?: string; event?: number };
}

/** How long a sender goes on trying. A hospital's feed never gives up; a test must. */
const PATIENCE_MS = 150_000;
const AGAIN_MS = 150;
/** No outcome yet, busy, or away: the same is sent again, under the same key. */
const AGAIN = new Set([409, 425, 429, 500, 502, 503]);

/**
 * A sender as we ask them to be: it sends again under the same Idempotency-Key until it is told what became of it. Where
 * there are several APIs it goes round them.
 */
export class Sender {
  readonly log: Sent[] = [];
  private turn = 0;

  /** @param urls where APIs may be found at the moment */
  constructor(
    readonly urls: () => readonly string[],
    readonly patienceMs: number = PATIENCE_MS,
  ) {}

  /** Sends, and goes on until the outcome is known. */
  async send(path: string, who: string, body: Record<string, unknown> = {}): Promise<Sent> {
    const sent = await this.accepted(path, who, body);
    if (sent.end === undefined) await this.outcome(sent);
    return sent;
  }

  /** Sends, and goes on until somebody has answered for it, or has refused it for good. */
  async accepted(path: string, who: string, body: Record<string, unknown> = {}): Promise<Sent> {
    const sent: Sent = { path, who, type: typeOf(path), body, key: randomUUID(), attempts: [] };
    this.log.push(sent);
    for (const end = Date.now() + this.patienceMs; Date.now() < end; await sleep(AGAIN_MS)) {
      const began = new Date().toISOString();
      const reply = await this.attempt(sent, (client) =>
        client.post(path, who, body, { 'idempotency-key': sent.key, prefer: 'wait=3' }),
      );
      if (reply === undefined || isBusy(reply)) continue;
      sent.answeredTryAt = began;
      this.learn(sent, reply);
      return sent;
    }
    throw new Error(`Nobody answered for ${path}: ${sent.attempts.slice(-5).join(', ')} at last`);
  }

  /** Reads until what it reads is as it should be. */
  async read(path: string, who: string, holds: (body: Record<string, unknown>) => boolean): Promise<void> {
    for (const end = Date.now() + this.patienceMs; Date.now() < end; await sleep(AGAIN_MS)) {
      const reply = await this.attempt({ attempts: [] }, (client) => client.get(path, who));
      if (reply?.status === 200 && holds(reply.body as Record<string, unknown>)) return;
    }
    throw new Error(`${path} never showed what was waited for`);
  }

  private async outcome(sent: Sent): Promise<void> {
    for (const end = Date.now() + this.patienceMs; Date.now() < end; await sleep(AGAIN_MS)) {
      const reply = await this.attempt({ attempts: [] }, (client) =>
        client.get(`/api/v1/commands/${sent.command}`, RIS),
      );
      if (reply === undefined || reply.status === 202 || reply.status >= 500) continue;
      this.learn(sent, reply);
      return;
    }
    throw new Error(`No outcome of ${sent.path} (${sent.command})`);
  }

  private learn(sent: Sent, reply: Reply): void {
    const { command, journey, code, event } = reply.body ?? {};
    if (typeof command === 'string') sent.command = command;
    if (typeof journey === 'string') sent.journey = journey;
    if (reply.status !== 202) sent.end = { status: reply.status, code, event };
  }

  private async attempt(
    sent: Pick<Sent, 'attempts' | 'trying'>,
    act: (client: Client) => Promise<Reply>,
  ): Promise<Reply | undefined> {
    const urls = this.urls();
    const url = urls[this.turn++ % urls.length]!;
    sent.trying = url;
    try {
      const reply = await act(new Client(url));
      sent.attempts.push(reply.status);
      return reply;
    } catch {
      sent.attempts.push('no answer');
      return undefined;
    } finally {
      delete sent.trying;
    }
  }
}

/** A 409 without a record is not the journey's refusal: the first try is still being answered. */
const isBusy = (reply: Reply): boolean =>
  AGAIN.has(reply.status) && (reply.status !== 409 || reply.body?.code === 'idempotency-in-flight');

/** `/api/v1/journeys` opens one with a request; otherwise the last part of the address says what is sent. */
const typeOf = (path: string): string => (path === '/api/v1/journeys' ? 'request' : path.split('/').at(-1)!);
