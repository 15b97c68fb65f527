import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  location: string | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- a measured answer is judged by its status
  body: any;
}

/** A small client with kept connections: what a clinical system beside us would use, and little work for the machine. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.sendJson('POST', path, body, headers);
  }

  put(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.sendJson('PUT', path, body, headers);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers);
  }

  close(): void {
    this.agent.destroy();
  }

  private sendJson(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const payload = Buffer.from(JSON.stringify(body));
    const about = { 'content-type': 'application/json', 'content-length': String(payload.length) };
    return this.send(method, path, { ...about, ...headers }, payload);
  }

  private send(
    method: string,
    path: string,
    headers: Record<string, string>,
    payload?: Buffer,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode!,
            location: response.headers.location,
            body: text === '' ? undefined : (JSON.parse(text) as unknown),
          });
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}
