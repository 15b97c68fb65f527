import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../../../src/asks/channels/address-check';

/** A real name server on UDP that says something else each time it is asked, as an attacker's would (DNS rebinding). */
export class NameServer {
  asked = 0;
  private answers: string[][] = [];
  private readonly socket = createSocket('udp4');

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.socket.on('message', (query, from) => {
      const answer = server.answer(query);
      server.socket.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => void server.socket.bind(0, '127.0.0.1', () => resolve()));
    return server;
  }

  /** IPv4 addresses for each time it is asked; the last answer repeats. */
  says(...answers: string[][]): void {
    this.answers = answers;
    this.asked = 0;
  }

  /** A resolver that asks this server for addresses, and nobody else. */
  get resolve(): Resolve {
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${this.socket.address().port}`]);
    return (host) => resolver.resolve4(host);
  }

  stop(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer {
    const addresses = this.answers[Math.min(this.asked++, this.answers.length - 1)] ?? [];
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x81_80, 2); // an answer, without error
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    return Buffer.concat([header, question, ...records]);
  }
}
