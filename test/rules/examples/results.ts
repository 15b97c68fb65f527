import { after, CONSULTANT, finding, GP, report, REPORTER, REQUESTER, T0 } from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { finish, imaged, noAction, reported, requested, seen, toldInPerson } from '../support/journeys';

/** The pathway's table of duties, from the report to everybody who must know. */

const CRITICAL = finding('f1', 'critical');
const CANCER = finding('f1', 'cancer');

export const RESULTS: Examples = {
  'assure: a final report without its region statement stands, and the reporter owes the statement (C02)': (
    core,
  ) => {
    const loop = reported(core, [], { regions: [] }, { regions: ['chest', 'abdomen'] });
    expect(loop.ended('report').how).toBe('discharged');
    expect(loop.duty('assure:r1').accountable).toEqual({ role: 'reporter', person: 'dr-cedar' });
    const chest = { region: 'chest', statement: 'no-findings' } as const;
    expect(loop.act(REPORTER, 'assure', { version: 'r1', regions: [chest] })).toBe('regions-incomplete');
    const abdomen = { region: 'abdomen', statement: 'findings' } as const;
    loop.act(REPORTER, 'assure', { version: 'r1', regions: [chest, abdomen] });
    expect(loop.ended('assure:r1').how).toBe('discharged');
  },
  'assure: a report that states some regions still owes the others': (core) => {
    const loop = reported(core, [], {}, { regions: ['chest', 'abdomen'] });
    expect(loop.open).toContain('assure:r1');
    expect(core.duties(loop.state).find((d) => d.key === 'assure:r1')?.status).toBe('owed');
  },
  'assure: without a request, or with one that names no region, some statement is owed all the same': (
    core,
  ) => {
    expect(reported(core, [], { regions: [] }, { regions: [] }).open).toContain('assure:r1');
  },
  'assure: without a request, any statement will do, but none will not': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('report', report(1, [], { regions: [] }));
    expect(loop.act(REPORTER, 'assure', { version: 'r1', regions: [] })).toBe('regions-incomplete');
    loop.act(REPORTER, 'assure', { version: 'r1', regions: [{ region: 'head', statement: 'no-findings' }] });
    expect(loop.open).not.toContain('assure:r1');
  },
  'assure: a new version carries the clock on, so that amending does not put it off': (core) => {
    const loop = reported(core, [], { regions: [] });
    const { dueAt } = loop.duty('assure:r1');
    loop.wait('4d').fact('report', report(2, [], { status: 'amended', regions: [] }));
    expect(loop.duty('assure:r2').dueAt).toBe(dueAt);
    expect(loop.ended('assure:r1')).toMatchObject({ how: 'overtaken', why: 'assure:r2' });
  },
  'acknowledge: each report version is owed by the accountable clinician until it is accepted': (core) => {
    const loop = reported(core);
    expect(loop.duty('acknowledge:r1')).toMatchObject({
      category: 'routine',
      accountable: { role: 'requester', person: 'dr-ash' },
      limitAt: after(loop.now, '14d'),
      asks: 0,
    });
    loop.act(REQUESTER, 'acknowledge', { version: 'r1', findings: [], how: 'screen' });
    expect(loop.ended('acknowledge:r1').how).toBe('discharged');
  },
  "acknowledge: the consultant named at the request answers for a trainee's": (core) => {
    const loop = reported(core, [], {}, { consultant: 'dr-birch' });
    expect(loop.duty('acknowledge:r1').accountable).toEqual({ role: 'consultant', person: 'dr-birch' });
  },
  'acknowledge: a plain preliminary report is not owed, one that alerts is, at once': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [], { status: 'preliminary' }));
    expect(loop.open).toEqual(['report']);
    loop.fact('report', report(2, [CRITICAL], { status: 'preliminary' }));
    expect(loop.open).toEqual(['acknowledge:r2', 'report']);
    expect(loop.asked('acknowledge:r2')).toEqual(['dr-ash']);
  },
  'acknowledge: an expected finding does not alert': (core) => {
    const loop = reported(core, [finding('f1', 'cancer', { expected: true })]);
    expect(loop.duty('acknowledge:r1')).toMatchObject({ category: 'routine', asks: 0 });
  },
  'acknowledge: the clock of a critical finding starts when it was verified, not when we heard': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { at: after(loop.now, '-2h') }));
    expect(loop.duty('acknowledge:r1').limitAt).toBe(after(loop.now, '-1h'));
    loop.catchUp();
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash', 'clinical-lead']);
  },
  'acknowledge: a date in the future hides nothing, and somebody must look at it': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { at: after(loop.now, '900d') }));
    expect(loop.duty('acknowledge:r1').limitAt).toBe(after(loop.now, '1h'));
    expect(loop.open).toContain('reconcile:date-in-future:report-r1');
  },
  'acknowledge: a flag or a call ahead of any report is owed at once (critical, whatever else is missing)': (
    core,
  ) => {
    const loop = requested(core);
    loop.fact('flag', { id: 'call-1', category: 'critical', region: 'chest', raisedBy: 'dr-cedar' });
    expect(loop.duty('acknowledge:flag:call-1')).toMatchObject({ category: 'critical', asks: 1 });
    loop.act(REQUESTER, 'acknowledge', seen('flag:call-1', 'f1'));
    expect(loop.open).toEqual(['plan:flag:call-1:f1', 'vet']);
  },
  'plan: each alert finding that was acknowledged, by who accepted it; acknowledged is not acted on': (
    core,
  ) => {
    const loop = reported(core, [CRITICAL, finding('f2', 'cancer'), finding('f3', 'routine')]);
    expect(loop.open).not.toContain('plan:r1:f1');
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1', 'f2'));
    expect(loop.open).toEqual(['plan:r1:f1', 'plan:r1:f2', 'tell-gp:r1', 'tell-patient:r1']);
    expect(loop.duty('plan:r1:f1')).toMatchObject({
      category: 'critical',
      accountable: { person: 'dr-birch' },
    });
    loop.act(CONSULTANT, 'plan', noAction('r1', 'f1'));
    expect(loop.ended('plan:r1:f1').how).toBe('discharged');
    expect(loop.open).toContain('plan:r1:f2');
  },
  'complete: each action planned stays with who planned it, asks who is to do it, until there is proof': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const refer = {
      id: 'a1',
      what: 'refer',
      owner: { role: 'reporter', person: 'dr-dogwood' },
      by: after(loop.now, '20d'),
    } as const;
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer, { ...refer, id: 'a2' }] });
    expect(loop.duty('complete:r1:f1:a1')).toMatchObject({
      category: 'cancer',
      accountable: { person: 'dr-birch' },
      askedNow: { person: 'dr-dogwood' },
      limitAt: after(loop.now, '20d'),
    });
    loop.act(CONSULTANT, 'complete', { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'o1' } });
    expect(loop.ended('complete:r1:f1:a1').how).toBe('discharged');
    expect(loop.open).toContain('complete:r1:f1:a2');
  },
  'complete: the ladder asks who is to do it, then who planned it, then goes up': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const owner = { role: 'reporter', person: 'dr-dogwood' } as const;
    const refer = { id: 'a1', what: 'refer', owner, by: after(loop.now, '20d') } as const;
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    loop.wait('9d');
    expect(loop.asked('complete:r1:f1:a1').slice(0, 4)).toEqual([
      'dr-dogwood',
      'dr-birch',
      'clinical-lead',
      'desk-lead',
    ]);
    const asked = loop.events.filter((e) => e.type === 'asked' && e.key === 'complete:r1:f1:a1');
    expect(asked[0]).toMatchObject({ askedNow: CONSULTANT });
  },
  'complete: no date that a person sets outruns the limit for a critical finding (C07)': (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const refer = { id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '20d') } as const;
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    expect(loop.duty('complete:r1:f1:a1').limitAt).toBe(after(loop.now, '12h'));
  },
  'complete: the proof of an earlier plan is not that of the plan made in its place': (core) => {
    const loop = reported(core, [CANCER]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const refer = { id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '20d') } as const;
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    loop.act(CONSULTANT, 'complete', { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'o1' } });
    loop.act(CONSULTANT, 'retract', { event: loop.seqOf('plan') });
    expect(loop.open).toContain('plan:r1:f1');
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    expect(loop.open).toContain('complete:r1:f1:a1');
  },
  'tell patient: a final report, by the accountable clinician; not a preliminary one': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary' }));
    expect(loop.open).not.toContain('tell-patient:r1');
    loop.fact('report', report(2, [CRITICAL]));
    expect(loop.duty('tell-patient:r1')).toMatchObject({
      category: 'critical',
      accountable: { person: 'dr-ash' },
    });
    loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1'));
    expect(loop.ended('tell-patient:r1').how).toBe('discharged');
  },
  'tell patient: a letter that bounced told nobody, and the duty is owed again': (core) => {
    const loop = reported(core);
    const letter = { version: 'r1', at: loop.now, to: 'patient', how: 'letter', outcome: 'told' } as const;
    loop.act(CONSULTANT, 'tell', letter);
    expect(loop.open).not.toContain('tell-patient:r1');
    loop.wait('2d').fact('bounced', { version: 'r1' });
    expect(loop.duty('tell-patient:r1').opening).toBe(2);
    loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1'));
    loop.wait('1d').fact('bounced', { version: 'r1' });
    expect(loop.open).not.toContain('tell-patient:r1');
  },
  'tell patient: what was known of a withdrawn report must be put right': (core) => {
    const loop = reported(core);
    finish(loop, 'r1');
    loop.wait('1d').fact('report', report(2, [], { status: 'entered-in-error' }));
    expect(loop.open).toEqual(['acknowledge:r2', 'report', 'tell-gp:r2', 'tell-patient:r2']);
    expect(reported(core).fact('report', report(2, [], { status: 'cancelled' }))).toBe('recorded');
  },
  'a withdrawn report that nobody had seen owes only a report': (core) => {
    const loop = reported(core, [CANCER]);
    loop.fact('report', report(2, [], { status: 'entered-in-error' }));
    expect(loop.open).toEqual(['report']);
  },
  'tell GP: a registered GP who is not the one acknowledging, until their receipt': (core) => {
    const loop = reported(core);
    expect(loop.duty('tell-gp:r1').accountable.person).toBe('dr-ash');
    loop.fact('gp-receipt', { version: 'r1' });
    expect(loop.ended('tell-gp:r1').how).toBe('discharged');
    expect(loop.open).not.toContain('tell-gp:r1');
  },
  'tell GP: not the GP who asked for it, unless somebody else acknowledges': (core) => {
    const asked = { requester: { person: GP.person, profession: 'gp' }, setting: 'gp' } as const;
    const loop = reported(core, [], {}, asked);
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-patient:r1']);
    loop.act(CONSULTANT, 'acknowledge', seen('r1'));
    expect(loop.open).toEqual(['tell-gp:r1', 'tell-patient:r1']);
  },
  'tell GP: no GP or an objection, nothing; unknown, the desk finds out': (core) => {
    for (const status of ['none', 'objected'] as const)
      expect(reported(core, [], {}, { gp: { status } }).open).toEqual(['acknowledge:r1', 'tell-patient:r1']);
    const loop = reported(core, [], {}, { gp: { status: 'unknown' } });
    expect(loop.open).toEqual(['acknowledge:r1', 'reconcile:gp-unknown', 'tell-patient:r1']);
  },
  'a journey closes when its report is acknowledged, planned and told to patient and GP, and not before': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.act(REQUESTER, 'plan', noAction('r1', 'f1'));
    loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1'));
    expect(loop.closed).toBe(false);
    loop.fact('gp-receipt', { version: 'r1' });
    expect(loop.closed).toBe(true);
    expect(loop.events.at(-1)!.type).toBe('closed');
    expect(loop.events[0]!.at).toBe(T0);
  },
};
