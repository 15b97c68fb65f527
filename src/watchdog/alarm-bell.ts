import { Logger } from '@nestjs/common';
import { SmtpChannel } from '../asks/channels/smtp-channel';
import { WebhookChannel } from '../asks/channels/webhook-channel';
import { randomUUIDv7 } from '../ids';
import type { Ring, Trouble } from './alarm';
import { Alarm } from './alarm';
import type { AlarmSettings } from './alarm-settings';

const PATIENCE_MS = 15_000;

/** One that said it is gone may be back: an alarm tries everybody each time. */
const NEVER_GONE = { has: () => Promise.resolve(false), add: () => Promise.resolve() };

/** What it says, to whom. Every way is tried; whoever was reached was reached. */
interface Way {
  name: string;
  ring(id: string, ring: Ring, text: string): Promise<unknown>;
}

/** Rings the on-call engineer, by ways that need neither Postgres nor Temporal, and tells a monitor outside that it lives. */
export class AlarmBell {
  private readonly log = new Logger('alarm');
  private readonly alarm = new Alarm();
  private readonly smtp: SmtpChannel | undefined;
  private readonly ways: Way[] = [];
  private readonly heartbeat: (() => Promise<unknown>) | undefined;

  constructor({ mail, webhook, heartbeat }: AlarmSettings) {
    const signal = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS);
    if (mail) {
      this.smtp = new SmtpChannel(mail.smtp);
      const { smtp } = this;
      this.ways.push({
        name: 'mail',
        ring: (id, ring, text) =>
          smtp.send(
            {
              id,
              attempt: 1,
              to: mail.to,
              subject: subjectOf(ring),
              text,
              pressing: ring.kind === 'trouble',
            },
            signal(),
          ),
      });
    }
    if (webhook) {
      const channel = new WebhookChannel(webhook.settings, NEVER_GONE);
      this.ways.push({
        name: 'webhook',
        ring: (id, ring) => channel.post({ id, attempt: 1, to: webhook.to, body: bodyOf(ring) }, signal()),
      });
    }
    if (heartbeat) {
      const channel = new WebhookChannel(heartbeat.settings, NEVER_GONE);
      const body = { type: 'watchdog.alive', data: {} };
      this.heartbeat = () =>
        channel.post({ id: `beat-${randomUUIDv7()}`, attempt: 1, to: heartbeat.to, body }, signal());
    }
    if (this.ways.length === 0)
      this.log.log(
        'Nobody is rung where the service is amiss: set ALARM_MAIL or ALARM_WEBHOOK (docs/OPERATIONS.md).',
      );
  }

  /** Says what is amiss now, where it is time to. What reaches nobody is tried again the next time. */
  async tell(troubles: readonly Trouble[]): Promise<void> {
    const ring = this.alarm.next(troubles, performance.now());
    if (!ring) return;
    const text = textOf(ring);
    if (ring.kind === 'trouble') this.log.error({ msg: 'ALARM', troubles: ring.troubles });
    else this.log.log({ msg: 'ALARM over: all is well again' });
    const id = randomUUIDv7();
    const reached = await Promise.all(this.ways.map((way) => this.try(way, id, ring, text)));
    if (reached.length === 0 || reached.includes(true)) this.alarm.rung(ring, performance.now());
  }

  private async try(way: Way, id: string, ring: Ring, text: string): Promise<boolean> {
    try {
      await way.ring(id, ring, text);
      return true;
    } catch (err) {
      this.log.error({ msg: 'the alarm could not be rung', way: way.name, err });
      return false;
    }
  }

  /** Everything was looked at: a monitor outside may know. */
  async beat(): Promise<void> {
    await this.heartbeat?.().catch((err: unknown) =>
      this.log.warn({ msg: 'the monitor outside could not be told', err }),
    );
  }

  async close(): Promise<void> {
    await this.smtp?.close();
  }
}

const subjectOf = (ring: Ring): string =>
  ring.kind === 'all-clear'
    ? 'Imaging failsafe: all is well again'
    : `Imaging failsafe: ALARM (${ring.troubles.map(({ topic }) => topic).join(', ')})`;

const textOf = (ring: Ring): string =>
  ring.kind === 'all-clear'
    ? 'What the alarm rang for is over. The desk still owes an explanation of what was found.\n'
    : [
        'The imaging failsafe is amiss. While it is, somebody may not be asked who should be.',
        '',
        ...ring.troubles.map(({ text }) => `- ${text}`),
        '',
        'What to do: docs/OPERATIONS.md. While it lasts, work by the local procedure for downtime.',
        '',
      ].join('\n');

const bodyOf = (ring: Ring): object =>
  ring.kind === 'all-clear'
    ? { type: 'service.all-clear', data: {} }
    : { type: 'service.alarm', data: { again: ring.again, troubles: ring.troubles } };
