import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { JourneyEvent } from '../../domain/events';
import { Problem } from '../api/problems';
import { readPeople } from '../directory/directory-store';
import { ClockPort } from '../intake/clock';
import type { PatientDetails } from '../intake/patients';
import type { Link } from '../journeys/evidence-chain';
import { refsIn } from '../journeys/journey-view';
import type { AccessRow, AskRow, PolicyRow, Recorded, TextRow } from './recorded';
import { Sealing } from '../sealing/sealing';

interface HeadRow {
  policy: PolicyRow & { signed: PolicyRow['signed'] | null };
  patient_ref: string | null;
}

const HEAD = `
select p.sealed as patient_ref, jsonb_build_object('name', y.name, 'version', y.version, 'hash', y.hash,
  'timeZone', y.body->>'timeZone', 'signed', y.body->'signed') as policy
from journey j join policy y on y.hash = j.policy left join patient p on p.id = j.patient where j.id = $1`;

const ASKS = `
select key, opening, ask, purpose, recipient, role, channel, created_at, status, attempts, sent_at, proof, proof_at
from ask where journey = $1 order by created_at, key, opening, ask, channel, id`;

const ACCESSES = `
select at, principal, role, method, route, status, code, request from access_log where journey = $1 order by id`;

type Raw<T> = { [K in keyof T]: T[K] | null };

/** A row without what it lacks, its dates as instants. */
const row = <T>(raw: object, renamed: Readonly<Record<string, string>> = {}): T =>
  Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== null)
      .map(([name, value]: [string, unknown]) => [
        renamed[name] ?? name,
        value instanceof Date ? value.toISOString() : value,
      ]),
  ) as T;

/** Everything that is kept of one journey, read in one snapshot of the database, so that its parts agree. */
@Injectable()
export class DossierReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly texts: Sealing,
  ) {}

  /** @param seesPatient whether who asks may see who the patient is, and free text */
  async recorded(journey: string, seesPatient: boolean): Promise<Recorded> {
    const madeAt = await this.clock.now();
    const read = await this.db.transaction('REPEATABLE READ', (m) => snapshot(m, journey));
    const refs = [...new Set(refsIn(read.links.map(({ event }) => event)))];
    const patientRef = read.head.patient_ref;
    const all = await this.texts.unsealed(patientRef === null ? refs : [...refs, patientRef]);
    const patient = patientRef === null || !seesPatient ? undefined : all.get(patientRef)?.text;
    const shown = refs.flatMap((ref): [string, TextRow][] => {
      const text = all.get(ref);
      return text ? [[ref, seesPatient ? text : { kind: text.kind, commitment: text.commitment }]] : [];
    });
    const { signed, ...policy } = read.head.policy;
    return {
      journey,
      madeAt,
      links: read.links,
      policy: { ...policy, ...(signed === null || signed === undefined ? {} : { signed }) },
      ...(patient === undefined ? {} : { patient: JSON.parse(patient) as PatientDetails }),
      names: read.names,
      texts: new Map(shown),
      asks: read.asks,
      accesses: read.accesses,
      seesPatient,
    };
  }
}

const snapshot = async (m: EntityManager, journey: string) => {
  const [head] = await m.query<HeadRow[]>(HEAD, [journey]);
  if (!head) throw new Problem('unknown-journey');
  const links = await m.query<{ body: JourneyEvent; previous: string; hash: string }[]>(
    'select body, previous, hash from evidence where journey = $1 order by seq',
    [journey],
  );
  const asks = await m.query<Raw<AskRow>[]>(ASKS, [journey]);
  const accesses = await m.query<Raw<AccessRow>[]>(ACCESSES, [journey]);
  const people = await readPeople(m);
  return {
    head,
    links: links.map(({ body, previous, hash }): Link => ({ event: body, previous, hash })),
    asks: asks.map((a) => row<AskRow>(a, { created_at: 'at', sent_at: 'sentAt', proof_at: 'proofAt' })),
    accesses: accesses.map((a) => row<AccessRow>(a)),
    names: new Map(people.map(({ id, name }) => [id, name])),
  };
};
