/**
 * When the alarm rings: at once for what is new, then ever more seldom while it lasts, and once when all has been well for a
 * while. It knows of no database, and forgets with its process: after a restart it rings anew for what still is so.
 */

/** What it rings for. One message says all that is so; ids, codes and numbers only. */
export interface Trouble {
  /** What it is about: what has rung under this name rings again only in its time. */
  topic: string;
  text: string;
  /** Single things that it is about, by their ids: others than those that rang do not wait as long. */
  of?: readonly string[];
}

const MINUTE = 60_000;
/** Waits between one ring and the next, in milliseconds; the last one repeats. */
const WAITS = [5, 15, 60, 240].map((minutes) => minutes * MINUTE);
/** The same trouble in more places is told of after this: not once for each. */
const MORE_AFTER = 15 * MINUTE;
/** What comes and goes is one trouble, and not a ring each time. */
const WELL_AFTER = 5 * MINUTE;

export type Ring = { kind: 'trouble'; troubles: readonly Trouble[]; again: number } | { kind: 'all-clear' };

/** The state of the alarm. `now` is any clock in milliseconds that only goes forward. */
export class Alarm {
  private rungAt = 0;
  private times = 0;
  private wellSince: number | undefined;
  private readonly topics = new Set<string>();
  private readonly places = new Set<string>();

  /** @returns what is to be rung now, if anything. It counts once `rung` is called: what reached nobody is rung again */
  next(troubles: readonly Trouble[], now: number): Ring | undefined {
    this.wellSince = troubles.length > 0 ? undefined : (this.wellSince ?? now);
    if (this.wellSince !== undefined)
      return this.times > 0 && now - this.wellSince >= WELL_AFTER ? { kind: 'all-clear' } : undefined;
    const isNew = troubles.some(({ topic }) => !this.topics.has(topic));
    const more = troubles.some(({ of = [] }) => of.some((place) => !this.places.has(place)));
    const wait = WAITS[Math.min(this.times, WAITS.length) - 1] ?? 0;
    const rings = isNew || now - this.rungAt >= (more ? Math.min(wait, MORE_AFTER) : wait);
    return rings ? { kind: 'trouble', troubles, again: this.times } : undefined;
  }

  /** Somebody was reached. */
  rung(ring: Ring, now: number): void {
    if (ring.kind === 'all-clear') {
      this.times = 0;
      this.topics.clear();
      this.places.clear();
      return;
    }
    this.times++;
    this.rungAt = now;
    for (const { topic, of = [] } of ring.troubles) {
      this.topics.add(topic);
      for (const place of of) this.places.add(place);
    }
  }
}
