import { NotifyClient } from 'notifications-node-client';
import { instantInWords } from '../message';
import type { Channel, Message, Report, SendResult } from './channel';
import { PermanentFailure, SendFailure, TemporaryFailure } from './channel';
import { reportOfNotify } from './notify-status';

export interface NotifySettings {
  /** As Notify issues it: name, service and key in one. */
  apiKey: string;
  /** The template of a text: it may use ((what)), ((duty)), ((due)) and ((link)). */
  smsTemplate: string;
  url: string;
}

/** What an answer of Notify's says; its own wording may quote the number and stays there. */
interface Answered {
  status: number;
  data: unknown;
}

/**
 * Text messages through GOV.UK Notify, by its client library. Taking one over proves `sent`; `delivered` comes by its callback,
 * or by asking. Notify does not tell repetitions by our reference, so before a second try we look whether it has the first.
 */
export class NotifyChannel implements Channel {
  readonly name = 'sms' as const;

  constructor(private readonly settings: NotifySettings) {}

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    const client = this.client(signal);
    if (message.attempt > 1) {
      const had = await this.ask(() => client.getNotifications('sms', undefined, message.id));
      const [first] = (had as { notifications?: { id: string; status: string }[] }).notifications ?? [];
      // One that failed there is no reason to stop: then this try is a new one.
      if (first && !isFailed(reportOfNotify(first.status)))
        return resultOf(first.id, reportOfNotify(first.status));
    }
    const { purpose, dutyName, due, link } = message.facts;
    const options = {
      reference: message.id,
      personalisation: {
        what: purpose === 'ask' ? 'a duty waits for you' : 'stand down, a duty no longer waits for you',
        duty: dutyName,
        due: instantInWords(new Date(due)),
        link,
      },
    };
    const sent = await this.ask(() => client.sendSms(this.settings.smsTemplate, message.to, options));
    return resultOf((sent as { id?: string }).id, undefined);
  }

  async report(providerId: string, signal: AbortSignal): Promise<Report> {
    const found = await this.ask(() => this.client(signal).getNotificationById(providerId));
    return reportOfNotify((found as { status?: string }).status ?? '');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The library's own HTTP client waits for ever and follows redirects: ours does neither. */
  private client(signal: AbortSignal): NotifyClient {
    const client = new NotifyClient(this.settings.url, this.settings.apiKey);
    type Rest = Parameters<typeof client.setClient>[0];
    client.setClient(((options: Request) => call(options, signal)) as unknown as Rest);
    return client;
  }

  private async ask(request: () => Promise<unknown>): Promise<unknown> {
    try {
      return ((await request()) as Answered).data ?? {};
    } catch (error) {
      throw error instanceof SendFailure ? error : new TemporaryFailure('notify-away', { cause: error });
    }
  }
}

interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  data?: unknown;
}

const call = async ({ method, url, headers, data }: Request, signal: AbortSignal): Promise<Answered> => {
  const answer = await fetch(url, {
    method: method.toUpperCase(),
    headers: { ...headers, 'content-type': 'application/json' },
    ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    redirect: 'error',
    signal,
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw failureOf(answer.status);
  }
  return { status: answer.status, data: await answer.json() };
};

/** 400 is about this message (a number that is none, one not on the service's list). Anything else is about us or about them. */
const failureOf = (status: number): SendFailure =>
  status === 400 ? new PermanentFailure('notify-400') : new TemporaryFailure(`notify-${status}`);

const isFailed = (report: Report): boolean => report !== undefined && 'failed' in report;

const resultOf = (providerId: string | undefined, report: Report): SendResult => ({
  providerId,
  ...(report && 'proof' in report ? { proof: report.proof } : {}),
});
