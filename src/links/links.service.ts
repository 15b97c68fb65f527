import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Journey } from '../../domain/journey';
import { completed } from '../../domain/journey';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { may } from '../api/permissions';
import type { Permission } from '../api/permissions';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { Proofs } from '../asks/proofs';
import type { Bound } from '../asks/tokens';
import { askClaimed, isLinkFor } from '../asks/tokens';
import { ClockPort } from '../intake/clock';
import { Submissions } from '../journeys/submissions.service';
import type { Act, LinkedDuty } from './acts';
import { actOf } from './acts';
import { Returning } from './returning';

/** A week: longer than any ladder waits for one person. */
const LINK_LIFE_MS = 7 * 86_400_000;

interface Row extends Bound, LinkedDuty {
  createdAt: Date;
  limitAt: Date | null;
  endedAt: Date | null;
  accountable: string | null;
  usedAt: Date | null;
  clinical: number;
  state: Journey | null;
}

/** A link that holds, for the person who opened it. */
export interface Link {
  row: Row;
  expiresAt: Date;
  act: Act | undefined;
}

const READ = `
select a.id, a.journey, a.key, a.opening, a.ask, a.recipient, a.kind, a.category, a.created_at as "createdAt",
  o.limit_at as "limitAt", o.ended_at as "endedAt", o.accountable_person as accountable, u.at as "usedAt", j.clinical, j.state
from ask a join journey j on j.id = a.journey
left join obligation o on o.journey = a.journey and o.key = a.key and o.opening = a.opening
left join link_use u on u.ask = a.id
where a.id = $1 and a.purpose = 'ask'`;

/**
 * One-click links. Reading one changes nothing, however often and by whomever it is done: mail scanners open every link. Using
 * one takes the person it was made for, signed in, and goes the way of every command.
 */
@Injectable()
export class Links {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly submissions: Submissions,
    private readonly proofs: Proofs,
    private readonly returning: Returning,
  ) {}

  /** What a link is for. Throws the problem where it does not hold for this person now. */
  async read(token: string, by: Principal): Promise<Link> {
    const link = await this.held(token, by);
    if (link.row.usedAt !== null) throw new Problem('link-used');
    return link;
  }

  /** Does what the link offers, once. */
  async use(token: string, request: ApiRequest): Promise<Answer> {
    const by = request.principal!;
    const { row, act } = await this.held(token, by);
    if (act === undefined) throw new Problem('link-offers-nothing');
    if (!may(by.role, `journey:${act.type}` as Permission)) throw new Problem('not-permitted');
    return this.submissions.send(request, {
      spec: { type: act.type, kind: 'command' },
      body: act.body,
      journey: row.journey,
      also: (m) => this.spend(m, row.id, by),
    });
  }

  /** In the transaction that takes the command in: it counts as used exactly if the command is on its way. */
  private async spend(m: EntityManager, ask: string, by: Principal): Promise<void> {
    const spent = await m.query<unknown[]>(
      'insert into link_use (ask, person, at) values ($1, $2, $3) on conflict do nothing returning ask',
      [ask, by.person, await this.clock.now()],
    );
    if (spent.length === 0) throw new Problem('link-used');
    await this.proofs.proved(ask, 'read', 'link', m);
  }

  private async held(token: string, by: Principal): Promise<Link> {
    const row = await this.find(token);
    if (!row) throw new Problem('unknown-link');
    if (row.recipient !== by.person) throw new Problem('link-not-yours');
    const expiresAt = new Date(row.createdAt.getTime() + LINK_LIFE_MS);
    if (expiresAt.toISOString() <= (await this.clock.now())) throw new Problem('link-expired');
    if (row.limitAt === null || row.endedAt !== null || row.state === null) throw new Problem('link-over');
    return { row, expiresAt, act: actOf(row, completed(row.state)) };
  }

  /** The ask that a token was made for; a forged one and one that never was cannot be told apart. */
  private async find(token: string): Promise<Row | undefined> {
    const { linkSecret } = this.returning;
    const claimed = askClaimed(token);
    if (linkSecret === undefined || claimed === undefined) return undefined;
    const [row] = await this.db.query<Row[]>(READ, [claimed]);
    return row && isLinkFor(linkSecret, token, row) ? row : undefined;
  }
}
