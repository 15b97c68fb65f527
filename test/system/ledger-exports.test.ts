import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmtpChannel } from '../../src/asks/channels/smtp-channel';
import { networks } from '../../src/asks/channels/address-check';
import { WebhookChannel } from '../../src/asks/channels/webhook-channel';
import { secretBytes } from '../../src/asks/channels/webhook-signature';
import { KeptGoneEndpoints } from '../../src/asks/gone-endpoints';
import { anchoring } from '../../src/ledger/anchoring';
import { Exporter } from '../../src/ledger/exporter';
import type { Outlet } from '../../src/ledger/outlets';
import { fileOutlet, mailOutlet, webhookOutlet } from '../../src/ledger/outlets';
import { openNote } from '../../src/ledger/signed-note';
import { Receiver } from '../support/receiver';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { StillClock } from './asks-world';
import { LedgerWorld, verifierOf } from './ledger-world';

/** Checkpoints that go elsewhere: to a real folder, mail server and web server, which fail as real ones do. */

const TO = 'evidence@northmoor.example.org';

let world: LedgerWorld;
let dir: string;
beforeEach(async () => {
  world = await LedgerWorld.start();
  dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-checkpoints-'));
});
afterEach(async () => {
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
});

const grown = async (times = 1): Promise<void> => {
  for (let i = 0; i < times; i++) {
    await world.recorded();
    await world.sequencer().drain();
  }
};
const look = (outlet: Outlet): Promise<void> => new Exporter(world.db, [outlet]).look();
/** Whatever waits for its next try is due now. */
const hurry = (): Promise<unknown> => world.db.query('update checkpoint_export set next_try_at = now()');
const progress = async () => {
  const [row] = await world.db.query<
    { size: string; attempts: number; failure: string | null; next_try_at: Date }[]
  >('select size, attempts, failure, next_try_at from checkpoint_export');
  return row && { ...row, size: Number(row.size) };
};
const files = (): string[] => readdirSync(dir).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const file = (name: string | number): string => readFileSync(join(dir, String(name)), 'utf8');
const exportsAre = async (): Promise<string> => (await anchoring(world.db)).exports;

describe('a folder', () => {
  test('has one file a checkpoint, and the latest; what is there already is left as it is', async () => {
    await grown(3);
    await look(fileOutlet(dir));
    const checkpoints = await world.checkpoints();
    expect(files()).toEqual([...checkpoints.map(({ size }) => String(size)), 'latest']);
    for (const { size, note } of checkpoints) expect(file(size)).toBe(note);
    expect(file('latest')).toBe(checkpoints.at(-1)!.note);

    await grown();
    await world.db.query('update checkpoint_export set size = 0'); // as after a restore of this table alone
    await look(fileOutlet(dir));
    expect(file('latest')).toBe((await world.checkpoints()).at(-1)!.note);
    expect(await progress()).toMatchObject({ size: 5, attempts: 0, failure: null });
  });

  test('that holds another checkpoint of a size is not written over, and health says so at once', async () => {
    await grown();
    writeFileSync(join(dir, '2'), 'another\n');
    await look(fileOutlet(dir));
    expect(file(2)).toBe('another\n');
    expect(await progress()).toMatchObject({ size: 0, failure: 'contradicted' });
    expect(await exportsAre()).toBe('failing');
  });

  test('that is ahead of the ledger shows that the ledger was cut or restored', async () => {
    await grown(2);
    await look(fileOutlet(dir));
    const before = file('latest');
    const restored = await LedgerWorld.start(); // an empty ledger under the same name
    try {
      await restored.sequencer(undefined, [world.signer]).drain();
      await new Exporter(restored.db, [fileOutlet(dir)]).look();
      expect(file('latest')).toBe(before);
      expect((await anchoring(restored.db)).exports).toBe('failing');
    } finally {
      await restored.stop();
    }
  });

  test('that cannot be written is tried again later; after an hour health says so, until it is mended', async () => {
    await grown();
    const blocked = join(dir, 'blocked');
    writeFileSync(blocked, '');
    await look(fileOutlet(blocked));
    expect(await progress()).toMatchObject({ size: 0, attempts: 1, failure: 'file-eexist' });
    expect(await exportsAre()).toBe('current');
    await look(fileOutlet(blocked));
    expect(await progress()).toMatchObject({ attempts: 1 }); // not before its time
    await world.db.query(`update checkpoint_export set failing_since = now() - interval '61 minutes'`);
    expect(await exportsAre()).toBe('failing');
    rmSync(blocked);
    await hurry();
    await look(fileOutlet(blocked));
    expect(await progress()).toMatchObject({ size: 2, attempts: 0, failure: null });
    expect(await exportsAre()).toBe('current');
  });

  test('is given to one worker at a time', async () => {
    await grown();
    let sent = 0;
    const slow: Outlet = {
      ...fileOutlet(dir),
      send: async () => {
        sent++;
        await new Promise((resolve) => setTimeout(resolve, 200));
      },
    };
    await Promise.all([look(slow), new Exporter(await world.another(), [slow]).look()]);
    expect(sent).toBe(1);
  });
});

