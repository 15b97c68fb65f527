import type { Policy } from '../../../domain/policy';
import {
  CLINICAL_LEAD,
  CONSULTANT,
  finding,
  MEDICAL_LEAD,
  report,
  REQUESTER,
  SYSTEM,
} from '../support/builders';
import type { Core } from '../support/core';
import type { Examples } from '../support/examples';
import { accepted, finish, imaged, noAction, reported, seen, toldInPerson } from '../support/journeys';
import { POLICY, rulebook } from '../support/policy';
import { REFUSED } from './refused';

/** What people's commands do: refusals, the version they had seen, waivers by two, what is taken back. */

const CANCER = finding('f1', 'cancer');

const refusals = Object.fromEntries(
  Object.entries(REFUSED).map(([code, act]) => [
    `refused: ${code}`,
    (core: Core): void => expect([...new Set(act(core))]).toEqual([code]),
  ]),
);

export const COMMANDS: Examples = {
  ...refusals,
  'a refusal changes nothing but the trace that it leaves': (core) => {
    const loop = reported(core, [CANCER]);
    const before = loop.state;
    loop.act(REQUESTER, 'acknowledge', seen('r1'));
    const { seq, highWater, ...rest } = loop.state;
    expect({ ...before, ...rest }).toEqual(before);
    expect([seq, highWater]).toEqual([before.seq + 1, before.highWater + 1]);
    expect(loop.events.at(-1)).toMatchObject({
      type: 'refused',
      input: 'acknowledge',
      code: 'findings-incomplete',
      by: REQUESTER,
    });
  },
  'If-Match counts what changed clinical state: not an ask, a refusal, a duplicate or a re-plan': (core) => {
    const loop = reported(core, [CANCER]);
    const ifMatch = loop.state.clinical;
    loop.wait('4d');
    loop.act(REQUESTER, 'plan', noAction('r1', 'f1'));
    loop.fact('report', loop.state.reports[0]!);
    loop.receive('replan', {}, SYSTEM);
    loop.fact('delivery-failed', { key: 'acknowledge:r1', opening: 1, ask: 2, code: 'refused' });
    expect(loop.state.clinical).toBe(ifMatch);
    expect(loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'), { ifMatch })).toBe('recorded');
    expect(loop.act(REQUESTER, 'plan', noAction('r1', 'f1'), { ifMatch })).toBe('stale');
  },
  'after a death: the family, or a recorded decision not to tell': (core) => {
    for (const [to, outcome] of [
      ['personal-representative', 'told'],
      ['nobody', 'died-not-told'],
      ['best-interests-contact', 'died-family-told'],
    ] as const) {
      const loop = reported(core);
      loop.fact('died', {});
      expect(loop.act(CONSULTANT, 'tell', { ...toldInPerson(loop, 'r1'), to, outcome })).toBe('recorded');
    }
  },
  'a waiver ends a duty with its reason; for critical, urgent and cancer only once a second person agrees': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    const waiver = { duty: 'acknowledge:r1', reason: 'not-appropriate' };
    expect(loop.act(CLINICAL_LEAD, 'waive', waiver)).toBe('recorded');
    expect(loop.open).toContain('acknowledge:r1');
    loop.act(MEDICAL_LEAD, 'waive', waiver);
    expect(loop.ended('acknowledge:r1')).toMatchObject({ how: 'waived', why: 'not-appropriate' });
    loop.act(CLINICAL_LEAD, 'waive', { ...waiver, duty: 'tell-gp:r1' });
    expect(loop.open).toContain('tell-gp:r1');
    const routine = reported(core);
    routine.act(CLINICAL_LEAD, 'waive', waiver);
    expect(routine.open).not.toContain('acknowledge:r1');
  },
  'a waiver that waited for a second person ends with the duty: the next opening needs two again': (core) => {
    const loop = reported(core, [CANCER]);
    const waiver = { duty: 'acknowledge:r1', reason: 'not-appropriate' };
    loop.act(CLINICAL_LEAD, 'waive', waiver);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.act(REQUESTER, 'retract', { event: loop.seqOf('acknowledge') });
    loop.act(MEDICAL_LEAD, 'waive', waiver);
    expect(loop.open).toContain('acknowledge:r1');
    loop.act(MEDICAL_LEAD, 'retract', { event: 1 });
    loop.act(CLINICAL_LEAD, 'waive', waiver);
    expect(loop.open).not.toContain('acknowledge:r1');
  },
  'two people with two different reasons have not agreed': (core) => {
    const waivers = [...POLICY.waivers, { ...POLICY.waivers[1]!, code: 'other' }];
    const policy: Policy = { ...POLICY, waivers };
    const loop = reported(core, [CANCER]);
    loop.rulebook = rulebook({ policy });
    loop.act(CLINICAL_LEAD, 'waive', { duty: 'acknowledge:r1', reason: 'not-appropriate' });
    const cause = {
      n: loop.inbox.length + 1,
      id: 'm',
      type: 'waive',
      by: MEDICAL_LEAD,
      receivedAt: loop.now,
    } as const;
    const data = { duty: 'acknowledge:r1', reason: 'other' };
    const { events } = core.decide(
      loop.state,
      { kind: 'row', id: 'row:9', row: { ...cause, data } },
      loop.now,
      policy,
    );
    expect(events).toMatchObject([{ type: 'waive', data: { holds: false } }]);
  },
  'a waiver is for what was known then: new images, another absence or other words are owed again': (
    core,
  ) => {
    const loop = imaged(core);
    loop.act(CLINICAL_LEAD, 'waive', { duty: 'report', reason: 'not-appropriate' });
    expect(loop.closed).toBe(true);
    loop.wait('1d').fact('images', {});
    expect(loop.duty('report').opening).toBe(2);
    const absent = accepted(core);
    absent.fact('did-not-attend', {});
    absent.act(CLINICAL_LEAD, 'waive', { duty: 'clarify:did-not-attend', reason: 'no-longer-indicated' });
    expect(absent.closed).toBe(true);
    absent.wait('1d').fact('did-not-attend', {});
    expect(absent.open).toContain('clarify:did-not-attend');
    const other = reported(core);
    other.act(CLINICAL_LEAD, 'waive', { duty: 'acknowledge:r1', reason: 'not-appropriate' });
    other.fact('report', report(1, [CANCER]));
    expect(other.open).toContain('acknowledge:r1');
    const withdrawn = imaged(core);
    withdrawn.act(CLINICAL_LEAD, 'waive', { duty: 'report', reason: 'not-appropriate' });
    withdrawn.fact('report', report(1));
    withdrawn.fact('report', report(2, [], { status: 'entered-in-error' }));
    expect(withdrawn.open).toEqual(['report']);
    const changed = accepted(core);
    changed.act(CLINICAL_LEAD, 'waive', { duty: 'acquire', reason: 'no-longer-indicated' });
    expect(changed.closed).toBe(true);
    changed.wait('1h').fact('request', { ...changed.state.request!, at: changed.now, regions: ['head'] });
    expect(changed.open).toEqual(['acquire']);
  },
  'a mistaken acknowledgement, plan or telling is retracted: both stay on record, the duty opens again': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    finish(loop, 'r1', 'f1');
    for (const [type, key] of [
      ['acknowledge', 'acknowledge:r1'],
      ['plan', 'plan:r1:f1'],
      ['tell', 'tell-patient:r1'],
    ] as const) {
      loop.act(REQUESTER, 'retract', { event: loop.seqOf(type) });
      if (type === 'acknowledge') loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
      else expect(loop.duty(key).opening).toBe(2);
      expect(loop.state.openings[key]).toBe(2);
    }
    expect(loop.closed).toBe(false);
    expect(loop.events.filter((e) => e.type === 'acknowledge')).toHaveLength(2);
  },
  'a plan under a retracted acknowledgement is not owed until it is acknowledged again': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.act(REQUESTER, 'retract', { event: loop.seqOf('acknowledge') });
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
    expect(loop.ended('plan:r1:f1').how).toBe('withdrawn');
  },
};
