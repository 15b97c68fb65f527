import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  DESK,
  finding,
  GP,
  report,
  REQUESTER,
  SYSTEM,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { DIRECTORY, rulebook } from '../support/policy';
import { imaged, noAction, reported, seen, toldInPerson } from '../support/journeys';

/** Responsibility passes when it is accepted, and not before. */

const CRITICAL = finding('f1', 'critical');
const CANCER = finding('f1', 'cancer');
const WARD = { id: 'm1', to: CONSULTANT };

export const HANDOVER: Examples = {
  'a patient who moves is offered to whoever has them now; the sender answers until that person accepts': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    expect(loop.duty('accept-handover:move:m1:dr-birch')).toMatchObject({
      accountable: CONSULTANT,
      askedNow: CONSULTANT,
      asks: 1,
    });
    expect(loop.duty('acknowledge:r1').accountable).toEqual(REQUESTER);
    expect(loop.act(CONSULTANT, 'accept', { offer: 'move:m1:dr-birch' })).toBe('recorded');
    for (const key of ['acknowledge:r1', 'tell-patient:r1', 'tell-gp:r1'])
      expect(loop.duty(key).accountable).toEqual(CONSULTANT);
    expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('discharged');
    // Who accepted knows of it: nobody is asked anew.
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash']);
  },
  'what is owed only after the move follows whoever accepted, not whoever was told': (core) => {
    const told = imaged(core);
    told.fact('moved', WARD);
    told.fact('report', report(1, [CANCER]));
    expect(told.duty('acknowledge:r1').accountable).toEqual(REQUESTER);
    const accepted = imaged(core);
    accepted.fact('moved', WARD);
    accepted.act(CONSULTANT, 'accept', { offer: 'move:m1:dr-birch' });
    accepted.fact('report', report(1, [CANCER]));
    expect(accepted.duty('acknowledge:r1').accountable).toEqual(CONSULTANT);
  },
  'an offer that nobody answers has one deadline and no ladder: it stays with the sender, who is asked at once':
    (core) => {
      const loop = reported(core, [CANCER]);
      loop.fact('moved', WARD);
      const { limitAt, dueAt } = loop.duty('accept-handover:move:m1:dr-birch');
      expect([limitAt, dueAt]).toEqual([after(loop.now, '4h'), after(loop.now, '4h')]);
      loop.wait('4h');
      expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('withdrawn');
      expect(loop.asked('accept-handover:move:m1:dr-birch')).toEqual(['dr-birch']);
      expect(loop.asks('acknowledge:r1').at(-1)).toEqual({ at: limitAt, person: 'dr-ash', rung: 0 });
      expect(loop.duty('acknowledge:r1').accountable).toEqual(REQUESTER);
    },
  "the duty's own ladder never stops for an offer": (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.act(REQUESTER, 'offer', { duty: 'acknowledge:r1', to: CONSULTANT });
    loop.wait('10m');
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash', 'clinical-lead']);
    loop.wait('10m');
    expect(loop.duty('acknowledge:r1').rung).toBeGreaterThan(1);
  },
  'declined, it stays with the sender, who is asked at once': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    loop.wait('1h').act(CONSULTANT, 'decline', { offer: 'move:m1:dr-birch', reason: 'not-my-patient' });
    expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('withdrawn');
    expect(loop.asks('acknowledge:r1').at(-1)).toEqual({ at: loop.now, person: 'dr-ash', rung: 0 });
  },
  'declined with the name of whoever has it instead, it is offered to them': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    const asks = loop.asks('acknowledge:r1').length;
    loop.act(CONSULTANT, 'decline', { offer: 'move:m1:dr-birch', reason: 'wrong-specialty', instead: GP });
    const next = loop.open.find((key) => key.startsWith('accept-handover:move:m1:dr-birch/'))!;
    expect(loop.duty(next).accountable).toEqual(GP);
    expect(loop.asks('acknowledge:r1')).toHaveLength(asks);
    loop.act(GP, 'accept', { offer: next.replace('accept-handover:', '') });
    expect(loop.duty('acknowledge:r1').accountable).toEqual(GP);
  },
  'two who pass it to and fro do not stop its clock': (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.act(REQUESTER, 'offer', { duty: 'acknowledge:r1', to: CONSULTANT });
    for (let i = 0; i < 6; i++) {
      const offer = loop.open
        .find((key) => key.startsWith('accept-handover:'))!
        .replace('accept-handover:', '');
      const [by, instead] = i % 2 ? [REQUESTER, CONSULTANT] : [CONSULTANT, REQUESTER];
      // Offered to whom it belongs already, it is over.
      if (loop.act(by, 'decline', { offer, reason: 'not-my-patient', instead }) !== 'recorded') break;
      loop.wait('10m');
      if (!loop.open.some((key) => key.startsWith('accept-handover:'))) break;
    }
    loop.wait('40m');
    expect(loop.duty('acknowledge:r1').askedNow.role).toBe('desk');
    expect(loop.duty('acknowledge:r1').limitAt).toBe(after(loop.duty('acknowledge:r1').from, '1h'));
  },
  'where general practice does not accept, the medical lead is asked; the sender stays accountable': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.fact('discharged', { id: 'd1' });
    expect(loop.duty('accept-handover:discharge:d1:gp-elm').accountable).toEqual(GP);
    loop.wait('4h');
    expect(loop.asks('acknowledge:r1').at(-1)!.person).toBe('medical-lead');
    expect(loop.duty('acknowledge:r1').accountable).toEqual(REQUESTER);
    expect(loop.act({ person: 'medical-lead', role: 'medical-lead' }, 'reassign', { to: CONSULTANT })).toBe(
      'recorded',
    );
    expect(loop.duty('acknowledge:r1').accountable).toEqual(CONSULTANT);
  },
  'a discharge without a registered GP is on record, and offers nobody anything': (core) => {
    const loop = reported(core, [CANCER], {}, { gp: { status: 'none' } });
    expect(loop.fact('discharged', { id: 'd1' })).toBe('recorded');
    expect(loop.open.filter((key) => key.startsWith('accept-handover'))).toEqual([]);
    expect(loop.duty('acknowledge:r1').accountable).toEqual(REQUESTER);
  },
  'an action planned for somebody else is theirs once they accept it': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    const action = { id: 'a1', what: 'refer', owner: GP, by: after(loop.now, '9d') } as const;
    loop.act(REQUESTER, 'plan', { version: 'r1', finding: 'f1', actions: [action] });
    expect(loop.duty('complete:r1:f1:a1').accountable).toEqual(REQUESTER);
    expect(loop.asked('accept-handover:action:r1:f1:a1')).toEqual(['gp-elm']);
    loop.act(GP, 'accept', { offer: 'action:r1:f1:a1' });
    expect(loop.duty('complete:r1:f1:a1').accountable).toEqual(GP);
    expect(loop.duty('tell-patient:r1').accountable).toEqual(REQUESTER);
    loop.act(GP, 'complete', { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'o1' } });
    expect(loop.open).toEqual(['tell-gp:r1', 'tell-patient:r1']);
  },
  'one planned for oneself is offered to nobody; one proven before it was accepted is over': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    const by = after(loop.now, '9d');
    loop.act(REQUESTER, 'plan', {
      version: 'r1',
      finding: 'f1',
      actions: [
        { id: 'a1', what: 'refer', owner: REQUESTER, by },
        { id: 'a2', what: 'image', owner: CONSULTANT, by },
      ],
    });
    expect(loop.open.filter((key) => key.startsWith('accept'))).toEqual(['accept-handover:action:r1:f1:a2']);
    loop.act(CONSULTANT, 'complete', { action: 'r1:f1:a2', proof: { kind: 'order', ref: 'o1' } });
    expect(loop.ended('accept-handover:action:r1:f1:a2').how).toBe('overtaken');
  },
  'a newer move takes the place of an older offer': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    loop.wait('1h').fact('moved', { id: 'm2', to: GP });
    expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('overtaken');
    expect(loop.duty('accept-handover:move:m2:gp-elm').accountable).toEqual(GP);
  },
  'an offer that cannot be delivered is over at once': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    const failed = { key: 'accept-handover:move:m1:dr-birch', opening: 1, ask: 1, code: 'mailbox-unknown' };
    loop.fact('delivery-failed', failed);
    expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('withdrawn');
    expect(loop.asks('acknowledge:r1').at(-1)).toMatchObject({ at: loop.now, person: 'dr-ash' });
  },
  'an offer alone keeps no journey open': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('moved', WARD);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.act(REQUESTER, 'plan', noAction('r1', 'f1'));
    loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r1'));
    loop.fact('gp-receipt', { version: 'r1' });
    expect(loop.state.closed).toBe(true);
    expect(loop.ended('accept-handover:move:m1:dr-birch').how).toBe('overtaken');
  },
  'an offer is over when its receiver comes to answer for the duty by the directory': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(REQUESTER, 'offer', { duty: 'acknowledge:r1', to: CONSULTANT });
    const people = {
      ...DIRECTORY.people,
      'dr-ash': { roles: ['requester' as const], left: { at: loop.now, successor: 'dr-birch' } },
    };
    loop.rulebook = rulebook({ directory: { ...DIRECTORY, people } });
    loop.receive('directory', { people: ['dr-ash'] }, SYSTEM);
    expect(loop.duty('acknowledge:r1').accountable.person).toBe('dr-birch');
    expect(loop.open.filter((key) => key.startsWith('accept-handover'))).toEqual([]);
  },
  'a lead may offer in the place of who answers': (core) => {
    const loop = reported(core, [CANCER]);
    expect(loop.act(CLINICAL_LEAD, 'offer', { to: CONSULTANT })).toBe('recorded');
    expect(loop.open.filter((key) => key.startsWith('accept-handover:'))).toHaveLength(1);
  },
  'a call that was said back is the acknowledgement of whoever was rung': (core) => {
    const loop = reported(core, [CRITICAL]);
    const call = { duty: 'acknowledge:r1', whom: CONSULTANT, at: loop.now, findings: ['f1'] };
    expect(loop.act(DESK, 'call', { ...call, outcome: 'read-back', findings: [] })).toBe(
      'findings-incomplete',
    );
    expect(loop.act(DESK, 'call', { ...call, outcome: 'no-read-back' })).toBe('recorded');
    expect(loop.open).toContain('acknowledge:r1');
    expect(loop.act(DESK, 'call', { ...call, outcome: 'read-back' })).toBe('recorded');
    expect(loop.ended('acknowledge:r1').how).toBe('discharged');
    expect(loop.duty('plan:r1:f1').accountable).toEqual(CONSULTANT);
    expect(loop.act(CONSULTANT, 'retract', { event: loop.seqOf('call') })).toBe('recorded');
    expect(loop.duty('acknowledge:r1').opening).toBe(2);
  },
  'nobody was reached: the next one is asked at once, if it was they who were asked': (core) => {
    const loop = reported(core, [CRITICAL]);
    const call = { duty: 'acknowledge:r1', at: loop.now, outcome: 'unable-to-reach' } as const;
    loop.act(DESK, 'call', { ...call, whom: CONSULTANT });
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash']);
    loop.wait('2m').act(DESK, 'call', { ...call, whom: REQUESTER });
    expect(loop.asks('acknowledge:r1').at(-1)).toMatchObject({ at: loop.now, person: 'clinical-lead' });
  },
};
