import type { SmtpSettings } from '../asks/channels/smtp-channel';
import type { WebhookSettings } from '../asks/channels/webhook-channel';
import { allowedOf, webhookOf } from '../asks/channel-settings';
import { mailOf } from '../asks/asks-settings';
import { PlainError } from '../local/plain-error';

/** Whom the alarm rings, and who outside listens for the heartbeat. None of it needs Postgres or Temporal. */
export interface AlarmSettings {
  /** The on-call engineer's mailbox, */
  mail?: { to: string; smtp: SmtpSettings };
  /** another system, such as a pager's. */
  webhook?: { to: string; settings: WebhookSettings };
  /** A monitor outside, which rings where it hears nothing. */
  heartbeat?: { to: string; settings: WebhookSettings };
}

const address = (name: string, value: string): string => {
  if (URL.canParse(value) && ['https:', 'http:'].includes(new URL(value).protocol)) return value;
  throw new PlainError(`${name} is no address that begins with https://.`, 'Correct it.');
};

const signed = (env: NodeJS.ProcessEnv): WebhookSettings => {
  const settings = webhookOf(env);
  if (settings) return settings;
  throw new PlainError('ALARM_WEBHOOK is set without WEBHOOK_SECRET.', 'Set WEBHOOK_SECRET too.');
};

/**
 * ALARM_MAIL, ALARM_WEBHOOK and HEARTBEAT_URL. Each may be left out; without the first two only the log says what is amiss.
 * @param smtpUrl the local mail sink, where there is one
 */
export const alarmSettings = (env: NodeJS.ProcessEnv, smtpUrl?: string): AlarmSettings => {
  const to = env['ALARM_MAIL'] || undefined;
  if (to !== undefined && !/^[^\s@,<>]+@[^\s@,<>]+$/u.test(to))
    throw new PlainError('ALARM_MAIL is no mail address.', 'Set one address, or leave it out.');
  const webhook = env['ALARM_WEBHOOK'] || undefined;
  const heartbeat = env['HEARTBEAT_URL'] || undefined;
  return {
    ...(to === undefined ? {} : { mail: { to, smtp: { ...mailOf(env, smtpUrl), connections: 1 } } }),
    ...(webhook === undefined
      ? {}
      : { webhook: { to: address('ALARM_WEBHOOK', webhook), settings: signed(env) } }),
    // A monitor only counts that it was called: it needs no signature, and gets one where there is a secret.
    ...(heartbeat === undefined
      ? {}
      : {
          heartbeat: {
            to: address('HEARTBEAT_URL', heartbeat),
            settings: webhookOf(env) ?? { secrets: [], allowed: allowedOf(env) },
          },
        }),
  };
};
