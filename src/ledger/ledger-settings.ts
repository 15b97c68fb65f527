import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AsksSettings } from '../asks/asks-settings';
import type { SmtpSettings } from '../asks/channels/smtp-channel';
import type { WebhookSettings } from '../asks/channels/webhook-channel';
import { PlainError } from '../local/plain-error';
import type { Signer } from './signed-note';
import { verifierKey } from './signed-note';

export interface LedgerSettings {
  /** What signs checkpoints: one key, or two while one takes the place of another. All under the ledger's name. */
  signers: readonly Signer[];
  /** Where checkpoints go: a folder, */
  file?: string | undefined;
  /** a mailbox, */
  mail?: { to: string; smtp: SmtpSettings } | undefined;
  /** another system. */
  webhook?: { to: string; settings: WebhookSettings } | undefined;
}

const ORIGIN = 'imaging-failsafe.invalid/trial';
const MAKE_ONE = 'Make one: openssl genpkey -algorithm ed25519 -out checkpoint-key.pem';

/** A key's file is named, and nothing of what is in it. */
const signerOf = (name: string, file: string): Signer => {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlainError(
      `CHECKPOINT_KEYS names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      `Name a file that the program may read. ${MAKE_ONE}`,
    );
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return { name, key };
  } catch {
    // Said below, and without the library's words, which may quote it.
  }
  throw new PlainError(
    `CHECKPOINT_KEYS names ${file}, which is no Ed25519 private key in PEM (PKCS 8), or has a passphrase.`,
    MAKE_ONE,
  );
};

const originOf = (env: NodeJS.ProcessEnv): string => {
  const origin = env['CHECKPOINT_ORIGIN'] || ORIGIN;
  if (!/[\s+\p{C}]/u.test(origin)) return origin;
  throw new PlainError(
    'CHECKPOINT_ORIGIN has a space, a plus sign or a control character in it.',
    'Name this ledger for ever, for example CHECKPOINT_ORIGIN=failsafe.example.org/evidence.',
  );
};

const signersOf = (env: NodeJS.ProcessEnv, kept: string | undefined): Signer[] => {
  const given = (env['CHECKPOINT_KEYS'] ?? '').split(',').map((file) => file.trim());
  const files = given.filter((file) => file !== '');
  if (files.length === 0 && kept !== undefined) files.push(kept);
  if (files.length === 0)
    throw new PlainError(
      'No key is set that signs checkpoints, so nobody could prove later what was recorded.',
      `Set CHECKPOINT_KEYS to the file of one. ${MAKE_ONE}`,
    );
  const origin = originOf(env);
  const signers = files.map((file) => signerOf(origin, file));
  if (signers.length > 2 || new Set(signers.map(verifierKey)).size < signers.length)
    throw new PlainError(
      'CHECKPOINT_KEYS names more than two keys, or one of them twice.',
      'Name the key that signs, and beside it at most the one whose place it takes.',
    );
  return signers;
};

const webhookOf = (
  to: string | undefined,
  { webhook: settings }: AsksSettings,
): LedgerSettings['webhook'] => {
  if (to === undefined) return undefined;
  if (settings === undefined)
    throw new PlainError('CHECKPOINT_WEBHOOK is set without WEBHOOK_SECRET.', 'Set WEBHOOK_SECRET too.');
  if (URL.canParse(to) && ['https:', 'http:'].includes(new URL(to).protocol)) return { to, settings };
  throw new PlainError('CHECKPOINT_WEBHOOK is no address that begins with https://.', 'Correct it.');
};

/**
 * How the ledger is signed, and where its checkpoints go, from the environment.
 * @param asks how mail and webhooks are sent
 * @param kept the key that was made for a local run; without it CHECKPOINT_KEYS must name one
 */
export const ledgerSettings = (env: NodeJS.ProcessEnv, asks: AsksSettings, kept?: string): LedgerSettings => {
  const to = env['CHECKPOINT_MAIL'] || undefined;
  if (to !== undefined && !/^[^\s@,<>]+@[^\s@,<>]+$/u.test(to))
    throw new PlainError('CHECKPOINT_MAIL is no mail address.', 'Set one address, or leave it out.');
  return {
    signers: signersOf(env, kept),
    file: env['CHECKPOINT_FILE'] || undefined,
    mail: to === undefined ? undefined : { to, smtp: asks.smtp },
    webhook: webhookOf(env['CHECKPOINT_WEBHOOK'] || undefined, asks),
  };
};
