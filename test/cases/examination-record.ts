import type { JourneyEvent } from '../../domain/events';
import type { Party } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { Obligation } from '../../domain/obligation';
import type { ObligationKind } from '../../domain/vocabulary';
import { CallListReader } from '../../src/call-list/call-list.reader';
import type { Clinic } from './clinic';

/** An ask as it stands in the outbox. */
export interface SentAsk {
  key: string;
  kind: ObligationKind;
  recipient: string;
  role: string;
  at: string;
}

/** What the failsafe says of one examination: its record, its duties, and whom it asked how. */
export class ExaminationRecord {
  constructor(
    readonly clinic: Clinic,
    readonly journey: string,
  ) {}

  state(): Promise<Journey> {
    return this.clinic.loop.journey(this.journey);
  }
  events(): Promise<JourneyEvent[]> {
    return this.clinic.loop.events(this.journey);
  }
  /** The open duty of a kind, if there is one. */
  async owes(kind: ObligationKind): Promise<Obligation | undefined> {
    return Object.values((await this.state()).obligations).find((o) => o.kind === kind);
  }
  async askedNow(kind: ObligationKind): Promise<Party | undefined> {
    return (await this.owes(kind))?.askedNow;
  }
  /** Whether lists show it as imaged and not reported. */
  async markedUnreported(): Promise<boolean> {
    const [row] = await this.clinic.loop.db.query<{ unreported: boolean }[]>(
      'select unreported from journey where id = $1',
      [this.journey],
    );
    return row!.unreported;
  }
  /** Everybody whom the outbox asked, in order; one ask may go out through several channels. */
  async asks(): Promise<SentAsk[]> {
    const rows = await this.clinic.loop.db.query<(Omit<SentAsk, 'at'> & { at: Date })[]>(
      `select key, kind, recipient, role, min(created_at) as at from ask where journey = $1 and purpose = 'ask'
       group by key, opening, ask, kind, recipient, role order by at, key, ask`,
      [this.journey],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }
  /** The messages that count as sent to a machine, by the id under which each went. */
  async wentOut(): Promise<string[]> {
    const rows = await this.clinic.loop.db.query<{ id: string }[]>(
      `select coalesce(digest, id) as id from ask where journey = $1 and sent_at is not null and channel <> 'phone'`,
      [this.journey],
    );
    return rows.map(({ id }) => id);
  }
  /** Who is on the list of people to be rung about this examination. */
  async toBeRung(): Promise<string[]> {
    const { items } = await new CallListReader(this.clinic.loop.db).list({ limit: 100 });
    return items.filter((item) => item.journey === this.journey).map((item) => item.person.id);
  }
}
