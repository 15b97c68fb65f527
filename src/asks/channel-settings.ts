import type { BlockList } from 'node:net';
import { PlainError } from '../local/plain-error';
import type { BounceSettings } from './bounces/bounce-listener';
import { networks } from './channels/address-check';
import type { NotifySettings } from './channels/notify-channel';
import type { Returns } from './channels/verp';
import { fits } from './channels/verp';
import type { WebhookSettings } from './channels/webhook-channel';
import { secretBytes } from './channels/webhook-signature';

/** Settings of the channels beside mail, from the environment. A value itself is never printed: it may be a secret. */

const wrong = (setting: string, what: string, remedy: string): never => {
  throw new PlainError(`${setting} ${what}.`, remedy);
};

const words = (text: string | undefined): string[] =>
  (text ?? '').split(/[\s,]+/).filter((word) => word !== '');

/** The key of links and bounce addresses; too short a one could be guessed. */
export const linkSecretOf = (env: NodeJS.ProcessEnv): string | undefined => {
  const secret = env['LINK_SECRET'] || undefined;
  if (secret !== undefined && secret.length < 32)
    wrong('LINK_SECRET', 'is shorter than 32 characters', 'Make one: openssl rand -base64 32');
  return secret;
};

/** Where undeliverable mail is returned to, if that is set up. */
export const returnsOf = (env: NodeJS.ProcessEnv, secret: string | undefined): Returns | undefined => {
  const address = env['BOUNCE_ADDRESS'] || undefined;
  if (address === undefined) return undefined;
  if (secret === undefined)
    return wrong(
      'BOUNCE_ADDRESS',
      'is set without LINK_SECRET, which marks its addresses as ours',
      'Set LINK_SECRET too.',
    );
  if (!fits(address))
    wrong(
      'BOUNCE_ADDRESS',
      'is no address with at most 11 characters before the @ and no +',
      'Set it, for example BOUNCE_ADDRESS=bounces@failsafe.example.org.',
    );
  return { address, secret };
};

/** Where returned mail comes in: `127.0.0.1:2525`. Whoever binds it elsewhere puts a mail server of theirs before it. */
export const bouncesOf = (
  env: NodeJS.ProcessEnv,
  returns: Returns | undefined,
): BounceSettings | undefined => {
  const listen = env['BOUNCE_LISTEN'] || undefined;
  if (listen === undefined) return undefined;
  if (returns === undefined)
    return wrong(
      'BOUNCE_LISTEN',
      'is set without BOUNCE_ADDRESS',
      'Set the address that mail is returned to.',
    );
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(listen) ?? [];
  if (port === undefined || Number(port) > 65_535)
    wrong('BOUNCE_LISTEN', 'is no port or address:port', 'Set it, for example BOUNCE_LISTEN=127.0.0.1:2525.');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), returns };
};

/** How webhooks are signed, and which networks beside the public ones they may call. */
export const webhookOf = (env: NodeJS.ProcessEnv): WebhookSettings | undefined => {
  const secrets = words(env['WEBHOOK_SECRET']).map(
    (secret) =>
      secretBytes(secret) ??
      wrong(
        'WEBHOOK_SECRET',
        'is not "whsec_" followed by 24 to 64 bytes in base64',
        'Make one: echo whsec_$(openssl rand -base64 32). While one takes the place of another, list both.',
      ),
  );
  return secrets.length === 0 ? undefined : { secrets, allowed: allowedOf(env) };
};

/** The networks beside the public ones that may be called. */
export const allowedOf = (env: NodeJS.ProcessEnv): BlockList => {
  try {
    return networks(words(env['WEBHOOK_ALLOW']));
  } catch {
    return wrong(
      'WEBHOOK_ALLOW',
      'names something that is no network',
      'List networks, for example 10.20.0.0/16.',
    );
  }
};

const NOTIFY = 'https://api.notifications.service.gov.uk';

/** GOV.UK Notify, if a key is set. */
export const notifyOf = (env: NodeJS.ProcessEnv): NotifySettings | undefined => {
  const apiKey = env['NOTIFY_API_KEY'] || undefined;
  if (apiKey === undefined) return undefined;
  const smsTemplate = env['NOTIFY_SMS_TEMPLATE'] || undefined;
  if (smsTemplate === undefined)
    return wrong(
      'NOTIFY_API_KEY',
      'is set without NOTIFY_SMS_TEMPLATE',
      'Set the id of the template for texts.',
    );
  return { apiKey, smsTemplate, url: env['NOTIFY_URL'] || NOTIFY };
};
