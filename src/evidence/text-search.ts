import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../api/problems';

/** More texts than this are no answer to a question. */
const MOST_TEXTS = 5_000;

/** Finds sealed texts by their words. How they are kept is its own affair. */
export abstract class TextSearch {
  /** The references of the texts that hold all of these words, patients' details apart; at most a few thousand and one. */
  abstract search(text: string): Promise<string[]>;
}

/** Over texts that are kept in the clear: English words in any of their forms; "in quotes" as a phrase, -without. */
@Injectable()
export class PlainTextSearch extends TextSearch {
  constructor(private readonly db: DataSource) {
    super();
  }

  async search(text: string): Promise<string[]> {
    const rows = await this.db.query<{ ref: string }[]>(
      `select ref from sealed
       where to_tsvector('english', body) @@ websearch_to_tsquery('english', $1) and kind <> 'patient' limit $2`,
      [text, MOST_TEXTS + 1],
    );
    return rows.map(({ ref }) => ref);
  }
}

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
    private readonly texts: TextSearch,
  ) {}

  /** Nothing where no words are asked for. */
  async find(q: string | undefined): Promise<Found | undefined> {
    if (q === undefined) return undefined;
    const refs = await this.texts.search(q);
    if (refs.length > MOST_TEXTS) throw new Problem('search-too-broad');
    const journeys = await this.db.query<{ id: string }[]>(JOURNEYS, [refs]);
    return { refs, journeys: journeys.map(({ id }) => id) };
  }
}
