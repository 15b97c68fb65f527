import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { acknowledgeBody, planBody, reportBody, requestBody, tellBody } from '../../system/support/bodies';
import { CONSULTANT, DESK, REGISTRAR, RIS, VETTER } from '../../system/support/client';
import type { Sent } from '../../system/support/sender';
import type { Story } from '../stories';
import { NOTE, PATIENT, PHRASE } from '../stories';

/**
 * A story that a stranger plays: a program in another language that shares no code with ours, with its own way of sending
 * again. What it says that it sent is all that we know of it.
 */

const PYTHON = process.platform === 'win32' ? 'python' : 'python3';
const SCRIPT = join(__dirname, 'sender.py');
export const FOREIGN = 'everything is done, by a foreign sender';

export const canHaveForeignSender = (): boolean => spawnSync(PYTHON, ['--version']).status === 0;

export const foreign: Story = {
  name: FOREIGN,
  ends: 'closed',
  play: (sender, _, betweenMs) =>
    new Promise((resolve, reject) => {
      const child = spawn(PYTHON, ['-I', SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      createInterface(child.stdout).on('line', (line) => keep(sender.log, JSON.parse(line) as Sent));
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`A foreign sender: ${said.trim()}`)),
      );
      child.stdin.end(`${JSON.stringify(told(sender.urls(), betweenMs, sender.patienceMs))}\n`);
    }),
};

/** Each line is the latest state of one thing. */
const keep = (log: Sent[], sent: Sent): void => {
  const known = log.find((s) => s.key === sent.key);
  if (!known) return void log.push(sent);
  delete known.trying;
  Object.assign(known, sent);
};

const told = (urls: readonly string[], betweenMs: number, patienceMs: number): object => ({
  urls,
  betweenMs,
  patienceMs,
  who: { ris: RIS, vetter: VETTER, consultant: CONSULTANT, registrar: REGISTRAR, desk: DESK },
  bodies: {
    request: requestBody({ patient: PATIENT }),
    report: reportBody({ text: PHRASE }),
    acknowledge: acknowledgeBody(),
    plan: planBody({ note: NOTE }),
    tell: tellBody({ note: NOTE }),
    note: NOTE,
  },
});
