import { setTimeout as sleep } from 'node:timers/promises';
import { CONSULTANT, DESK, REGISTRAR, RIS, VETTER } from '../system/support/client';
import {
  acknowledgeBody,
  freshOrder,
  now,
  planBody,
  reportBody,
  requestBody,
  tellBody,
} from '../system/support/bodies';
import type { Sender, Sent } from '../system/support/sender';
import type { Random } from './random';

/** What senders do around one examination, and how it must stand when all of it was taken in. */
export interface Story {
  name: string;
  /** Whether everything that is owed gets done. */
  ends: 'closed' | 'open';
  /** @param paceMs how long a sender takes between two things, at most */
  play: (sender: Sender, random: Random, paceMs: number) => Promise<void>;
}

/** Free text and patient details carry these words, and nothing outside of Postgres may. */
export const CANARIES = [
  '9990000107',
  'Zebedee Canaryson',
  'canary phrase of a report',
  'canary note',
] as const;
const [NHS, NAME] = CANARIES;
export const [, , PHRASE, NOTE] = CANARIES;
export const PATIENT = { nhsNumber: NHS, name: NAME };

/** One examination as its senders go through it: time passes between two things, and what fails is tried again. */
class Examination {
  constructor(
    private readonly sender: Sender,
    private readonly random: Random,
    private readonly paceMs: number,
    readonly id: string,
  ) {}

  static async requested(sender: Sender, random: Random, paceMs: number): Promise<Examination> {
    const body = requestBody({ patient: PATIENT });
    const { journey } = await sender.send('/api/v1/journeys', RIS, body);
    return new Examination(sender, random, paceMs, journey!);
  }

  async does(type: string, who: string, body: Record<string, unknown> = {}): Promise<Sent> {
    await sleep(this.random.between(0, this.paceMs));
    return this.sender.send(`/api/v1/journeys/${this.id}/${type}`, who, body);
  }

  async imaged(): Promise<void> {
    await this.does('vet', VETTER, { priority: 'urgent' });
    await this.does('images', RIS, { at: now(), count: 2 });
  }

  reported(more: object = {}): Promise<Sent> {
    return this.does('report', RIS, reportBody({ text: PHRASE, ...more }));
  }

  /** Whoever acknowledges has read the report. */
  async acknowledged(version = 'r1', findings: string[] = ['f1']): Promise<void> {
    await this.sender.read(
      `/api/v1/journeys/${this.id}`,
      CONSULTANT,
      ({ standingReport }) => (standingReport as { version?: string } | undefined)?.version === version,
    );
    await this.does('acknowledge', CONSULTANT, acknowledgeBody({ version, findings }));
    for (const finding of findings)
      await this.does('plan', CONSULTANT, planBody({ version, finding, note: NOTE }));
  }

  async told(version = 'r1'): Promise<void> {
    await this.does('tell', REGISTRAR, tellBody({ version, note: NOTE }));
    await this.does('gp-receipt', RIS, { at: now(), version });
    await this.explained();
  }

  /** What a wrong clock made look odd is the desk's to explain. */
  async explained(): Promise<void> {
    let odd: string[] = [];
    await this.sender.read(`/api/v1/journeys/${this.id}/obligations`, DESK, ({ items }) => {
      odd = (items as { kind: string; key: string }[])
        .filter((o) => o.kind === 'reconcile')
        .map((o) => o.key);
      return true;
    });
    for (const duty of odd) await this.does('explain', DESK, { duty, note: NOTE });
  }
}

const AMENDED = {
  version: 2,
  status: 'amended',
  findings: [
    { id: 'f1', category: 'critical', expected: false, region: 'chest' },
    { id: 'f2', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' },
  ],
} as const;

const happy: Story = {
  name: 'everything is done',
  ends: 'closed',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.imaged();
    await e.reported();
    await e.acknowledged();
    await e.told();
  },
};

const silent: Story = {
  name: 'a critical report that nobody acknowledges',
  ends: 'open',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.imaged();
    await e.reported();
  },
};

const amended: Story = {
  name: 'amended after it was told, and done again',
  ends: 'closed',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.imaged();
    await e.reported();
    await e.acknowledged();
    await e.told();
    await e.reported({ ...AMENDED, at: now() });
    await e.acknowledged('r2', ['f1', 'f2']);
    await e.told('r2');
  },
};

const amendedAndLeft: Story = {
  name: 'amended after it was told, and left at that',
  ends: 'open',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.imaged();
    await e.reported();
    await e.acknowledged();
    await e.told();
    await e.reported({ ...AMENDED, at: now() });
  },
};

const shuffled: Story = {
  name: 'facts in any order and more than once',
  ends: 'closed',
  async play(sender, random, paceMs) {
    const order = freshOrder();
    const facts: [string, Record<string, unknown>][] = [
      ['request', requestBody({ identifiers: [order], patient: PATIENT })],
      ['images', { at: now(), identifiers: [order], count: 2 }],
      ['report', reportBody({ identifiers: [order], text: PHRASE })],
    ];
    const twice = random.shuffled([...facts, ...facts]);
    const sent = await Promise.all(
      twice.map(([type, body]) => sender.send(`/api/v1/messages/${type}`, RIS, body)),
    );
    const e = new Examination(sender, random, paceMs, sent[0]!.journey!);
    await e.acknowledged();
    await e.told();
  },
};

const cancelled: Story = {
  name: 'cancelled before any image, by a clinical decision',
  ends: 'closed',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.does('cancel', RIS, { at: now() });
    await e.does('clarify', CONSULTANT, { decision: 'not-needed', note: NOTE });
    await e.explained();
  },
};

const unmatched: Story = {
  name: 'a report that belongs to nothing',
  ends: 'open',
  async play(sender) {
    await sender.send('/api/v1/messages/report', RIS, reportBody({ text: PHRASE }));
  },
};

const found: Story = {
  name: 'a report that the desk finds a home for',
  ends: 'closed',
  async play(sender, random, paceMs) {
    const e = await Examination.requested(sender, random, paceMs);
    await e.imaged();
    const stray = await sender.send('/api/v1/messages/report', RIS, reportBody({ text: PHRASE }));
    await sender.send(`/api/v1/journeys/${stray.journey}/match`, DESK, { journey: e.id });
    await e.acknowledged();
    await e.told();
  },
};

export const STORIES: readonly Story[] = [
  happy,
  silent,
  amended,
  shuffled,
  happy,
  cancelled,
  amendedAndLeft,
  unmatched,
  found,
  silent,
];
