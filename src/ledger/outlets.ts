import { PermanentFailure, SendFailure, TemporaryFailure } from '../asks/channels/channel';
import type { SmtpChannel } from '../asks/channels/smtp-channel';
import type { WebhookChannel } from '../asks/channels/webhook-channel';
import { writeCheckpoints } from './checkpoint-files';

/** A checkpoint as it goes out: the size of its tree, and its note. */
export interface Outgoing {
  size: number;
  note: string;
}

/** Somewhere outside of the database. */
export interface Outlet {
  target: 'file' | 'mail' | 'webhook';
  /** Each checkpoint, or only the newest there is. */
  each: boolean;
  /** How long it is left alone after it was given something. */
  restSeconds: number;
  /**
   * @param checkpoints by size, the smallest first; at least one
   * @param newest the size of the newest that there is
   * @throws SendFailure where they have not all arrived
   */
  send(checkpoints: readonly Outgoing[], newest: number, attempt: number): Promise<void>;
  close?(): Promise<void>;
}

/** What is out there does not fit to what is here: one of the two is not what was signed. */
export const CONTRADICTED = 'contradicted';

const PATIENCE_MS = 20_000;
const HOUR_SECONDS = 3600;

/** Into a folder, which should be on another machine: one file a checkpoint, and `latest`. */
export const fileOutlet = (folder: string): Outlet => ({
  target: 'file',
  each: true,
  restSeconds: 0,
  async send(checkpoints, newest) {
    const fits = await writeCheckpoints(folder, checkpoints, newest).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code?.toLowerCase() ?? 'failed';
      throw new TemporaryFailure(`file-${code}`, { cause: error });
    });
    if (!fits) throw new PermanentFailure(CONTRADICTED);
  },
});

/** To a mailbox, once an hour at most: the mail's text is the note. */
export const mailOutlet = (smtp: SmtpChannel, to: string): Outlet => ({
  target: 'mail',
  each: false,
  restSeconds: HOUR_SECONDS,
  async send(checkpoints, _, attempt) {
    const { size, note } = checkpoints.at(-1)!;
    const subject = `Imaging failsafe: checkpoint ${size} of the evidence`;
    const mail = { id: `checkpoint-${size}`, attempt, to, subject, text: note, pressing: false };
    await smtp.send(mail, AbortSignal.timeout(PATIENCE_MS));
  },
  close: () => smtp.close(),
});

/** To another system, signed as every webhook of ours is. */
export const webhookOutlet = (webhook: WebhookChannel, to: string): Outlet => ({
  target: 'webhook',
  each: false,
  restSeconds: 0,
  async send(checkpoints, _, attempt) {
    const { size, note } = checkpoints.at(-1)!;
    const body = { type: 'checkpoint.signed', data: { size, note } };
    await webhook.post({ id: `checkpoint-${size}`, attempt, to, body }, AbortSignal.timeout(PATIENCE_MS));
  },
});

/** A word for the log and for health; never a server's own. */
export const failureCode = (error: unknown): string => (error instanceof SendFailure ? error.code : 'failed');
