import http from 'node:http';
import type { ServerResponse } from 'node:http';

export interface StubText {
  id: string;
  reference: string;
  phone_number: string;
  template_id: string;
  personalisation: Record<string, string>;
  status: string;
}

/**
 * A STUB of GOV.UK Notify: a real HTTP server that knows the three requests we make of it, as Notify documents them. The real
 * one cannot be tried without an account; what this stub does not know of it, these tests do not show.
 */
export class StubNotify {
  readonly texts: StubText[] = [];
  readonly tokens: string[] = [];
  /** What it answers to a text, by number: an HTTP status, taken and then hung up, or (without one) taken. */
  readonly answers = new Map<string, (number | 'taken-but-no-answer')[]>();
  private readonly server = http.createServer((request, answer) => {
    this.tokens.push(request.headers.authorization ?? '');
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => this.answer(request.method!, new URL(request.url!, 'http://stub'), body, answer));
  });

  static async start(): Promise<StubNotify> {
    const stub = new StubNotify();
    await new Promise<void>((resolve) => void stub.server.listen(0, '127.0.0.1', () => resolve()));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  forget(): void {
    this.texts.length = 0;
    this.answers.clear();
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private answer(
    method: string,
    { pathname, searchParams }: URL,
    body: string,
    answer: ServerResponse,
  ): void {
    const say = (status: number, data: object): void =>
      void answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
    if (method === 'POST' && pathname === '/v2/notifications/sms')
      return this.take(JSON.parse(body) as StubText, answer, say);
    if (method === 'GET' && pathname === '/v2/notifications')
      return say(200, {
        notifications: this.texts.filter((t) => t.reference === searchParams.get('reference')),
      });
    const text = this.texts.find((t) => pathname === `/v2/notifications/${t.id}`);
    return text ? say(200, text) : say(404, { errors: [{ error: 'NoResultFound' }] });
  }

  private take(text: StubText, answer: ServerResponse, say: (status: number, data: object) => void): void {
    const next = this.answers.get(text.phone_number)?.shift();
    if (typeof next === 'number')
      return say(next, { errors: [{ error: 'Refused', message: `CANARY ${text.phone_number}` }] });
    const id = `00000000-0000-4000-8000-${String(this.texts.length + 1).padStart(12, '0')}`;
    this.texts.push({ ...text, id, status: 'created' });
    if (next === 'taken-but-no-answer') return void answer.destroy();
    say(201, { id, reference: text.reference });
  }
}
