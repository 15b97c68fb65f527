import type { Obligation } from '../../../domain/obligation';
import type { Stage } from '../../../domain/vocabulary';
import { CONSULTANT, finding, report, REQUESTER, VETTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { imaged, noAction, reported, requested, seen, toldInPerson } from '../support/journeys';

/** What lists show of a journey, and which of its deadlines comes next. */

export const LISTS: Examples = {
  'the stage of a journey is its earliest open one': (core) => {
    const loop = requested(core);
    const stages: Stage[] = [core.stageOf(loop.state)];
    const step = (act: () => unknown): void => {
      act();
      stages.push(core.stageOf(loop.state));
    };
    const refer = { id: 'a1', what: 'refer', owner: CONSULTANT, by: '2026-04-01T00:00:00.000Z' } as const;
    step(() => loop.act(VETTER, 'return', { reason: 'not-justified' }));
    step(() => loop.act(REQUESTER, 'clarify', { decision: 'change' }));
    step(() => loop.act(VETTER, 'vet', { priority: 'routine' }));
    step(() => loop.fact('images', {}));
    step(() => loop.fact('report', report(1, [finding('f1', 'cancer')])));
    step(() => loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1')));
    step(() => loop.act(REQUESTER, 'plan', { version: 'r1', finding: 'f1', actions: [refer] }));
    step(() => loop.act(REQUESTER, 'complete', { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'o1' } }));
    step(() => loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r1')));
    step(() => loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'other' }));
    step(() => loop.fact('gp-receipt', { version: 'r1' }));
    expect(stages.join(' ')).toBe(
      'vetting vetting vetting imaging reporting acknowledging acting acting telling telling telling resolving',
    );
    const evaluated = imaged(core, { setting: 'inpatient', modality: 'XR' });
    evaluated.act(CONSULTANT, 'evaluate', { delegation: 'theatre' });
    evaluated.fact('enquiry', { id: 'e1', from: 'patient', about: 'other' });
    expect(core.stageOf(evaluated.state)).toBe('resolving');
    const patient = reported(core, [], {}, { gp: { status: 'none' } });
    patient.act(REQUESTER, 'acknowledge', seen('r1'));
    expect(core.stageOf(patient.state)).toBe('telling');
    patient.act(REQUESTER, 'tell', toldInPerson(patient, 'r1'));
    expect(core.stageOf(patient.state)).toBe('closed');
  },
  'the category of a journey is the most dangerous that stands in it': (core) => {
    const loop = imaged(core);
    expect(core.categoryOf(loop.state)).toBeUndefined();
    loop.fact('report', report(1, [finding('f1', 'cancer'), finding('f2', 'urgent')]));
    expect(core.categoryOf(loop.state)).toBe('urgent');
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
    expect(core.categoryOf(loop.state)).toBe('critical');
    loop.fact('report', report(2, [], { status: 'amended' }));
    loop.act(REQUESTER, 'acknowledge', seen('flag:c1', 'f1'));
    loop.act(REQUESTER, 'plan', noAction('flag:c1', 'f1'));
    expect(core.categoryOf(loop.state)).toBe('critical');
  },
  'unreported: images and not yet a word of them': (core) => {
    expect(core.unreported(requested(core).state)).toBe(false);
    const loop = imaged(core);
    expect(core.unreported(loop.state)).toBe(true);
    loop.fact('report', report(1, [], { status: 'preliminary' }));
    expect(core.unreported(loop.state)).toBe(false);
    expect(core.unreported(new CheckedLoop(core).state)).toBe(false);
  },
  'deadlines at one instant: the more dangerous first, then by name, whatever order they opened in': (
    core,
  ) => {
    const loop = reported(core, [finding('f1', 'critical')]);
    const at = (o: Obligation): Obligation => ({ ...o, dueAt: loop.now });
    const [a, g, p] = ['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1'].map((key) => at(loop.duty(key)));
    const routine = { ...g!, category: 'routine' } as const;
    for (const list of [
      [p!, routine, a!],
      [a!, routine, p!],
      [routine, a!, p!],
    ]) {
      const state = { ...loop.state, obligations: Object.fromEntries(list.map((o) => [o.key, o])) };
      expect(core.nextObligation(state)?.key).toBe('acknowledge:r1');
      const { [a!.key]: _first, ...rest } = state.obligations;
      expect(core.nextObligation({ ...state, obligations: rest })?.key).toBe('tell-patient:r1');
    }
  },
  'a state kept by an earlier release gets what has been added since, and loses nothing': (core) => {
    const { state } = reported(core);
    const { overtaken: _overtaken, gone: _gone, ...kept } = state;
    expect(core.completed(kept as typeof state)).toEqual(state);
  },
};