test('a mailbox is sent the newest note, and nothing more for an hour', async () => {
  const smtp = await ScriptedSmtp.start();
  const channel = new SmtpChannel({ url: smtp.url, from: 'f@example.org', connections: 1 });
  const outlet = mailOutlet(channel, TO);
  try {
    await grown(3);
    await look(outlet);
    const [mail] = smtp.received;
    expect(smtp.received.map(({ to }) => to)).toEqual([TO]);
    expect(mail!.raw).toContain('Subject: Imaging failsafe: checkpoint 4 of the evidence');
    expect(mail!.raw).not.toContain('X-Failsafe-Ask');
    const text = decoded(mail!.raw);
    expect(openNote(text, [verifierOf(world.signer)])).toContain('\n4\n');
    await grown();
    await look(outlet);
    expect(smtp.received).toHaveLength(1);
    const rest = (await progress())!.next_try_at.getTime() - Date.now();
    expect(rest).toBeGreaterThan(59 * 60_000);
    await hurry();
    await look(outlet);
    expect(smtp.received).toHaveLength(2);
  } finally {
    await channel.close();
    await smtp.stop();
  }
});

/** A mail's text, of one part, as its reader sees it. */
const decoded = (raw: string): string => {
  const [head, ...body] = raw.split('\r\n\r\n');
  const text = body.join('\r\n\r\n');
  if (/content-transfer-encoding: base64/i.test(head!))
    return Buffer.from(text, 'base64').toString('utf8').replaceAll('\r\n', '\n');
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
};

test('another system is called with the newest note, signed as every webhook is, until it has it', async () => {
  const receiver = await Receiver.start();
  const secrets = [secretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!];
  const channel = new WebhookChannel(
    { secrets, allowed: networks(['127.0.0.1']) },
    new KeptGoneEndpoints(world.db, new StillClock()),
  );
  const outlet = webhookOutlet(channel, `http://127.0.0.1:${receiver.port}/checkpoints`);
  try {
    await grown(2);
    receiver.answers = (answer) => answer.writeHead(500).end();
    await look(outlet);
    expect(await progress()).toMatchObject({ size: 0, failure: 'webhook-500' });
    receiver.answers = (answer) => answer.writeHead(204).end();
    await hurry();
    await look(outlet);
    const [first, second] = receiver.calls;
    expect(JSON.parse(second!.body)).toEqual({
      type: 'checkpoint.signed',
      data: { size: 3, note: (await world.checkpoints()).at(-1)!.note },
    });
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.headers['failsafe-attempt']).toBe('2');
    expect(await progress()).toMatchObject({ size: 3, failure: null });
  } finally {
    await receiver.stop();
  }
});
