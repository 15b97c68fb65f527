import type { Commands, Facts, Finding, ReportFact } from '../../../domain/inputs';
import { CONSULTANT, REQUESTER, report, request, VETTER } from './builders';
import type { Core } from './core';
import { CheckedLoop } from './invariants';
import type { Loop } from './loop';

/** Journeys that have come some way, for examples that begin there. */

export const requested = (core: Core, otherwise: Partial<Facts['request']> = {}): CheckedLoop => {
  const loop = new CheckedLoop(core);
  loop.fact('request', request(otherwise));
  return loop;
};

export const accepted = (core: Core, otherwise: Partial<Facts['request']> = {}): CheckedLoop => {
  const loop = requested(core, otherwise);
  loop.act(VETTER, 'vet', { priority: 'routine' });
  return loop;
};

export const imaged = (core: Core, otherwise: Partial<Facts['request']> = {}): CheckedLoop => {
  const loop = accepted(core, otherwise);
  loop.wait('1d');
  loop.fact('images', {});
  loop.wait('1h');
  return loop;
};

/** The same on a loop of another kind. */
export const imagedBy = <L extends Loop>(loop: L): L => {
  loop.fact('request', request());
  loop.act(VETTER, 'vet', { priority: 'routine' });
  loop.fact('images', {});
  return loop;
};

/** Requested, imaged, and reported once, as r1. */
export const reported = (
  core: Core,
  findings: Finding[] = [],
  otherwise: Partial<ReportFact> = {},
  asked: Partial<Facts['request']> = {},
): CheckedLoop => {
  const loop = imaged(core, asked);
  loop.fact('report', report(1, findings, otherwise));
  return loop;
};

/** An acknowledgement that lists every alert finding, by voice with read-back. */
export const seen = (version: string, ...findings: string[]): Commands['acknowledge'] => ({
  version,
  findings,
  how: 'voice',
  readBack: true,
});

/** Told in person, now. */
export const toldInPerson = (loop: Loop, version: string): Commands['tell'] => ({
  version,
  at: loop.now,
  to: 'patient',
  how: 'in-person',
  outcome: 'told',
});

export const noAction = (version: string, finding: string): Commands['plan'] => ({
  version,
  finding,
  noAction: 'already-known',
});

/** r1 acknowledged, its findings planned without action, the patient and the GP told. */
export const finish = (loop: Loop, version: string, ...findings: string[]): void => {
  loop.act(REQUESTER, 'acknowledge', seen(version, ...findings));
  for (const id of findings) loop.act(REQUESTER, 'plan', noAction(version, id));
  loop.act(CONSULTANT, 'tell', toldInPerson(loop, version));
  loop.fact('gp-receipt', { version });
};
