import type { RefusalCode, UNUSABLE } from '../../../domain/refusals';
import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  DESK,
  finding,
  GP,
  OTHER_REPORTER,
  report,
  REPORTER,
  REQUESTER,
  SYSTEM,
  T0,
  VETTER,
} from '../support/builders';
import type { Core } from '../support/core';
import {
  accepted,
  finish,
  imaged,
  noAction,
  reported,
  requested,
  seen,
  toldInPerson,
} from '../support/journeys';
import type { Outcome } from '../support/loop';
import { CheckedLoop } from '../support/invariants';
import type { Loop } from '../support/loop';

/** What a person may not do, and why: every code, each with the acts that it answers. */

const CANCER = finding('f1', 'cancer');
const refer = (loop: Loop) =>
  ({ id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '9d') }) as const;

/** The requester is rung about the first report. */
const RUNG = { duty: 'acknowledge:r1', whom: REQUESTER, at: T0 };

export const REFUSED: Record<Exclude<RefusalCode, (typeof UNUSABLE)[number]>, (core: Core) => Outcome[]> = {
  stale: (core) => {
    const loop = requested(core);
    return [loop.act(VETTER, 'vet', { priority: 'urgent' }, { ifMatch: loop.state.clinical - 1 })];
  },
  'not-owed': (core) => {
    const vetted = imaged(core);
    const preliminary = imaged(core);
    preliminary.fact('report', report(1, [], { status: 'preliminary' }));
    return [
      new CheckedLoop(core).act(VETTER, 'vet', { priority: 'urgent' }),
      vetted.act(VETTER, 'return', { reason: 'duplicate' }),
      vetted.act(REQUESTER, 'clarify', { decision: 'rebook' }),
      vetted.act(REPORTER, 'release', {}),
      requested(core).act(REPORTER, 'claim', {}),
      requested(core).act(CONSULTANT, 'evaluate', { delegation: 'theatre' }),
      reported(core).act(REPORTER, 'assure', { version: 'r1', regions: [] }),
      preliminary.act(REQUESTER, 'acknowledge', seen('r1')),
      preliminary.act(REQUESTER, 'tell', toldInPerson(preliminary, 'r1')),
      reported(core, [CANCER]).act(REQUESTER, 'plan', noAction('r1', 'f1')),
    ];
  },
  'already-done': (core) => {
    const loop = reported(core, [CANCER]);
    finish(loop, 'r1', 'f1');
    const claimed = imaged(core);
    claimed.act(REPORTER, 'claim', {});
    const planned = reported(core, [CANCER]);
    planned.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    planned.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer(planned)] });
    const proof = { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'o1' } } as const;
    planned.act(CONSULTANT, 'complete', proof);
    return [
      accepted(core).act(VETTER, 'vet', { priority: 'urgent' }),
      claimed.act(REPORTER, 'claim', {}),
      loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1')),
      loop.act(CONSULTANT, 'plan', noAction('r1', 'f1')),
      loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1')),
      planned.act(CONSULTANT, 'complete', proof),
    ];
  },
  'no-report': (core) => {
    const loop = reported(core);
    return [
      loop.act(REQUESTER, 'acknowledge', seen('r2')),
      loop.act(REQUESTER, 'plan', noAction('r2', 'f1')),
      loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r2')),
      loop.act(REPORTER, 'assure', { version: 'r2', regions: [] }),
    ];
  },
  'version-superseded': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('report', report(2, [], { status: 'amended' }));
    return [
      loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1')),
      loop.act(REQUESTER, 'plan', noAction('r1', 'f1')),
      loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r1')),
    ];
  },
  'claimed-by-another': (core) => {
    const loop = imaged(core);
    loop.act(REPORTER, 'claim', {});
    return [loop.act(OTHER_REPORTER, 'claim', {})];
  },
  'not-yours': (core) => {
    const loop = imaged(core);
    loop.act(REPORTER, 'claim', {});
    const moved = reported(core);
    moved.fact('moved', { id: 'm1', to: CONSULTANT });
    return [
      loop.act(OTHER_REPORTER, 'release', {}),
      moved.act(GP, 'accept', { offer: 'move:m1:dr-birch' }),
      moved.act(REQUESTER, 'decline', { offer: 'move:m1:dr-birch', reason: 'no-capacity' }),
      moved.act(CONSULTANT, 'offer', { to: GP }),
      moved.act(CONSULTANT, 'offer', { duty: 'acknowledge:r1', to: GP }),
    ];
  },
  'not-an-unmatched-message': (core) => [requested(core).act(DESK, 'match', { journey: 'j2' })],
  'journey-merged': (core) => {
    const loop = requested(core);
    loop.receive('merged', { into: 'j0' }, SYSTEM);
    return [loop.act(VETTER, 'vet', { priority: 'urgent' })];
  },
  'role-not-permitted': (core) => {
    const loop = reported(core);
    const theatre = imaged(core, { setting: 'inpatient', modality: 'XR' });
    const patient = reported(core);
    patient.fact('moved', { id: 'm1', to: { role: 'reporter' } });
    return [
      loop.act(REQUESTER, 'waive', { duty: 'tell-gp:r1', reason: 'not-appropriate' }),
      theatre.act(REPORTER, 'evaluate', { delegation: 'theatre' }),
      loop.act(SYSTEM, 'acknowledge', seen('r1')),
      loop.act(SYSTEM, 'call', { ...RUNG, outcome: 'unable-to-reach' }),
      loop.act(DESK, 'call', { ...RUNG, whom: REPORTER, outcome: 'read-back' }),
      patient.act(REPORTER, 'accept', { offer: 'move:m1:reporter' }),
      loop.act(SYSTEM, 'tell', toldInPerson(loop, 'r1')),
    ];
  },
  'second-person-must-differ': (core) => {
    const loop = reported(core, [CANCER]);
    const waiver = { duty: 'acknowledge:r1', reason: 'not-appropriate' };
    loop.act(CLINICAL_LEAD, 'waive', waiver);
    return [
      loop.act(REQUESTER, 'call', { ...RUNG, outcome: 'read-back', findings: ['f1'] }),
      loop.act(CLINICAL_LEAD, 'waive', waiver),
      loop.act({ ...CLINICAL_LEAD, role: 'medical-lead' }, 'waive', waiver),
    ];
  },
  'unknown-duty': (core) => {
    const loop = requested(core);
    const unbooked = accepted(core);
    unbooked.fact('unbooked', {});
    return [
      loop.act(CLINICAL_LEAD, 'waive', { duty: 'report', reason: 'not-appropriate' }),
      loop.act(CLINICAL_LEAD, 'reassign', { duty: 'report', to: CONSULTANT }),
      loop.act(DESK, 'explain', { duty: 'vet' }),
      loop.act(DESK, 'call', { ...RUNG, outcome: 'no-read-back' }),
      loop.act(REQUESTER, 'offer', { duty: 'report', to: CONSULTANT }),
      unbooked.act(REQUESTER, 'clarify', { duty: 'clarify:cancelled', decision: 'rebook' }),
    ];
  },
  'unknown-finding': (core) => {
    const loop = reported(core, [CANCER, finding('f2', 'routine')]);
    const outcomes = [loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1', 'f2'))];
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    return [...outcomes, loop.act(REQUESTER, 'plan', noAction('r1', 'f2'))];
  },
  'findings-incomplete': (core) => [
    reported(core, [CANCER, finding('f2', 'urgent')]).act(REQUESTER, 'acknowledge', seen('r1', 'f1')),
  ],
  'read-back-required': (core) => {
    const loop = reported(core, [CANCER, finding('f2', 'critical')]);
    const spoken = seen('r1', 'f1', 'f2');
    return [
      loop.act(REQUESTER, 'acknowledge', { ...spoken, how: 'screen' }),
      loop.act(REQUESTER, 'acknowledge', { ...spoken, readBack: false }),
    ];
  },
  'human-contact-required': (core) => {
    const loop = reported(core, [CANCER]);
    const told = toldInPerson(loop, 'r1');
    const { how: _how, ...unsaid } = told;
    return [
      loop.act(CONSULTANT, 'tell', { ...told, how: 'letter' }),
      loop.act(CONSULTANT, 'tell', { ...told, how: 'portal' }),
      loop.act(CONSULTANT, 'tell', { ...told, to: 'nobody' }),
      loop.act(CONSULTANT, 'tell', unsaid),
      reported(core).act(CONSULTANT, 'tell', unsaid),
    ];
  },
  'plan-incomplete': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const plan = { version: 'r1', finding: 'f1' };
    return [
      loop.act(CONSULTANT, 'plan', plan),
      loop.act(CONSULTANT, 'plan', { ...plan, actions: [] }),
      loop.act(CONSULTANT, 'plan', { ...plan, actions: [refer(loop)], noAction: 'already-known' }),
      loop.act(CONSULTANT, 'plan', { ...plan, actions: [refer(loop), refer(loop)] }),
    ];
  },
  'unknown-action': (core) => [
    reported(core, [CANCER]).act(CONSULTANT, 'complete', {
      action: 'r1:f1:a1',
      proof: { kind: 'order', ref: 'o1' },
    }),
  ],
  'regions-incomplete': (core) => [
    reported(core, [], { regions: [] }).act(REPORTER, 'assure', { version: 'r1', regions: [] }),
    reported(core, [], { regions: [] }).act(REPORTER, 'assure', {
      version: 'r1',
      regions: [{ region: 'head', statement: 'no-findings' }],
    }),
  ],
  'unknown-enquiry': (core) => [reported(core).act(DESK, 'answer', { enquiry: 'e1' })],
  'not-delegated': (core) => [
    imaged(core).act(CONSULTANT, 'evaluate', { delegation: 'theatre' }),
    imaged(core, { setting: 'inpatient', modality: 'XR' }).act(CONSULTANT, 'evaluate', {
      delegation: 'dental',
    }),
  ],
  'reason-not-listed': (core) => [
    requested(core).act(CLINICAL_LEAD, 'waive', { duty: 'vet', reason: 'not-appropriate' }),
    requested(core).act(CLINICAL_LEAD, 'waive', { duty: 'vet', reason: 'too-busy' }),
  ],
  'unknown-offer': (core) => [
    reported(core).act(CONSULTANT, 'accept', { offer: 'move:m9' }),
    reported(core).act(CONSULTANT, 'decline', { offer: 'move:m9', reason: 'no-capacity' }),
  ],
  'offer-over': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', { id: 'm1', to: CONSULTANT });
    loop.fact('moved', { id: 'm2', to: GP });
    const outrun = loop.act(CONSULTANT, 'accept', { offer: 'move:m1:dr-birch' });
    loop.act(GP, 'accept', { offer: 'move:m2:gp-elm' });
    const late = reported(core, [CANCER]);
    late.fact('moved', { id: 'm1', to: CONSULTANT });
    late.wait('5h');
    return [
      outrun,
      loop.act(GP, 'decline', { offer: 'move:m2:gp-elm', reason: 'no-capacity' }),
      late.act(CONSULTANT, 'accept', { offer: 'move:m1:dr-birch' }),
    ];
  },
  'offer-to-owner': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', { id: 'm1', to: CONSULTANT });
    return [
      loop.act(REQUESTER, 'offer', { duty: 'acknowledge:r1', to: REQUESTER }),
      loop.act(REQUESTER, 'offer', { to: REQUESTER }),
      loop.act(CONSULTANT, 'decline', {
        offer: 'move:m1:dr-birch',
        reason: 'no-capacity',
        instead: CONSULTANT,
      }),
    ];
  },
  'not-acknowledged-by-call': (core) => [
    reported(core).act(DESK, 'call', {
      duty: 'tell-patient:r1',
      whom: REQUESTER,
      at: T0,
      outcome: 'read-back',
    }),
  ],
  'nothing-to-retract': (core) => {
    const loop = reported(core, [CANCER]);
    finish(loop, 'r1', 'f1');
    const event = loop.seqOf('acknowledge');
    loop.act(REQUESTER, 'retract', { event });
    return [
      loop.act(REQUESTER, 'retract', { event }),
      loop.act(REQUESTER, 'retract', { event: loop.seqOf('report') }),
    ];
  },
  'not-to-the-dead': (core) => {
    const loop = reported(core);
    loop.fact('died', {});
    const told = toldInPerson(loop, 'r1');
    return [
      loop.act(CONSULTANT, 'tell', told),
      loop.act(CONSULTANT, 'tell', { ...told, outcome: 'died-not-told' }),
      loop.act(CONSULTANT, 'tell', { ...told, to: 'attorney-or-deputy' }),
    ];
  },
  'happened-in-future': (core) => {
    const loop = reported(core);
    return [loop.act(REQUESTER, 'acknowledge', seen('r1'), { happenedAt: after(loop.now, '1m') })];
  },
  'happened-before-owed': (core) => {
    const loop = reported(core);
    const { from } = loop.state.obligations['acknowledge:r1']!;
    return [loop.act(REQUESTER, 'acknowledge', seen('r1'), { happenedAt: after(from, '-1m') })];
  },
};
