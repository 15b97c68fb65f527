import type { Action, Actor, InputType, Inputs } from '../../domain/inputs';
import type { Priority, Region } from '../../domain/vocabulary';
import type { Submission } from '../../src/intake/intake.service';
import type { Clinic } from './clinic';
import { ExaminationRecord } from './examination-record';
import type { ReportDetails, RequestDetails } from './messages';
import { orderNumber, PATIENT, reportFact, requestFact, STRANGER } from './messages';
import type { PersonId } from './people';
import { actor, system } from './people';
import { later } from './played-dates';

/** One examination in the case, with a verb for everything that people and systems do about it. */
export class Examination extends ExaminationRecord {
  /** The last report version that came. */
  private version = 'r1';
  /** Temporal's runs of this journey; a closed one that reopens has several. */
  readonly runs = new Set<string>();
  /** The last action that was planned. */
  private action = '';

  private constructor(
    clinic: Clinic,
    journey: string,
    /** What the source systems call it. */
    private readonly order: string,
    readonly regions: Region[],
  ) {
    super(clinic, journey);
  }

  static async requested(clinic: Clinic, details: RequestDetails): Promise<Examination> {
    const order = `${clinic.caseId}-${clinic.examinations.length + 1}`;
    return Examination.opened(clinic, order, details.regions, {
      type: 'request',
      data: requestFact(clinic, details),
      by: system('order-comms'),
      identifiers: [orderNumber(order)],
      patient: PATIENT,
    });
  }

  static async unheralded(
    clinic: Clinic,
    type: InputType,
    data: object,
    identified: boolean,
  ): Promise<Examination> {
    const order = `${clinic.caseId}-${clinic.examinations.length + 1}`;
    return Examination.opened(clinic, order, [], {
      type,
      data: data as Inputs[InputType],
      by: system('ris'),
      ...(identified ? { identifiers: [orderNumber(order)] } : {}),
      patient: STRANGER,
    });
  }

  private static async opened(
    clinic: Clinic,
    order: string,
    regions: Region[],
    message: Submission,
  ): Promise<Examination> {
    const { journey } = await clinic.loop.send(message.type, message.data, message);
    const examination = new Examination(clinic, journey, order, regions);
    clinic.examinations.push(examination);
    await examination.noteRun();
    return examination;
  }

  // ---- what source systems say ---------------------------------------------------------------------------------------

  /** The order turns up after its result. */
  async requestArrives(details: RequestDetails): Promise<void> {
    await this.fact('request', requestFact(this.clinic, details), 'order-comms');
  }
  async cancelled(): Promise<void> {
    await this.fact('cancel', { at: this.now }, 'order-comms');
  }
  async imaged(from: 'pacs' | 'ris' = 'pacs'): Promise<void> {
    await this.fact('images', { at: this.now, site: 'synthetic-site', count: 2 }, from);
  }
  async sentElsewhere(): Promise<void> {
    await this.fact(
      'transfer',
      { at: this.now, id: 't1', from: 'synthetic-site', to: 'other-site', count: 2 },
      'pacs',
    );
  }
  async arrivedElsewhere(): Promise<void> {
    await this.fact('transfer-received', { at: this.now, id: 't1', complete: true, count: 2 }, 'pacs');
  }
  /** Somebody looks at images that have no report. */
  async looked(person: PersonId, quality: 'diagnostic' | 'low-definition'): Promise<void> {
    await this.fact('viewed', { at: this.now, person, quality }, 'pacs');
  }
  async reported(details: ReportDetails = {}): Promise<void> {
    const data = reportFact(this.now, details, this.regions);
    this.version = `r${data.version}`;
    await this.fact('report', data, 'ris');
  }
  /** The practice's system confirms the receipt. */
  async receivedByPractice(): Promise<void> {
    await this.fact('gp-receipt', { at: this.now, version: this.version }, 'order-comms');
  }

  // ---- what people do ------------------------------------------------------------------------------------------------

