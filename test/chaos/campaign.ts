import { setTimeout as sleep } from 'node:timers/promises';
import type { Seen } from './checker/seen';
import { Crowd } from './crowd';
import { aimed, MOMENTS } from './faults/aimed';
import { clocks } from './faults/clocks';
import { kills, restarts } from './faults/ends';
import { linkFaults } from './faults/links';
import { FOREIGN } from './foreign/foreign';
import { happened } from './happened';
import type { Happened } from './happened';
import type { Fault, Rhythm } from './nemesis';
import { Nemesis } from './nemesis';
import { addressBook, verdict } from './plays';
import type { Verdict } from './plays';
import { Random } from './random';
import type { Staff } from './staff';
import type { Story } from './stories';
import type { Toxiproxy } from './toxiproxy';
import type { Witnesses } from './witness';

export interface CampaignOptions {
  seed: number;
  journeys: number;
  stories: readonly Story[];
  /** How many stories are under way at once. */
  atOnce: number;
  /** How long a sender takes between two things, at most. */
  betweenMs: number;
  rhythm: Rhythm;
  /** After each kind of fault has happened, only what was not met yet is aimed at. */
  once?: boolean;
  /** The one moment that is aimed at, and nothing else goes wrong. */
  only?: string;
  /** After which no story begins any more. */
  limitMs: number;
  /** Whether more stories begin, within the limit, until each kind of fault has happened and each moment was met. */
  untilAllHappened: boolean;
  /** How long a sender goes on trying. */
  patienceMs: number;
  /** For what is still on its way when everything is well again. */
  settleMs: number;
  say?: (line: string) => void;
}

export interface CampaignReport extends Verdict, Happened {
  faults: Record<string, number>;
  /** How often a fault fell into the very moment that it was meant for. */
  moments: Record<string, number>;
  /** What was promised and did not happen. */
  missing: string[];
  /** How journeys stand about which something is wrong, by their ids: for whoever must find out why. */
  lookedInto: Record<string, object>;
  seconds: { chaos: number; verdict: number };
}

const SAY_MS = 15_000;
const JOURNEY_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{22}/g;
const LOOKED_INTO = 3;

/** Plays stories while things go wrong at random, lets everything come right again, and judges what is left. */
export class Campaign {
  private readonly random: Random;
  private readonly moments: Record<string, number>;
  private readonly nemesis: Nemesis;
  private readonly began = Date.now();
  private crowd: Crowd | undefined;

  constructor(
    private readonly staff: Staff,
    private readonly witnesses: Witnesses,
    private readonly proxy: Toxiproxy | undefined,
    private readonly options: CampaignOptions,
  ) {
    this.random = new Random(options.seed);
    const faults = this.random.split();
    const moments = momentsOf(proxy, staff, options).filter((moment) => (options.only ?? moment) === moment);
    this.moments = Object.fromEntries(moments.map((moment) => [moment, 0]));
    this.nemesis = new Nemesis(() => this.round(faults), this.random.split(), options.rhythm);
  }

  async run(): Promise<CampaignReport> {
    const { staff, options } = this;
    const crowd = new Crowd({ ...options, urls: () => staff.urls }, this.random.split(), (begun) =>
      this.goesOn(begun),
    );
    this.crowd = crowd;
    const telling = setInterval(() => options.say?.(this.soFar()), SAY_MS);
    try {
      void staff.supervise(() => this.nemesis.isDown('temporal') || this.nemesis.isDown('postgres'));
      this.nemesis.start();
      await this.nobodyBegins();
      await this.nemesis.heal();
      await rightClocks(staff);
      const gaveUp = await crowd.over.then(
        () => undefined,
        (error: Error) => error,
      );
      options.say?.(`  healed; ${this.soFar().trim()}`);
      const seconds = { chaos: (Date.now() - this.began) / 1000, verdict: 0 };
      const judged = await this.judged();
      seconds.verdict = (Date.now() - this.began) / 1000 - seconds.chaos;
      if (gaveUp) judged.violations['a sender had to give up'] = [gaveUp.message];
      return {
        ...judged,
        lookedInto: await this.lookedInto(judged),
        ...(await happened(judged.seen, staff, this.witnesses)),
        faults: this.nemesis.faults,
        moments: this.moments,
        missing: this.missing(),
        seconds,
      };
    } finally {
      clearInterval(telling);
      staff.stopSupervising();
    }
  }

  /**
   * The faults of one round: each kind once, and each API and worker killed. Where stories go on for the sake of moments that
   * were not met yet, those alone are aimed at.
   */
  private round(random: Random): Fault[] {
    const { staff, proxy } = this;
    const { only, once, journeys } = this.options;
    const aims = this.aims(random);
    if (only !== undefined) return aims.filter((fault) => fault.moment === only);
    if (this.nemesis.rounds > 0 && (once || this.crowd!.plays.length >= journeys))
      return aims.filter(({ moment }) => moment !== undefined && this.missing().includes(moment));
    return [
      ...aims,
      ...kills(staff),
      ...oneOfEachKind(restarts(staff), random),
      ...(proxy ? linkFaults(proxy.links, random) : [postgresKilled(staff)]),
    ];
  }

