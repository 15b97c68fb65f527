import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

export interface Call {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
export type Answering = (answer: ServerResponse, call: Call) => void;

const file = (name: string): string => readFileSync(path.join(__dirname, 'tls', name), 'utf8');

/** The certificate of `receiver.example.org`, made for tests; it opens nothing. */
export const receiverCertificate = (): string => file('receiver.cert.pem');

/** A real HTTP(S) server that keeps what it was sent, and answers as a test says. */
export class Receiver {
  readonly calls: Call[] = [];
  answers: Answering = (answer) => answer.writeHead(204).end();
  private readonly server: http.Server;

  private constructor(tls: boolean) {
    const heard = (request: IncomingMessage, answer: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const call = {
          path: request.url ?? '/',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        };
        this.calls.push(call);
        this.answers(answer, call);
      });
    };
    this.server = tls
      ? https.createServer({ cert: receiverCertificate(), key: file('receiver.key.pem') }, heard)
      : http.createServer(heard);
  }

  static async start(options: { tls?: boolean } = {}): Promise<Receiver> {
    const receiver = new Receiver(options.tls ?? false);
    await new Promise<void>((resolve) => void receiver.server.listen(0, '127.0.0.1', () => resolve()));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  forget(): void {
    this.calls.length = 0;
    this.answers = (answer) => answer.writeHead(204).end();
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }
}