  async vetted(priority: Priority = 'routine'): Promise<void> {
    await this.command('vet', { priority }, 'vetter-1');
  }
  async claimed(by: PersonId): Promise<void> {
    await this.command('claim', {}, by);
  }
  async acknowledged(by: PersonId, findings: string[] = [], voice = false): Promise<void> {
    const how = voice ? { how: 'voice', readBack: true } : { how: 'screen' };
    await this.command('acknowledge', { version: this.version, findings, ...how }, by);
  }
  /** Plans one action for a finding, for somebody to do within some days. */
  async planned(by: PersonId, what: Action['what'], owner: PersonId, days: number, id = 'f1'): Promise<void> {
    const action: Action = { id: 'a1', what, owner: actor(owner), by: later(this.now, { days }) };
    this.action = `${this.version}:${id}:${action.id}`;
    await this.command('plan', { version: this.version, finding: id, actions: [action] }, by);
  }
  /** Whoever is to do the planned action accepts it. */
  async actionAccepted(by: PersonId): Promise<void> {
    await this.command('accept', { offer: `action:${this.action}` }, by);
  }
  async actionDeclined(by: PersonId): Promise<void> {
    await this.command('decline', { offer: `action:${this.action}`, reason: 'not-my-patient' }, by);
  }
  /** Somebody rings about the report, and what comes of it is on record. */
  async rung(
    by: PersonId,
    whom: PersonId,
    outcome: Inputs['call']['outcome'],
    findings: string[] = [],
  ): Promise<void> {
    const duty = `acknowledge:${this.version}`;
    await this.command('call', { duty, whom: actor(whom), at: this.now, outcome, findings }, by);
  }
  /** Whoever was offered the patient accepts. */
  async accepted(by: PersonId, offer: string): Promise<void> {
    await this.command('accept', { offer }, by);
  }
  /** The patient goes home; what is owed is offered to their GP. */
  async patientDischarged(id: string): Promise<void> {
    await this.fact('discharged', { at: this.now, id }, 'pas');
  }
  /** The patient moves to somebody. */
  async patientMoved(id: string, to: PersonId): Promise<void> {
    await this.fact('moved', { at: this.now, id, to: actor(to) }, 'pas');
  }
  /** The planned action is done, and here is the proof. */
  async done(by: PersonId, proof: Inputs['complete']['proof']['kind']): Promise<void> {
    await this.command(
      'complete',
      { action: this.action, proof: { kind: proof, ref: `${this.order}-proof` } },
      by,
    );
  }
  async told(by: PersonId, how: 'in-person' | 'telephone' | 'letter' = 'in-person'): Promise<void> {
    const data = { version: this.version, at: this.now, to: 'patient', how, outcome: 'told' };
    await this.command('tell', data, by);
  }
  async clarified(by: PersonId, decision: Inputs['clarify']['decision']): Promise<void> {
    await this.command('clarify', { decision }, by);
  }
  async explained(by: PersonId, duty: string): Promise<void> {
    await this.command('explain', { duty }, by);
  }
  /** Something about the failsafe itself was reviewed; the first time that it was due. */
  async reviewed(by: PersonId, what: string): Promise<void> {
    await this.command(
      'reviewed',
      { duty: `review:${what}/1`, outcome: 'met', evidence: `${this.order}-review` },
      by,
    );
  }
  /** The family complains. */
  async complained(id: string): Promise<void> {
    await this.fact('enquiry', { at: this.now, id, from: 'relative', about: 'complaint' }, 'pas');
  }
  async answered(by: PersonId, id: string): Promise<void> {
    await this.command('answer', { enquiry: id }, by);
  }
  /** The desk finds the journey to which an unmatched message belongs. */
  async matchedTo(other: Examination, by: PersonId): Promise<void> {
    await this.command('match', { journey: other.journey }, by);
  }

  private async noteRun(): Promise<void> {
    const { runId } = await this.clinic.loop.env.client.workflow.getHandle(this.journey).describe();
    this.runs.add(runId);
  }

  private get now(): string {
    return this.clinic.moment;
  }

  private async fact(type: InputType, data: object, from: Parameters<typeof system>[0]): Promise<void> {
    await this.send(type, data, { by: system(from), identifiers: [orderNumber(this.order)] });
  }

  private async command(type: InputType, data: object, by: PersonId): Promise<void> {
    await this.send(type, data, { by: actor(by), journey: this.journey });
  }

  /** A person who was in time must not be refused: then the script, or the loop, is wrong. */
  private async send(
    type: InputType,
    data: object,
    more: { by: Actor } & Partial<Submission>,
  ): Promise<void> {
    const { outcome } = await this.clinic.loop.send(type, data, more);
    await this.noteRun();
    if (outcome.result === 'recorded') return;
    throw new Error(
      `${this.order}: ${type} by ${more.by.person} was ${outcome.result} (${outcome.code ?? 'known already'})`,
    );
  }
}
