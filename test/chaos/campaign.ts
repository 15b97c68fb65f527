import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../support/program';
import type { Api, Hospital } from '../system/support/hospital';
import type { Seen } from './checker/seen';
import { lateness } from './checker/duties';
import { Nemesis } from './nemesis';
import type { Rhythm, Victim } from './nemesis';
import { addressBook, begin, verdict } from './plays';
import type { Pace, Verdict } from './plays';
import { Random } from './random';
import type { Story } from './stories';
import type { Witnesses } from './witness';

export interface CampaignOptions {
  seed: number;
  stories: readonly Story[];
  pace: Pace;
  rhythm: Rhythm;
  /** After which nothing more is killed, whether or not the stories are over. */
  killingMs: number;
}

/** What happened, beside what was judged: that the faults really fell into the middle of something. */
export interface CampaignReport extends Verdict {
  kills: Record<string, number>;
  /** Tries to which no answer came. */
  unanswered: number;
  /** Inputs that were committed although the answer to that was lost. */
  committedUnanswered: number;
  /** Workflow tasks that a worker had begun and did not complete. */
  abandonedTasks: number;
  /** Mails that say that they may be duplicates. */
  markedDuplicates: number;
  /** By how much the latest ask came after its deadline, in seconds. */
  latestAskSeconds: number;
}

/** APIs and workers of one installation, each in its place: one that died is followed by another one there. */
export class Staff {
  private constructor(
    private readonly hospital: Hospital,
    readonly apis: Api[],
    readonly workers: Program[],
  ) {}

  static async of(hospital: Hospital, each: number): Promise<Staff> {
    const places = Array.from({ length: each });
    const [apis, workers] = await Promise.all([
      Promise.all(places.map(() => hospital.api())),
      Promise.all(places.map(() => hospital.worker())),
    ]);
    return new Staff(hospital, apis, workers);
  }

  get urls(): string[] {
    return this.apis.map((api) => api.client.url);
  }

  /** Everything that can be killed: these, and the servers they stand on. */
  victims(): Victim[] {
    const { postgres, temporal } = this.hospital;
    return [
      ...this.apis.map((_, i) => ({
        name: `api ${i + 1}`,
        kill: () => this.apis[i]!.kill9(),
        restart: async () => (this.apis[i] = await this.hospital.api(this.apis[i]!.port)),
      })),
      ...this.workers.map((_, i) => ({
        name: `worker ${i + 1}`,
        kill: () => this.workers[i]!.kill9(),
        restart: async () => (this.workers[i] = await this.hospital.worker()),
      })),
      { name: 'postgres', kill: () => postgres.kill9(), restart: () => postgres.start() },
      { name: 'temporal', kill: () => temporal.kill9(), restart: () => temporal.start() },
    ];
  }
}

/** Plays stories while parts are killed at random, lets everything come up again, and judges what is left. */
export async function campaign(
  hospital: Hospital,
  staff: Staff,
  witnesses: Witnesses,
  options: CampaignOptions,
): Promise<CampaignReport> {
  const random = new Random(options.seed);
  const nemesis = new Nemesis(staff.victims(), random.split(), options.rhythm);
  const stage = begin(options.stories, () => staff.urls, random.split(), options.pace);
  nemesis.start();
  await Promise.race([stage.over.catch(() => undefined), sleep(options.killingMs)]);
  await nemesis.heal();
  await stage.over;
  const judged = await verdict({
    url: staff.urls[0]!,
    plays: stage.plays,
    mails: () => hospital.mails(),
    addresses: addressBook(),
    witness: (journey) => witnesses.of(journey),
  });
  return { ...judged, kills: nemesis.kills, ...(await whatHappened(judged.seen, witnesses)) };
}

const TASK_TIMED_OUT = '8';

async function whatHappened(
  seen: Seen,
  witnesses: Witnesses,
): Promise<Omit<CampaignReport, keyof Verdict | 'kills'>> {
  const tries = seen.sent.flatMap((sent) => sent.attempts);
  const histories = await Promise.all(seen.journeys.map(({ id }) => witnesses.history(id)));
  return {
    unanswered: tries.filter((end) => end === 'no answer').length,
    committedUnanswered: seen.sent.filter((sent) => {
      const event = seen.journeys
        .find((j) => j.id === sent.journey)
        ?.events.find((e) => e.seq === sent.end?.event);
      return sent.attempts.includes('no answer') && String(event?.['receivedAt']) < sent.answeredTryAt!;
    }).length,
    abandonedTasks: histories.flatMap(({ types }) => types).filter((type) => type === TASK_TIMED_OUT).length,
    markedDuplicates: seen.mails.filter((mail) => mail.attempt > 1).length,
    latestAskSeconds: Math.max(0, ...lateness(seen.journeys)) / 1000,
  };
}