  /** Those that are meant for a moment, and a worker's wrong clock. */
  private aims(random: Random): (Fault & { moment?: string })[] {
    const { staff, witnesses, proxy } = this;
    const { plays } = this.crowd!;
    const sent = () => plays.flatMap((play) => play.sent);
    const foreign = () => plays.filter(isForeign).flatMap((play) => play.sent);
    const met = (moment: string) => (this.moments[moment] = (this.moments[moment] ?? 0) + 1);
    const aim = { staff, random, witnesses, sent, foreign, met };
    const all: (Fault & { moment?: string })[] = [
      ...(proxy ? aimed(aim) : []),
      ...(staff.options.faketime ? clocks(aim) : []),
    ];
    return all.filter(({ moment }) => moment === undefined || moment in this.moments);
  }

  private goesOn(begun: number): boolean {
    const { journeys, limitMs, untilAllHappened } = this.options;
    if (Date.now() - this.began > limitMs) return false;
    return begun < journeys || (untilAllHappened && this.missing().length > 0);
  }

  /** Things go wrong for as long as stories begin, and a little longer for those that have. */
  private async nobodyBegins(): Promise<void> {
    while (this.goesOn(this.crowd!.plays.length)) await sleep(200);
    await Promise.race([this.crowd!.over.catch(() => undefined), sleep(this.options.betweenMs * 4)]);
  }

  private missing(): string[] {
    const { moments, nemesis } = this;
    return [
      ...Object.keys(moments).filter((moment) => moments[moment] === 0),
      ...(nemesis.rounds === 0 ? ['each kind of fault at least once'] : []),
    ];
  }

  private judged(): Promise<Verdict> {
    const { staff, witnesses, options } = this;
    return verdict(
      {
        url: staff.urls[0]!,
        plays: this.crowd!.plays,
        mails: () => staff.hospital.mails(),
        addresses: addressBook(),
        witness: (journey) => witnesses.of(journey),
      },
      options.settleMs,
    );
  }

  /** What Temporal and Postgres say of the first journeys about which something is wrong. */
  private async lookedInto({ violations }: Verdict): Promise<Record<string, object>> {
    const named = JSON.stringify(violations).match(JOURNEY_ID) ?? [];
    const found: Record<string, object> = {};
    for (const journey of [...new Set(named)].slice(0, LOOKED_INTO)) {
      const stuck = await this.staff.hospital.postgres.query('select * from stuck where journey = $1', [
        journey,
      ]);
      const run = await this.witnesses.standing(journey).catch((error: Error) => ({ error: error.message }));
      found[journey] = { run, stuck };
    }
    return found;
  }

  private soFar(): string {
    const { plays } = this.crowd!;
    const total = Object.values(this.nemesis.faults).reduce((sum, n) => sum + n, 0);
    const sent = plays.reduce((sum, play) => sum + play.sent.length, 0);
    const seconds = Math.round((Date.now() - this.began) / 1000);
    return `  ${seconds} s: ${plays.length} journeys begun, ${sent} things sent, ${total} faults`;
  }
}

/** Which moments can be aimed at with what there is. */
const momentsOf = (
  proxy: Toxiproxy | undefined,
  { options: { faketime } }: Staff,
  { stories }: CampaignOptions,
): string[] =>
  Object.values(MOMENTS).filter((moment) => {
    if (moment === MOMENTS.stamp) return faketime !== undefined;
    if (moment === MOMENTS.answerToAStranger && !stories.some(isForeign)) return false;
    return proxy !== undefined;
  });

const postgresKilled = ({ hospital: { postgres } }: Staff): Fault => ({
  name: 'kill postgres',
  on: 'postgres',
  strike: () => postgres.kill9(),
  heal: () => postgres.start(),
});

const oneOfEachKind = (faults: readonly Fault[], random: Random): Fault[] => {
  const kind = ({ name }: Fault): string => name.replace(/ \d+$/, '');
  return [...new Set(faults.map(kind))].map((k) => random.pick(faults.filter((f) => kind(f) === k)));
};

/** Whoever still has a wrong clock starts once more: what is judged is read at the right time. */
const rightClocks = async ({ places }: Staff): Promise<void> => {
  for (const place of places.filter((p) => p.skew !== 0)) {
    await place.kill();
    await place.up();
  }
};

/** Plays of the stranger, who shares no code with us. */
export const foreignPlays = (seen: Seen): Seen['plays'] => seen.plays.filter(isForeign);

const isForeign = ({ name }: { name: string }): boolean => name === FOREIGN;
