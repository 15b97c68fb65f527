import type { InputType } from '../../domain/inputs';
import type { ReviewCode } from '../../domain/vocabulary';
import { CanaryRunner } from '../../src/canaries/canary-runner';
import type { DirectoryFile } from '../../src/directory/directory-file';
import { DirectoryService } from '../../src/directory/directory.service';
import type { Loop } from '../support/loop';
import { Examination } from './examination';
import type { RequestDetails } from './messages';
import type { Post } from './post';
import type { PlayedDates } from './played-dates';
import { later } from './played-dates';

/** Something the case requires of the loop, and whether it was so. */
export interface Held {
  what: string;
  ok: boolean;
}

/**
 * The hospital in which a case is played: its clock, and its patient. People act at the moment that the script has come to;
 * between two moments the real loop runs, deadline by deadline.
 */
export class Clinic {
  readonly examinations: Examination[] = [];
  readonly held: Held[] = [];
  /** The moment the script has come to. */
  moment = '';

  constructor(
    readonly loop: Loop,
    readonly dates: PlayedDates,
    readonly caseId: string,
    /** Where asks arrive, and who does not get them. */
    readonly post: Post,
  ) {}

  /** Goes on to a day and local time in the case's own dates: `at('2014-07-07 10:30')`. */
  async at(text: string): Promise<void> {
    await this.until(this.dates.instant(text));
  }

  /** Time passes and nobody does anything of their own accord. */
  async nobodyActs(span: { days?: number; hours?: number; minutes?: number }): Promise<void> {
    await this.until(later(this.moment, span));
  }

  /** Waits until everything that has come due is recorded. */
  settles(): Promise<void> {
    return this.loop.quiet();
  }

  private async until(instant: string): Promise<void> {
    if (instant < this.moment) throw new Error(`${this.caseId}: the script goes back in time`);
    await this.loop.advanceTo(instant);
    this.moment = instant;
  }

  /** A request for imaging reaches the failsafe. */
  async request(details: RequestDetails): Promise<Examination> {
    return Examination.requested(this, details);
  }

  /** Something about this examination comes in without any request. */
  async unheralded(type: InputType, data: object, identified: boolean): Promise<Examination> {
    return Examination.unheralded(this, type, data, identified);
  }

  /** Something about the failsafe itself is to be reviewed: by a date, or within policy's limit. */
  async toBeReviewed(code: ReviewCode, ref?: string, days?: number): Promise<Examination> {
    const more = { ...(ref ? { ref } : {}), ...(days ? { dueOn: later(this.moment, { days }) } : {}) };
    return this.unheralded('review-due', { at: this.moment, code, ...more }, false);
  }

  /** Canaries are set up, and the first day's run for an hour and a quarter. @returns the names of those that passed */
  async canaries(email: string): Promise<string[]> {
    const directory = this.loop.app.get(DirectoryService);
    const { directory: stands } = await directory.standing();
    await directory.load({ ...(stands as DirectoryFile), canary: { email } });
    for (let quarter = 0; quarter < 6; quarter++) {
      for (let rounds = 0; rounds < 5; rounds++) {
        await this.loop.app.get(CanaryRunner).round();
        await this.loop.quiet();
      }
      if (quarter < 5) await this.nobodyActs({ minutes: 15 });
    }
    const passed = await this.loop.db.query<{ name: string }[]>(
      `select name from canary where outcome = 'passed' order by name`,
    );
    return passed.map(({ name }) => name);
  }

  /** Notes whether something that the case requires is so; what is not fails the case. */
  async holds(what: string, ok: boolean | Promise<boolean>): Promise<void> {
    this.held.push({ what, ok: await ok });
  }
}
