import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../api/problems';
import { Sealing } from '../sealing/sealing';

/** More texts than this are no answer to a question. */
const MOST_TEXTS = 5_000;

/** Texts that were found, and the journeys in which they are: those that took them in, and those that these were merged into. */
export interface Found {
  refs: string[];
  journeys: string[];
}

const JOURNEYS = `
with recursive holding as (
  select distinct journey as id from sealed where ref = any($1::uuid[]) and journey is not null
  union select a.survivor from alias a join holding h on a.loser = h.id)
select id from holding`;

/** From words to journeys. A text knows the journey that took it in: nothing more is written for a search than a text's own row. */
@Injectable()
export class Words {
  constructor(
    private readonly db: DataSource,
    private readonly sealing: Sealing,
  ) {}

  /** Nothing where no words are asked for. */
  async find(q: string | undefined): Promise<Found | undefined> {
    if (q === undefined) return undefined;
    const refs = await this.sealing.search(q, MOST_TEXTS + 1);
    if (refs.length > MOST_TEXTS) throw new Problem('search-too-broad');
    const journeys = await this.db.query<{ id: string }[]>(JOURNEYS, [refs]);
    return { refs, journeys: journeys.map(({ id }) => id) };
  }
}
