import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { goInstall, requireGo } from '../../src/local/go-install';
import { cacheDir } from '../../src/local/paths';
import { ownPort } from '../system/support/ports';
import { eventually } from '../system/support/until';

/** Toxiproxy, from its released source: it stands between two programs and spoils what goes from one to the other. */
const VERSION = '2.12.0';
const MODULE = `github.com/Shopify/toxiproxy/v2/cmd/server@v${VERSION}`;
const LOOPBACK = '127.0.0.1';

const home = (): string => join(cacheDir(), `toxiproxy-${VERSION}`);

/** Whether it was built here before. */
export const hasToxiproxy = (): boolean => existsSync(home());

/** Built beside and renamed when whole, and kept. */
async function binary(say: (line: string) => void): Promise<string> {
  if (!hasToxiproxy()) {
    await requireGo('Toxiproxy (which cuts links)');
    mkdirSync(cacheDir(), { recursive: true });
    const work = mkdtempSync(join(cacheDir(), 'building-'));
    try {
      say(`Building Toxiproxy ${VERSION} from source ...`);
      await goInstall(MODULE, work, say);
      if (!hasToxiproxy()) renameSync(work, home());
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return join(home(), 'server');
}

type Stream = 'upstream' | 'downstream';

/** What goes from one program to another, by a port of its own. */
export class Link {
  private toxics: string[] = [];

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly call: (method: string, path: string, body?: object) => Promise<void>,
  ) {}

  /** Ends every connection, and lets nobody connect. */
  cut(): Promise<void> {
    return this.call('POST', '', { enabled: false });
  }

  /** Each packet takes this long, and up to as much again. */
  async slow(stream: Stream, ms: number): Promise<void> {
    await this.poison('latency', stream, { latency: ms, jitter: ms });
  }

  /** Connections stay up, and nothing arrives any more. */
  async silence(): Promise<void> {
    await this.poison('timeout', 'downstream', { timeout: 0 });
    await this.poison('timeout', 'upstream', { timeout: 0 });
  }

  /** Each connection ends after so many bytes, in the middle of whatever was being said. */
  async cutAfter(bytes: number): Promise<void> {
    await this.poison('limit_data', 'downstream', { bytes });
  }

  /** As it should be. */
  async mend(): Promise<void> {
    for (const toxic of this.toxics.splice(0)) await this.call('DELETE', `/toxics/${toxic}`);
    await this.call('POST', '', { enabled: true });
  }

  private async poison(type: string, stream: Stream, attributes: object): Promise<void> {
    const name = `${type}-${stream}`;
    await this.call('POST', '/toxics', { name, type, stream, attributes });
    this.toxics.push(name);
  }
}

/** One Toxiproxy with all its links, on the loopback. */
export class Toxiproxy {
  readonly links: Link[] = [];

  private constructor(
    private readonly url: string,
    private readonly end: () => void,
  ) {}

  static async start(say: (line: string) => void = () => {}): Promise<Toxiproxy> {
    const program = await binary(say);
    const port = await ownPort();
    const child = spawn(program, ['-host', LOOPBACK, '-port', String(port)], { stdio: 'ignore' });
    const proxy = new Toxiproxy(`http://${LOOPBACK}:${port}`, () => void child.kill('SIGKILL'));
    await eventually('Toxiproxy answers', async () => (await fetch(`${proxy.url}/version`)).ok);
    return proxy;
  }

  /** A link to what listens on a port. */
  async link(name: string, to: number): Promise<Link> {
    const port = await ownPort();
    const id = name.replaceAll(' ', '-');
    const [listen, upstream] = [`${LOOPBACK}:${port}`, `${LOOPBACK}:${to}`];
    await this.call('POST', '/proxies', { name: id, listen, upstream, enabled: true });
    const link = new Link(name, port, (method, path, body) =>
      this.call(method, `/proxies/${id}${path}`, body),
    );
    this.links.push(link);
    return link;
  }

  stop(): void {
    this.end();
  }

  private async call(method: string, path: string, body?: object): Promise<void> {
    const reply = await fetch(this.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
    // Two faults may mean the same link: what is there already, or gone already, is as it was to be.
    if (!reply.ok && reply.status !== 409 && reply.status !== 404)
      throw new Error(`Toxiproxy: ${method} ${path} answered ${reply.status}`);
  }
}
