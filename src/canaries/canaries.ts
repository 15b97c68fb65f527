import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { canaryId } from '../../domain/canary';
import { addOnClock } from '../../domain/calendar';
import type { Rulebook } from '../../domain/schedule';
import { reachFor } from '../../domain/reach';
import { Concerns } from '../concerns/concerns';
import { canaryChannels } from '../directory/canary-recipients';
import { readStanding } from '../directory/directory-store';
import { ClockPort } from '../intake/clock';
import { IntakeService } from '../intake/intake.service';
import { OURS } from '../intake/matching';
import { RulebookService } from '../policy/rulebook.service';
import { nextAnswer } from './answers';
import { CanarySight } from './canary-sight';
import type { OpenCanary } from './canary-sight';
import type { CanaryFeed } from './feeds';
import type { Walk } from './walks';
import { SITUATION, consultantOf, failureOf, ruleOf, walksOf } from './walks';

/** What a canary is given beyond what policy gives: a machine that is busy is no machine that has failed. */
const GRACE_MS = 30 * 60_000;
/** A report that was sent and is not seen is sent again after this; the second is known and changes nothing. */
const SENT_AGAIN_MS = 60_000;

const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;

/** Starts a day's canaries, follows each until it has ended, and has the desk asked about those that failed. */
@Injectable()
export class Canaries {
  private readonly log = new Logger('canaries');

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
    private readonly intake: IntakeService,
    private readonly concerns: Concerns,
    private readonly sight: CanarySight,
    private readonly feeds: readonly [CanaryFeed, ...CanaryFeed[]],
  ) {}

  /** One look: starts what the day still lacks, and takes every open canary one step on. @returns how many are open */
  async look(): Promise<number> {
    const now = await this.clock.now();
    await this.startDue(now);
    const open = await this.sight.open();
    for (const canary of open) {
      try {
        await this.step(canary, now);
      } catch (err) {
        this.log.warn({ msg: 'a canary could not be taken on; it is tried again', name: canary.name, err });
      }
    }
    return open.length;
  }

  private async startDue(now: string): Promise<void> {
    const { canary } = await readStanding(this.db.manager);
    const channels = canaryChannels(canary);
    if (channels.length === 0) return;
    const standing = await this.rulebooks.standing();
    const rulebook = await this.rulebooks.rulebook(standing.policy, standing, undefined);
    const [first, ...others] = this.feeds;
    const walks = walksOf(rulebook.policy, channels, [first.name, ...others.map(({ name }) => name)]);
    const started = await this.sight.startedOn(now);
    for (const walk of walks) if (!started.has(walk.name)) await this.start(walk, rulebook, now);
  }

  /** Mints the canary's journey. Its row and its journey are one transaction: none runs that is not on record. */
  private start(walk: Walk, rulebook: Rulebook, now: string): Promise<void> {
    return this.db.transaction(async (m) => {
      const number = randomUUID();
      const taken = await this.intake.submit(
        {
          type: 'request',
          data: {
            at: now,
            requester: { person: canaryId('requester'), profession: 'doctor' },
            consultant: consultantOf(walk),
            gp: { status: 'none' },
            ...SITUATION,
            examination: 'canary',
            regions: ['chest'],
            site: 'canary',
            nation: rulebook.policy.nation,
          },
          by: SOFTWARE,
          identifiers: [{ assigner: OURS, type: 'order', value: number }],
          canary: true,
        },
        m,
      );
      if (!taken.created || taken.subject !== 'canary')
        throw new Error('a canary found a journey that is none');
      await this.sight.started(m, walk, {
        journey: taken.journey,
        number,
        now,
        limit: limitOf(walk, rulebook, now),
      });
    });
  }

  private async step(canary: OpenCanary, now: string): Promise<void> {
    const seen = await this.sight.of(canary, now);
    if (!seen) return; // Nothing is recorded of it yet.
    const ended = canary.outcome !== null;
    if (seen.state.closed) {
      await this.sight.closed(canary, now);
      return;
    }
    if (!ended && now > canary.limit) {
      await this.fail(canary, failureOf(canary, seen), now);
      return;
    }
    if (seen.waiting > 0) return;
    if (!ended && seen.state.reports.length === 0) await this.send(canary, now);
    else if (ended || seen.reached) {
      const answer = nextAnswer(seen.state, now);
      if (answer) await this.intake.submit({ ...answer, journey: canary.journey });
    }
  }

  private async send(canary: OpenCanary, now: string): Promise<void> {
    if (canary.sentAt !== null && Date.parse(now) - Date.parse(canary.sentAt) < SENT_AGAIN_MS) return;
    await this.sight.sent(canary, now);
    const feed = this.feeds.find(({ name }) => name === canary.feed);
    await feed?.send({ number: canary.number, at: canary.startedAt, category: canary.category });
  }

  private async fail(canary: OpenCanary, failure: string, now: string): Promise<void> {
    await this.db.transaction(async (m: EntityManager) => {
      await this.sight.failed(m, canary, failure, now);
      await this.concerns.raise({ at: now, code: 'canary-failed', ref: canary.name }, m);
    });
    this.log.warn({ msg: 'a canary failed; the desk was told', name: canary.name, failure });
  }
}

/** By when a canary must have ended: the channel's own time, or that of every rung up to the desk, and the grace. */
const limitOf = ({ channel, category }: Walk, { policy, calendar }: Rulebook, now: string): string => {
  const add = (at: string, duration: string): string => addOnClock(at, duration, 'elapsed', calendar);
  const own =
    channel === undefined
      ? policy.ladders[ruleOf(policy, category).ladder]!.rungs.reduce(
          (at, { wait }) => (wait === undefined ? at : add(at, wait)),
          now,
        )
      : add(now, reachFor(policy, { ...SITUATION, category }).within);
  return new Date(Date.parse(own) + GRACE_MS).toISOString();
};
