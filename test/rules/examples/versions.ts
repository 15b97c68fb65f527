import { after, finding, report, REQUESTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { finish, imaged, noAction, reported, seen, toldInPerson } from '../support/journeys';

/** Acknowledgements, plans and tellings hold for the version they saw; no version ends another's alert by mistake. */

const CRITICAL = finding('f1', 'critical');
const CANCER = finding('f1', 'cancer');

export const VERSIONS: Examples = {
  'C19: a critical finding on a preliminary report; the final one that says the same neither restarts nor loses it':
    (core) => {
      const loop = imaged(core).wait('17h');
      loop.fact('report', report(1, [CRITICAL], { status: 'preliminary' }));
      const first = loop.duty('acknowledge:r1');
      loop.wait('25m');
      expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash', 'clinical-lead', 'desk-lead']);
      loop.fact('report', report(2, [CRITICAL]));
      expect(loop.duty('acknowledge:r1')).toMatchObject({ opening: 1, limitAt: first.limitAt, rung: 3 });
      expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
      loop.act(REQUESTER, 'acknowledge', seen('r2', 'f1'));
      expect(loop.ended('acknowledge:r1').how).toBe('discharged');
    },
  'C19: acknowledged while preliminary, the final one that says the same owes no second call': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary' }));
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.fact('report', report(2, [CRITICAL]));
    expect(loop.open).toEqual(['plan:r1:f1', 'tell-gp:r1', 'tell-patient:r1']);
  },
  'C21: told "normal", then amended to cancer: acknowledge, plan, tell patient and GP are owed again': (
    core,
  ) => {
    const loop = reported(core);
    finish(loop, 'r1');
    expect(loop.closed).toBe(true);
    loop.wait('7d').fact('report', report(2, [CANCER], { status: 'amended' }));
    expect(loop.closed).toBe(false);
    expect(loop.open).toEqual(['acknowledge:r2', 'tell-gp:r2', 'tell-patient:r2']);
    loop.act(REQUESTER, 'acknowledge', seen('r2', 'f1'));
    expect(loop.open).toContain('plan:r2:f1');
    expect(loop.act(REQUESTER, 'tell', { ...toldInPerson(loop, 'r1') })).toBe('version-superseded');
  },
  'a version that changes nothing clinical leaves every duty as it stands': (core) => {
    const loop = reported(core, [CANCER]);
    const before = loop.state.obligations;
    loop.wait('1h').fact('report', report(2, [CANCER], { status: 'amended', clinicalChange: false }));
    expect(loop.state.obligations).toEqual(before);
    finish(loop, 'r1', 'f1');
    expect(loop.closed).toBe(true);
    loop.fact('report', report(3, [CANCER], { status: 'amended', clinicalChange: false }));
    expect(loop.closed).toBe(true);
  },
  'the same findings in another order are the same; another suspected primary site is not': (core) => {
    const site = finding('f1', 'cancer', { primarySite: 'lung' });
    const other = finding('f2', 'cancer', { region: 'neck' });
    const loop = reported(core, [site, other]);
    const unchanged = { status: 'amended', clinicalChange: false } as const;
    loop.fact('report', report(2, [other, site], unchanged));
    expect(loop.open).toContain('acknowledge:r1');
    loop.fact('report', report(3, [other, { ...site, primarySite: 'kidney' }], unchanged));
    expect(loop.open).toContain('acknowledge:r3');
  },
  'a source that says "nothing changed" of other findings is not believed': (core) => {
    const loop = reported(core);
    finish(loop, 'r1');
    loop.fact('report', report(2, [CANCER], { status: 'amended', clinicalChange: false }));
    expect(loop.open).toContain('acknowledge:r2');
  },
  'an amended version of the same findings owes all again, unless the source says that nothing changed': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    finish(loop, 'r1', 'f1');
    loop.fact('report', report(2, [CANCER], { status: 'amended' }));
    expect(loop.open).toEqual(['acknowledge:r2', 'tell-gp:r2', 'tell-patient:r2']);
  },
  'a new version keeps the earlier deadline and the higher rung for a finding it already covered': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    loop.wait('25h');
    const before = loop.duty('acknowledge:r1');
    expect(before.rung).toBe(1);
    loop.fact('report', report(2, [finding('f1', 'urgent'), finding('f2', 'cancer')], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2')).toMatchObject({
      rung: 1,
      limitAt: before.limitAt,
      dueAt: before.dueAt,
      from: before.from,
    });
    expect(loop.ended('acknowledge:r1')).toMatchObject({ how: 'overtaken', why: 'acknowledge:r2' });
  },
  'a new version with another finding starts its own clock at the first rung': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    loop
      .wait('25h')
      .fact('report', report(2, [finding('f9', 'urgent', { region: 'neck' })], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2')).toMatchObject({ rung: 0, limitAt: after(loop.now, '24h') });
  },
  "an action that was to be planned waits for the new version's acknowledgement, but not any longer": (
    core,
  ) => {
    const loop = reported(core, [CRITICAL]);
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    loop.wait('75m');
    const plan = loop.duty('plan:r1:f1');
    expect(plan.rung).toBeGreaterThan(0);
    loop.fact('report', report(2, [CRITICAL], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2')).toMatchObject({ limitAt: plan.limitAt, rung: plan.rung });
    loop.act(REQUESTER, 'acknowledge', seen('r2', 'f1'));
    expect(loop.duty('plan:r2:f1')).toMatchObject({ limitAt: plan.limitAt, rung: plan.rung });
    loop.act(REQUESTER, 'plan', noAction('r2', 'f1'));
    loop.fact('report', report(3, [CRITICAL], { status: 'amended' }));
    loop.act(REQUESTER, 'acknowledge', seen('r3', 'f1'));
    expect(loop.duty('plan:r3:f1')).toMatchObject({ rung: 0, limitAt: after(loop.now, '1h') });
  },
  "a routine report amended again and again is still owed within the first one's limit": (core) => {
    const loop = reported(core);
    const limits = ['acknowledge', 'tell-patient', 'tell-gp'].map((kind) => loop.duty(`${kind}:r1`).limitAt);
    loop.wait('6d').fact('report', report(2, [], { status: 'amended' }));
    loop.wait('6d').fact('report', report(3, [], { status: 'amended' }));
    expect(['acknowledge', 'tell-patient', 'tell-gp'].map((kind) => loop.duty(`${kind}:r3`).limitAt)).toEqual(
      limits,
    );
  },
  'a flag is taken up by a final report that alerts as strongly in its region, and its clock goes on': (
    core,
  ) => {
    const loop = imaged(core);
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'chest', raisedBy: 'dr-cedar' });
    const { limitAt } = loop.duty('acknowledge:flag:c1');
    loop.wait('5m').fact('report', report(1, [CRITICAL]));
    expect(loop.open).not.toContain('acknowledge:flag:c1');
    expect(loop.duty('acknowledge:r1').limitAt).toBe(limitAt);
    const weaker = imaged(core);
    weaker.fact('flag', { id: 'c1', category: 'critical', region: 'chest', raisedBy: 'dr-cedar' });
    weaker.fact('report', report(1, [finding('f1', 'urgent')]));
    expect(weaker.open).toContain('acknowledge:flag:c1');
  },
  'a call about a report that was acknowledged already is heard; one before that adds nothing': (core) => {
    const call = { id: 'c1', category: 'critical', region: 'chest', raisedBy: 'dr-cedar' } as const;
    const loop = reported(core, [CRITICAL]);
    loop.fact('flag', { ...call, id: 'other', region: 'head' });
    loop.act(REQUESTER, 'acknowledge', seen('flag:other', 'f1'));
    loop.wait('1h').fact('flag', call);
    expect(loop.open).not.toContain('acknowledge:flag:c1');
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(loop.open).not.toContain('acknowledge:flag:c1');
    loop.fact('flag', { ...call, id: 'c0', at: after(loop.now, '-1d') });
    expect(loop.open).not.toContain('acknowledge:flag:c0');
    loop.wait('1d').fact('flag', { ...call, id: 'c2' });
    expect(loop.asked('acknowledge:flag:c2')).toEqual(['dr-ash']);
  },
  'a flag borrows no clock from a finding that only shares its number': (core) => {
    const loop = imaged(core, { regions: ['abdomen'] });
    loop.fact('report', report(1, [finding('f1', 'urgent', { region: 'abdomen' })]));
    loop.wait('30h').fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
    expect(loop.duty('acknowledge:flag:c1')).toMatchObject({ rung: 0, limitAt: after(loop.now, '1h') });
  },
};
