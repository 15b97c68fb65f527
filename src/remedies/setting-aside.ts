import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Problem } from '../api/problems';
import type { Applying, Options, RemedyKind, Would } from './kind';
import { Resuming } from './resuming';
import { deliverNow } from './waiting';

/** Fewer failures than this may be the end of an outage. */
const TRIED = 3;

const FIRST = `
select i.n as row, i.type, s.reason from delivery d
join inbox i on i.journey = d.journey and i.n = d.finished_n + 1
join stuck s on s.journey = d.journey and s.cause = 'row:' || i.n
where d.journey = $1 and s.times >= ${TRIED}`;

/**
 * Sets aside the row that holds up a journey, since it can never be recorded. The record then refuses it in its own place; its
 * content stays in the inbox, and the desk owes an explanation of it.
 */
@Injectable()
export class SettingAside implements RemedyKind {
  constructor(private readonly resuming: Resuming) {}

  async look(m: EntityManager, journey: string, { row }: Options): Promise<Would> {
    const [first] = await m.query<{ row: number; type: string; reason: string }[]>(FIRST, [journey]);
    if (!first || (row !== undefined && row !== first.row)) throw new Problem('nothing-to-set-aside');
    return first;
  }

  async act(m: EntityManager, journey: string, { options }: Applying): Promise<{ row: number }> {
    const { row } = await this.look(m, journey, options);
    await m.query('update journey set set_aside = $2 where id = $1', [journey, row]);
    await deliverNow(m, journey);
    return { row: row! };
  }

  after(journey: string): Promise<void> {
    return this.resuming.wake(journey);
  }
}
