import type { AsksSettings } from '../../src/asks/asks-settings';
import { networks } from '../../src/asks/channels/address-check';
import { freePort } from '../../src/local/ports';
import { ScriptedSmtp, header } from '../support/scripted-smtp';
import { Receiver } from '../support/receiver';
import { deliveryReport, handIn } from '../support/mail-return';
import type { PersonId } from './people';
import { addressOf } from './people';

/** The key of links and bounce addresses, and that of webhooks: of plays alone. */
const SECRET = 'the key of links and bounces in the cases';
const WEBHOOK_KEY = Buffer.alloc(32, 'c');

/** How often the sending side looks: a play waits for it, again and again. */
const POLL_MS = 50;

/**
 * The world that asks go out into: a real mail server that takes mail for everybody, and the systems of practices and wards
 * that are called. A script says whose mail comes back and whose system refuses; what arrived is kept.
 */
export class Post {
  private readonly returned = new Set<string>();
  private readonly refusing = new Set<string>();
  /** Mail on its way back. */
  private readonly onTheWay = new Set<Promise<void>>();
  private begun = 0;

  private constructor(
    private readonly smtp: ScriptedSmtp,
    private readonly systems: Receiver,
    /** Where mail is returned to. */
    private readonly returnsPort: number,
  ) {}

  static async open(): Promise<Post> {
    const post = new Post(
      await ScriptedSmtp.start({ reports: true }),
      await Receiver.start(),
      await freePort(),
    );
    post.smtp.onTaken = ({ to, from }) => {
      if (post.returned.has(to)) post.giveBack(from);
    };
    post.systems.answers = (answer, { path }) =>
      answer.writeHead(post.refusing.has(path.slice(1)) ? 404 : 204).end();
    return post;
  }

  /** Real settings of the program, with these servers in them. */
  get settings(): AsksSettings {
    const returns = { address: 'bounces@failsafe.invalid', secret: SECRET };
    return {
      smtp: {
        url: this.smtp.url,
        from: 'Imaging Failsafe (synthetic) <failsafe@failsafe.invalid>',
        connections: 8,
        returns,
      },
      publicUrl: 'https://failsafe.invalid',
      linkSecret: SECRET,
      concurrency: 8,
      pollMs: POLL_MS,
      webhook: { secrets: [WEBHOOK_KEY], allowed: networks(['127.0.0.1']) },
      bounces: { host: '127.0.0.1', port: this.returnsPort, returns },
    };
  }

  /** The address of the system that somebody works in. */
  systemOf(person: string): string {
    return `http://127.0.0.1:${this.systems.port}/${person}`;
  }

  /** From now on mail to somebody is taken, and comes back. */
  mailComesBack(person: PersonId): void {
    this.returned.add(addressOf(person));
  }

  /** From now on the system that somebody works in refuses what it is sent. */
  systemRefuses(person: PersonId): void {
    this.refusing.add(person);
  }

  /** Asks that a mail server took for somebody. */
  mailsTo(person: PersonId): string[] {
    return this.smtp.to(addressOf(person)).map((raw) => header(raw, 'X-Failsafe-Ask') ?? '');
  }

  /** Asks that the system in which somebody works was sent, whatever it answered. */
  callsTo(person: PersonId): string[] {
    return this.systems.calls
      .filter(({ path }) => path === `/${person}`)
      .map(({ headers }) => String(headers['webhook-id']));
  }

  /** Every ask that arrived anywhere. */
  get arrived(): ReadonlySet<string> {
    const mails = this.smtp.received.map(({ raw }) => header(raw, 'X-Failsafe-Ask') ?? '');
    return new Set([...mails, ...this.systems.calls.map(({ headers }) => String(headers['webhook-id']))]);
  }

  /** How much mail has come back, or nothing where some is on its way. */
  get settled(): number | undefined {
    return this.onTheWay.size === 0 ? this.begun : undefined;
  }

  async close(): Promise<void> {
    await Promise.all(this.onTheWay);
    await this.smtp.stop();
    await this.systems.stop();
  }

  private giveBack(sender: string): void {
    this.begun++;
    const going: Promise<void> = handIn(this.returnsPort, sender, deliveryReport('failed', '5.1.1')).then(
      () => void this.onTheWay.delete(going),
    );
    this.onTheWay.add(going);
  }
}
