import { PlainError } from '../local/plain-error';
import type { BounceSettings } from './bounces/bounce-listener';
import { bouncesOf, linkSecretOf, notifyOf, returnsOf, webhookOf } from './channel-settings';
import type { NotifySettings } from './channels/notify-channel';
import type { SmtpSettings } from './channels/smtp-channel';
import type { WebhookSettings } from './channels/webhook-channel';
import type { DispatcherSettings } from './dispatcher';

export interface AsksSettings extends DispatcherSettings {
  smtp: SmtpSettings;
  /** What is not set up is not there: the next contact point is tried. */
  notify?: NotifySettings | undefined;
  webhook?: WebhookSettings | undefined;
  bounces?: BounceSettings | undefined;
}

/** Mail servers commonly allow a client ten connections or more. */
const CONCURRENCY = 8;

/** What stands in for a mail server and a public address on a machine that has neither. */
export interface LocalStandIns {
  /** The local mail sink. */
  smtpUrl?: string | undefined;
  /** Where this program's own API and pages are. */
  url?: string | undefined;
  /** The key of links and bounce addresses that was made for this data folder. */
  linkSecret?: string | undefined;
}

const LOCAL_SENDER = 'Imaging Failsafe (local trial) <failsafe@imaging-failsafe.invalid>';

/**
 * Where mail goes and what it links to: `SMTP_URL`, `MAIL_FROM` and `PUBLIC_URL`, or the stand-ins of a local run. A real
 * mail server needs the other two: a sender that it accepts, and a link that people can open from where they are.
 */
export const asksSettings = (env: NodeJS.ProcessEnv, local: LocalStandIns = {}): AsksSettings => {
  const given = env['SMTP_URL'] || undefined;
  const mail = mailOf(env, local.smtpUrl);
  const publicUrl =
    env['PUBLIC_URL'] ||
    (given === undefined && local.url ? local.url : missing('PUBLIC_URL', 'https://failsafe.example.org'));
  checkUrl('PUBLIC_URL', publicUrl, ['http:', 'https:']);
  const linkSecret = linkSecretOf(env) ?? local.linkSecret;
  const returns = returnsOf(env, linkSecret);
  return {
    smtp: { ...mail, connections: CONCURRENCY, returns },
    publicUrl,
    linkSecret,
    concurrency: CONCURRENCY,
    notify: notifyOf(env),
    webhook: webhookOf(env),
    bounces: bouncesOf(env, returns),
  };
};

/**
 * The mail server, and who its mails are from.
 * @param local the local mail sink, where there is one
 */
export const mailOf = (env: NodeJS.ProcessEnv, local?: string): Pick<SmtpSettings, 'url' | 'from'> => {
  const given = env['SMTP_URL'] || undefined;
  const url = given ?? local;
  if (url === undefined)
    throw new PlainError(
      'No mail server is set, so nobody could be asked for anything.',
      'Set SMTP_URL, for example smtp://mail.example.org:587, with MAIL_FROM and PUBLIC_URL.',
    );
  checkUrl('SMTP_URL', url, ['smtp:', 'smtps:']);
  const from =
    env['MAIL_FROM'] || (given === undefined ? LOCAL_SENDER : missing('MAIL_FROM', 'failsafe@example.org'));
  return { url, from };
};

const missing = (setting: string, example: string): never => {
  throw new PlainError(
    `${setting} is not set, and a real mail server needs it.`,
    `Set it, for example ${setting}=${example}.`,
  );
};

/** The value itself is never printed: it may hold a password. */
const checkUrl = (setting: string, value: string, protocols: readonly string[]): void => {
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return;
  throw new PlainError(
    `${setting} is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    `Correct ${setting}; a password in it must be percent-encoded.`,
  );
};
