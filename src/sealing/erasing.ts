import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor, ErasureReason } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { AccessLog } from '../api/access-log';
import { Answer } from '../api/answer';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { randomUUIDv7 } from '../ids';
import { ClockPort } from '../intake/clock';
import { appendRow, lockInboxes } from '../intake/inbox';
import type { PatientDetails } from '../intake/patients';
import { onePatient } from '../intake/patients';
import { RulebookService } from '../policy/rulebook.service';
import { destroy, lockKeys } from './destroying';
import { requireErasable } from './erasable';
import type { PatientJourneys } from './patient-journeys';
import { patientJourneys } from './patient-journeys';

export interface ErasureBody {
  patient: PatientDetails;
  reason: ErasureReason;
}

/** Who asked first, where somebody asked for this and nobody has approved it. */
const ASKED = `
select id, asked_by as person, asked_role as role from erasure
where patient = $1 and reason = $2 and approved_at is null for update`;

/** Lawful erasure: one person asks, another approves, and what can be read of a patient is destroyed for good. */
@Injectable()
export class Erasing {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
    private readonly accesses: AccessLog,
  ) {}

  /** Puts on record that somebody asks for it. Asked again, by anybody, the last one holds. Destroys nothing. */
  async ask(request: ApiRequest, body: ErasureBody): Promise<Answer> {
    const by = request.principal as Actor;
    return this.checked(body, async (m, patient, _, now) => {
      await m.query(
        `insert into erasure (id, patient, reason, asked_by, asked_role, asked_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (patient) where approved_at is null do update set reason = excluded.reason,
           asked_by = excluded.asked_by, asked_role = excluded.asked_role, asked_at = excluded.asked_at`,
        [randomUUIDv7(), patient, body.reason, by.person, by.role, now],
      );
      await this.accesses.note(request, { status: 202 }, m);
      return new Answer(202, { reason: body.reason, askedBy: by.person });
    });
  }

  /**
   * Destroys, in one transaction with the row that tells each journey so. Everything that could stand against it is looked at
   * again, under locks that let nothing of this patient in meanwhile.
   */
  async approve(request: ApiRequest, body: ErasureBody): Promise<Answer> {
    const by = request.principal as Actor;
    return this.checked(body, async (m, patient, journeys, now) => {
      const [asked] = await m.query<({ id: string } & Actor)[]>(ASKED, [patient, body.reason]);
      if (!asked) throw new Problem('erasure-not-asked');
      if (asked.person === by.person) throw new Problem('second-person-must-differ');
      await destroy(m, patient, journeys.texts, { at: now, by: by.person, reason: body.reason });
      await m.query('update erasure set approved_by = $2, approved_at = $3 where id = $1', [
        asked.id,
        by.person,
        now,
      ]);
      const data = { at: now, reason: body.reason, asked: { person: asked.person, role: asked.role } };
      const items: { journey: string; command: string }[] = [];
      for (const journey of journeys.standing) {
        const row = await appendRow(m, journey, { type: 'erased', data, by, receivedAt: now });
        items.push({ journey, command: row.id });
      }
      await this.accesses.note(request, { status: 202 }, m);
      return new Answer(202, { items });
    });
  }

  /** @param act what is done once nothing stands against it; keys first and inboxes then, as intake takes them */
  private async checked(
    { patient: details, reason }: ErasureBody,
    act: (m: EntityManager, patient: string, journeys: PatientJourneys, now: Instant) => Promise<Answer>,
  ): Promise<Answer> {
    const now = await this.clock.now();
    const policy = await this.rulebooks.policy((await this.rulebooks.standing()).policy);
    return this.db.transaction(async (m) => {
      const patient = await onePatient(m, details);
      if (patient === undefined) throw new Problem('unknown-patient');
      await lockKeys(m, patient, (await patientJourneys(m, patient)).texts);
      await lockInboxes(m, (await patientJourneys(m, patient)).all);
      const journeys = await patientJourneys(m, patient);
      await requireErasable(m, patient, journeys, reason, policy, now);
      return act(m, patient, journeys, now);
    });
  }
}
