import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Contact } from '../asks/reach';
import type { Category, ObligationKind, RoleKey } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import type { PatientDetails } from '../intake/patients';
import { RulebookService } from '../policy/rulebook.service';
import { Sealing } from '../sealing/sealing';
import type { DowntimeList, OpenDuty } from './downtime-list';
import { downtimeList } from './downtime-list';

interface Row {
  journey: string;
  key: string;
  kind: ObligationKind;
  category: Category | null;
  asked_person: string;
  asked_role: RoleKey;
  asked_name: string | null;
  contacts: Contact[] | null;
  accountable: string;
  limit_at: Date;
  due_at: Date;
  asks: number;
  identifiers: string[];
  patient: string | null;
}

/** Real duties of real people: a canary's are nobody's to do by hand. */
const OPEN = `
select o.journey, o.key, o.kind, o.category, o.asked_person, o.asked_role, a.name as asked_name, a.contacts,
  coalesce(b.name, o.accountable_person) as accountable, o.limit_at, o.due_at, o.asks, p.sealed as patient,
  array(select i.type || ' ' || i.value from identifier i
        where i.journey = o.journey and i.type <> 'concern' order by i.type, i.value) as identifiers
from obligation o join journey j on j.id = o.journey
left join patient p on p.id = j.patient
left join directory_person a on a.id = o.asked_person
left join directory_person b on b.id = o.accountable_person
where o.ended_at is null and j.subject <> 'canary'
order by o.risk, o.limit_at, o.journey, o.key`;

const UNSEALED_AT_ONCE = 500;

/** Reads everything that is open, with whose it is, in one snapshot. */
@Injectable()
export class DowntimeReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
    private readonly sealing: Sealing,
  ) {}

  async read(): Promise<DowntimeList> {
    const madeAt = await this.clock.now();
    const { timeZone } = await this.rulebooks.policy((await this.rulebooks.standing()).policy);
    const rows = await this.db.query<Row[]>(OPEN);
    const patients = await this.patients(rows.flatMap(({ patient }) => patient ?? []));
    return downtimeList(
      rows.map((row) => dutyOf(row, patients)),
      madeAt,
      timeZone,
    );
  }

  /** Details by reference; of a patient whose key was destroyed there are none. */
  private async patients(refs: readonly string[]): Promise<Map<string, PatientDetails>> {
    const all = [...new Set(refs)];
    const details = new Map<string, PatientDetails>();
    for (let i = 0; i < all.length; i += UNSEALED_AT_ONCE)
      for (const [ref, { text }] of await this.sealing.unsealed(all.slice(i, i + UNSEALED_AT_ONCE)))
        if (text !== undefined) details.set(ref, JSON.parse(text) as PatientDetails);
    return details;
  }
}

const dutyOf = (row: Row, patients: ReadonlyMap<string, PatientDetails>): OpenDuty => {
  const patient = row.patient === null ? undefined : patients.get(row.patient);
  return {
    journey: row.journey,
    key: row.key,
    kind: row.kind,
    ...(row.category === null ? {} : { category: row.category }),
    identifiers: row.identifiers,
    ...(patient === undefined ? {} : { patient }),
    accountable: row.accountable,
    limitAt: row.limit_at.toISOString(),
    nextAt: row.due_at.toISOString(),
    asks: row.asks,
    asked: {
      person: row.asked_person,
      role: row.asked_role,
      ...(row.asked_name === null ? {} : { name: row.asked_name }),
      contacts: row.contacts ?? [],
    },
  };
};
