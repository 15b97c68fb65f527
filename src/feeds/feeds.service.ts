import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { Problem } from '../api/problems';
import { ClockPort } from '../intake/clock';
import { RulebookService } from '../policy/rulebook.service';
import type { FeedBody, FeedView } from './feeds-schema';
import { quietUntil } from './rhythm';

const FEEDS = `
select f.id, f.name, f.quiet, f.quiet_until as "quietUntil", f.silent_since as "silentSince",
  (select jsonb_agg(p.principal order by p.principal) from feed_principal p where p.feed = f.id) as principals,
  (select max(i.received_at) from inbox i where i.feed = f.id) as "heardAt",
  (select i.journey from identifier i where i.assigner = 'imaging-failsafe' and i.type = 'feed' and i.value = f.id) as journey
from feed f where $1::text is null or f.id = $1 order by f.id`;

interface Row extends FeedBody {
  id: string;
  heardAt: Date | null;
  quietUntil: Date;
  silentSince: Date | null;
  journey: string | null;
}

const viewOf = ({ heardAt, quietUntil: until, silentSince, journey, ...feed }: Row): FeedView => ({
  ...feed,
  ...(heardAt ? { heardAt: heardAt.toISOString() } : {}),
  ...(silentSince ? { silentSince: silentSince.toISOString() } : { quietUntil: until.toISOString() }),
  ...(journey === null ? {} : { journey }),
});

/** The feeds: source systems, whose facts are theirs, and how long they may be quiet. */
@Injectable()
export class Feeds {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
  ) {}

  async all(): Promise<FeedView[]> {
    return (await this.db.query<Row[]>(FEEDS, [null])).map(viewOf);
  }

  async one(id: string, m: EntityManager = this.db.manager): Promise<FeedView> {
    const [row] = await m.query<Row[]>(FEEDS, [id]);
    if (!row) throw new Problem('unknown-feed');
    return viewOf(row);
  }

  /** Says what a feed is. What came of its principals before stays with whom it was. A silence that lasts goes on. */
  async put(id: string, body: FeedBody, by: Actor): Promise<FeedView> {
    const now = await this.clock.now();
    return this.db.transaction(async (m) => {
      await m.query(
        `insert into feed (id, name, quiet, registered_at, changed_at, changed_by, quiet_until)
         values ($1, $2, $3, $4, $4, $5, $4)
         on conflict (id) do update set name = excluded.name, quiet = excluded.quiet, changed_at = excluded.changed_at,
           changed_by = excluded.changed_by`,
        [id, body.name, JSON.stringify(body.quiet), now, by.person],
      );
      await this.putPrincipals(m, id, body.principals);
      await this.putRhythm(m, id, body);
      return this.one(id, m);
    });
  }

  private async putPrincipals(m: EntityManager, id: string, principals: readonly string[]): Promise<void> {
    await m.query('delete from feed_principal where feed = $1 and not principal = any($2)', [id, principals]);
    await m.query(
      'insert into feed_principal (principal, feed) select p, $1 from unnest($2::text[]) p on conflict do nothing',
      [id, principals],
    );
    const [{ others }] = await m.query<[{ others: number }]>(
      'select count(*)::int as others from feed_principal where principal = any($1) and feed <> $2',
      [principals, id],
    );
    if (others > 0) throw new Problem('principal-of-another-feed');
  }

  /** The quiet that it is in is measured by what is said now. */
  private async putRhythm(m: EntityManager, id: string, { quiet }: FeedBody): Promise<void> {
    const [{ from }] = await m.query<[{ from: Date }]>(
      `select greatest(f.registered_at, (select max(i.received_at) from inbox i where i.feed = f.id)) as "from"
       from feed f where f.id = $1`,
      [id],
    );
    const since: Instant = from.toISOString();
    const until = quietUntil(since, quiet, await this.rulebooks.calendarToday(m));
    await m.query('update feed set quiet_until = $2 where id = $1', [id, until]);
  }
}
