import type { Party } from '../../domain/inputs';
import { Feeds } from '../../src/feeds/feeds.service';
import type { Quiet } from '../../src/feeds/rhythm';
import { RulebookService } from '../../src/policy/rulebook.service';
import type { Clinic } from './clinic';
import { system } from './people';

/** A source system that the trust has registered, as the failsafe hears it: whether it is silent, and who was asked about that. */
export class Feed {
  private constructor(
    private readonly clinic: Clinic,
    private readonly id: string,
    private readonly feeds: Feeds,
  ) {}

  static async registered(clinic: Clinic, name: 'ris', quiet: Quiet): Promise<Feed> {
    const { loop } = clinic;
    const feeds = new Feeds(loop.db, loop.clock, loop.app.get(RulebookService));
    const { person } = system(name);
    await feeds.put(
      name,
      { name: `The ${name}`, principals: [person], quiet },
      { person: 'admin-1', role: 'admin' },
    );
    return new Feed(clinic, name, feeds);
  }

  /** Since when it is silent; nothing where it speaks. */
  async silentSince(): Promise<string | undefined> {
    return (await this.feeds.one(this.id)).silentSince;
  }

  /** Everybody who was asked about a silence of it, and when; in order. */
  async asks(): Promise<{ key: string; opening: number; at: string; asked: Party }[]> {
    const { journey } = await this.feeds.one(this.id);
    if (journey === undefined) return [];
    return (await this.clinic.loop.events(journey)).flatMap((e) =>
      e.type === 'asked' || (e.type === 'opened' && e.asks > 0)
        ? [{ key: e.key, opening: e.opening, at: e.at, asked: e.askedNow }]
        : [],
    );
  }

  /** How often it was noted that it speaks again. */
  async heardAgain(): Promise<number> {
    const { journey } = await this.feeds.one(this.id);
    return journey === undefined ? 0 : ((await this.clinic.loop.journey(journey)).feed?.hearings.length ?? 0);
  }
}
