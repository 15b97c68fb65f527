import { acknowledgeBody, now, planBody, reportBody, requestBody, tellBody } from './bodies';
import { CONSULTANT, REGISTRAR, RIS, VETTER } from './client';
import type { Sender } from './sender';

/** What is done for one examination with a critical finding, one thing after another, until nothing is owed. */
const STEPS: readonly [type: string, who: string, body: () => Record<string, unknown>][] = [
  ['vet', VETTER, () => ({ priority: 'urgent' })],
  ['images', RIS, () => ({ at: now() })],
  ['report', RIS, reportBody],
  ['acknowledge', CONSULTANT, acknowledgeBody],
  ['plan', CONSULTANT, planBody],
  ['tell', REGISTRAR, tellBody],
  ['gp-receipt', RIS, () => ({ at: now(), version: 'r1' })],
];

/** How many stages there are: from only requested to closed. */
export const STAGES = STEPS.length + 1;
/** Reported, and nobody has acknowledged. */
export const REPORTED = 3;
export const CLOSED = STEPS.length;

/** An examination that has come to some stage, and can be brought to its end from there. */
export class Staged {
  private constructor(
    private readonly sender: Sender,
    readonly id: string,
    /** How many of the steps are done. */
    public done: number,
  ) {}

  static async at(sender: Sender, stage: number): Promise<Staged> {
    const { journey } = await sender.send('/api/v1/journeys', RIS, requestBody());
    const staged = new Staged(sender, journey!, 0);
    await staged.goTo(stage);
    return staged;
  }

  /** @param between what passes before each step, from the stage that was reached */
  async goTo(
    stage: number,
    between: (done: number) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    for (; this.done < stage; this.done++) {
      await between(this.done);
      const [type, who, body] = STEPS[this.done]!;
      await this.sender.send(`/api/v1/journeys/${this.id}/${type}`, who, body());
    }
  }

  /** The next step is sent and accepted, while nobody can say yet what becomes of it. */
  async sendNext(): Promise<void> {
    const [type, who, body] = STEPS[this.done++]!;
    await this.sender.accepted(`/api/v1/journeys/${this.id}/${type}`, who, body());
  }
}
