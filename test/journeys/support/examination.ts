import type { JourneyEvent } from '../../../domain/events';
import type { Actor, Commands, Facts, InputType } from '../../../domain/inputs';
import type { Journey } from '../../../domain/journey';
import type { Obligation } from '../../../domain/obligation';
import { IntakeService } from '../../../src/intake/intake.service';
import type { Accepted, Submission } from '../../../src/intake/intake.service';
import { Outcomes } from '../../../src/intake/outcomes';
import type { Outcome } from '../../../src/journeys/outcome';
import type { Loop } from '../../support/loop';
import { eventually } from './patience';

export const SYSTEM: Actor = { person: 'ris-1', role: 'system' };
export const VETTER: Actor = { person: 'vet-1', role: 'vetter' };
export const CONSULTANT: Actor = { person: 'dr-cons', role: 'consultant' };
export const REPORTER: Actor = { person: 'rep-1', role: 'reporter' };
export const LEAD: Actor = { person: 'lead-clinical', role: 'clinical-lead' };
export const DESK: Actor = { person: 'lead-desk', role: 'desk' };

let orders = 0;
/** An order number that no other test has. */
export const newOrder = (): Submission['identifiers'] => [
  { assigner: 'ris', type: 'order', value: `O${process.pid}-${++orders}` },
];

export const aRequest = (at: string): Facts['request'] => ({
  at,
  requester: { person: 'dr-req', profession: 'doctor' },
  consultant: 'dr-cons',
  gp: { status: 'registered', practice: 'P1', person: 'gp-1' },
  setting: 'inpatient',
  priority: 'urgent',
  patientClass: 'adult',
  modality: 'CT',
  examination: 'CTAP',
  regions: ['abdomen'],
  site: 'S1',
  nation: 'england',
});

export const aReport = (at: string, more: Partial<Facts['report']> = {}): Facts['report'] => ({
  version: 1,
  status: 'final',
  at,
  reporter: 'rep-1',
  findings: [{ id: 'f1', category: 'urgent', expected: false, region: 'abdomen' }],
  regions: [{ region: 'abdomen', statement: 'findings' }],
  ...more,
});

/** One journey, driven through intake as a sender would. */
export class Examination {
  constructor(
    readonly loop: Loop,
    readonly id: string,
  ) {}

  /** Requested now. */
  static async requested(
    loop: Loop,
    more: Partial<Submission> = {},
    fact: Partial<Facts['request']> = {},
  ): Promise<Examination> {
    const data = { ...aRequest(await loop.now()), ...fact };
    const { journey } = await loop.send('request', data, { identifiers: newOrder(), ...more });
    return new Examination(loop, journey);
  }

  /** Requested, vetted, imaged and reported, all now. */
  static async reported(loop: Loop, more: Partial<Facts['report']> = {}): Promise<Examination> {
    const exam = await Examination.requested(loop);
    await exam.does('vet', { priority: 'urgent' }, VETTER);
    await exam.hears('images', { at: await loop.now() });
    await exam.hears('report', aReport(await loop.now(), more));
    return exam;
  }

  /** A fact comes in, and its outcome is waited for. */
  hears<T extends keyof Facts>(type: T, data: Facts[T], more: Partial<Submission> = {}): Promise<Outcome> {
    return this.said(type, data, { ...more, by: SYSTEM });
  }

  /** A person commands, and the outcome is waited for. */
  does<T extends keyof Commands>(
    type: T,
    data: Commands[T],
    by: Actor,
    more: Partial<Submission> = {},
  ): Promise<Outcome> {
    return this.said(type, data, { ...more, by });
  }

  acknowledge(version = 'r1', findings = ['f1'], more: Partial<Submission> = {}): Promise<Outcome> {
    return this.does('acknowledge', { version, findings, how: 'screen' }, CONSULTANT, more);
  }

  /** Acted on, told, and the GP's receipt: whatever is left for an acknowledged report. */
  async finish(version = 'r1'): Promise<void> {
    await this.does('plan', { version, finding: 'f1', noAction: 'already-known' }, CONSULTANT);
    const at = await this.loop.now();
    await this.does('tell', { version, at, to: 'patient', how: 'in-person', outcome: 'told' }, CONSULTANT);
    await this.hears('gp-receipt', { at, version });
  }

  /** Submits without waiting. */
  submit(type: InputType, data: object, by: Actor, more: Partial<Submission> = {}): Promise<Accepted> {
    return this.loop.app
      .get(IntakeService)
      .submit({ type, data, by, journey: this.id, ...more } as Submission);
  }

  outcomeOf(row: Pick<Accepted, 'id'>): Promise<Outcome> {
    return eventually(`the outcome of ${row.id}`, () => this.loop.app.get(Outcomes).of(row.id));
  }

  private async said(
    type: InputType,
    data: object,
    more: Partial<Submission> & { by: Actor },
  ): Promise<Outcome> {
    return this.outcomeOf(await this.submit(type, data, more.by, more));
  }

  state(): Promise<Journey> {
    return this.loop.journey(this.id);
  }

  events(): Promise<JourneyEvent[]> {
    return this.loop.events(this.id);
  }

  /** Events of one cause. */
  async of(cause: string): Promise<JourneyEvent[]> {
    return (await this.events()).filter((e) => e.cause === cause);
  }

  async open(): Promise<string[]> {
    return Object.keys((await this.state()).obligations).sort();
  }

  async duty(key: string): Promise<Obligation> {
    const duty = (await this.state()).obligations[key];
    if (!duty) throw new Error(`${key} is not open`);
    return duty;
  }

  async closed(): Promise<boolean> {
    return (await this.state())?.closed === true;
  }

  get handle() {
    return this.loop.env.client.workflow.getHandle(this.id);
  }

  /** Which run is at work, or was last. */
  async run(): Promise<string> {
    return (await this.handle.describe()).runId;
  }

  async status(): Promise<string> {
    return (await this.handle.describe()).status.name;
  }
}
