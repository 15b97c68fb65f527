import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor, HoldReason, Inputs, LiftReason } from '../../domain/inputs';
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
import { patientJourneys } from './patient-journeys';

/** Legal holds: while one stands, nothing of the patient is destroyed. Each reason is a hold of its own. */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly accesses: AccessLog,
  ) {}

  set(request: ApiRequest, body: { patient: PatientDetails; reason: HoldReason }): Promise<Answer> {
    return this.change(request, body.patient, { reason: body.reason }, async (m, patient, by, at) => {
      const made = await m.query<unknown[]>(
        `insert into legal_hold (id, patient, reason, set_by, set_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning id`,
        [randomUUIDv7(), patient, body.reason, by.person, at],
      );
      if (made.length === 0) throw new Problem('legal-hold-stands');
    });
  }

  lift(
    request: ApiRequest,
    body: { patient: PatientDetails; hold: HoldReason; reason: LiftReason },
  ): Promise<Answer> {
    const data = { reason: body.hold, lifted: body.reason };
    return this.change(request, body.patient, data, async (m, patient, by, at) => {
      const [lifted] = await m.query<unknown[][]>(
        `update legal_hold set lifted_by = $3, lifted_at = $4, lift_reason = $5
         where patient = $1 and reason = $2 and lifted_at is null returning id`,
        [patient, body.hold, by.person, at, body.reason],
      );
      if (lifted!.length === 0) throw new Problem('no-legal-hold');
    });
  }

  /** The change, and a row that tells each journey of the patient, in one transaction. */
  private async change(
    request: ApiRequest,
    details: PatientDetails,
    data: Omit<Inputs['legal-hold'], 'at'>,
    act: (m: EntityManager, patient: string, by: Actor, at: Instant) => Promise<void>,
  ): Promise<Answer> {
    const by = request.principal as Actor;
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      const patient = await onePatient(m, details);
      if (patient === undefined) throw new Problem('unknown-patient');
      await act(m, patient, by, at);
      const { standing } = await patientJourneys(m, patient);
      await lockInboxes(m, standing);
      const items: { journey: string; command: string }[] = [];
      for (const journey of standing) {
        const row = { type: 'legal-hold' as const, data: { at, ...data }, by, receivedAt: at };
        items.push({ journey, command: (await appendRow(m, journey, row)).id });
      }
      await this.accesses.note(request, { status: 202 }, m);
      return new Answer(202, { items });
    });
  }
}
