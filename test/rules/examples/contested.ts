import { after, CONSULTANT, DESK, finding, report, request, REQUESTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { finish, imaged, reported, seen, toldInPerson } from '../support/journeys';

/** One thing said in two ways under one name: nothing said in either is lost. */

const CRITICAL = finding('f1', 'critical');
const CANCER = finding('f1', 'cancer');

export const CONTESTED: Examples = {
  'one version said in two ways: nothing said in either is lost, the more alarming stands, and the desk looks':
    (core) => {
      const loop = reported(core, [finding('f1', 'urgent')]);
      finish(loop, 'r1', 'f1');
      loop.wait('1h').fact('report', report(1, [CRITICAL, finding('f2', 'cancer', { region: 'neck' })]));
      expect(loop.closed).toBe(false);
      expect(loop.open).toContain('reconcile:contradiction:report-r1');
      expect(loop.duty('acknowledge:r1')).toMatchObject({ category: 'critical', opening: 2 });
      expect(loop.open).toContain('tell-patient:r1');
      expect(loop.open).toContain('tell-gp:r1');
      loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1', 'f2'));
      expect(loop.open).toContain('plan:r1:f1');
      expect(loop.open).toContain('plan:r1:f2');
      loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r1'));
      loop.fact('gp-receipt', { version: 'r1' });
      expect(loop.open).toEqual(['plan:r1:f1', 'plan:r1:f2', 'reconcile:contradiction:report-r1']);
    },
  'one version said in two ways while its duty is open: the duty opens again for the worse, on that ladder': (
    core,
  ) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    loop.wait('5m').fact('report', report(1, [CRITICAL]));
    expect(loop.duty('acknowledge:r1')).toMatchObject({ category: 'critical', opening: 2, rung: 0, asks: 2 });
    expect(loop.duty('acknowledge:r1').limitAt).toBe(after(loop.duty('acknowledge:r1').from, '1h'));
  },
  'other words under one version after the desk explained the first ones are looked at again': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    loop.fact('report', report(1, [CANCER]));
    loop.act({ person: 'desk-lead', role: 'desk' }, 'explain', { duty: 'reconcile:contradiction:report-r1' });
    expect(loop.open).not.toContain('reconcile:contradiction:report-r1');
    loop.fact('report', report(1, [CRITICAL]));
    expect(loop.open).toContain('reconcile:contradiction:report-r1');
  },
  'one finding number for two regions is two findings': (core) => {
    const loop = reported(core, [CRITICAL, finding('f1', 'urgent', { region: 'neck' })]);
    expect(loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'))).toBe('unknown-finding');
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1@chest', 'f1@neck'));
    expect(loop.open).toContain('plan:r1:f1@neck');
  },
  'one flag said in two ways keeps both, and the desk looks': (core) => {
    const loop = imaged(core);
    loop.fact('flag', { id: 'c1', category: 'urgent', region: 'chest', raisedBy: 'dr-cedar' });
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
    expect(loop.open).toEqual(['acknowledge:flag:c1', 'reconcile:contradiction:flag-c1', 'report']);
    expect(loop.duty('acknowledge:flag:c1').category).toBe('critical');
    loop.act(CONSULTANT, 'acknowledge', seen('flag:c1', 'f1@chest', 'f1@head'));
    expect(loop.open).toContain('plan:flag:c1:f1@chest');
  },
  'a number that is withdrawn without a number of its own tells those who relied on it': (core) => {
    const loop = reported(core);
    finish(loop, 'r1');
    loop.wait('1d').fact('report', report(1, [], { status: 'cancelled' }));
    expect(loop.open).toContain('acknowledge:r1.withdrawn');
    expect(loop.open).toContain('tell-patient:r1.withdrawn');
    expect(loop.open).toContain('report');
  },
  'two words of one instant under one version end the same in either order': (core) => {
    const said = [
      report(1, [CANCER], { reporter: 'dr-dogwood', regions: [] }),
      report(1, [CRITICAL], { regions: [] }),
    ];
    const outcomes = [said, [...said].reverse()].map((order) => {
      const loop = imaged(core);
      for (const version of order) loop.fact('report', version);
      return [loop.duty('assure:r1').accountable, loop.duty('acknowledge:r1').category, loop.open];
    });
    expect(outcomes[0]).toEqual(outcomes[1]);
  },
  'two requests of one instant end the same in either order': (core) => {
    const consultants = ['dr-birch', 'dr-dogwood'];
    const outcomes = [0, 1].map((first) => {
      const loop = imaged(core, { consultant: consultants[first]! });
      loop.fact('request', request({ consultant: consultants[1 - first]! }));
      loop.fact('report', report(1));
      return loop.duty('acknowledge:r1').accountable;
    });
    expect(outcomes[0]).toEqual(outcomes[1]);
  },
  'a number that is withdrawn and then issued again stands as issued': (core) => {
    const loop = reported(core);
    loop.wait('1h').fact('report', report(1, [], { status: 'cancelled' }));
    expect(loop.open).toContain('report');
    loop.wait('1h').fact('report', report(1, [CANCER]));
    expect(loop.open).not.toContain('report');
    expect(loop.duty('acknowledge:r1').category).toBe('cancer');
  },
  'who acknowledged after all of it was said acknowledged all of it, in whatever order it came': (core) => {
    const loop = imaged(core);
    loop.wait('1h').fact('report', report(1, [CRITICAL]));
    loop.fact('report', report(1, [CANCER], { at: after(loop.now, '-1h') }));
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    expect(loop.open).not.toContain('acknowledge:r1');
  },
  'what is heard late of a version that was acknowledged is owed again, though it was said before': (
    core,
  ) => {
    const loop = imaged(core);
    loop.wait('1h').fact('report', report(1, [CRITICAL]));
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    const also = finding('f2', 'cancer', { region: 'neck' });
    loop.fact('report', report(1, [also], { at: after(loop.now, '-1h') }));
    expect(loop.duty('acknowledge:r1').opening).toBe(2);
  },
  'a preliminary word that comes late under the number of a final one takes nothing back': (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1h').fact('report', report(1, [CANCER], { status: 'preliminary' }));
    expect(loop.open).not.toContain('report');
    loop.wait('1h').fact('report', report(1, [], { series: 'second-opinion' }));
    expect(loop.open).toContain('acknowledge:r1');
    expect(loop.open).toContain('tell-patient:r1');
  },
  'what is said again in weaker words takes nothing back from who acknowledged the stronger ones': (core) => {
    const loop = reported(core, [CRITICAL]);
    finish(loop, 'r1', 'f1');
    loop.wait('1h').fact('report', report(1, [CANCER]));
    expect(loop.open).toEqual(['reconcile:contradiction:report-r1', 'tell-gp:r1']);
  },
  'a receipt by a clock that runs behind counts, unless the version has been said in two ways since': (
    core,
  ) => {
    const loop = reported(core);
    loop.fact('gp-receipt', { version: 'r1', at: after(loop.now, '-5m') });
    expect(loop.open).not.toContain('tell-gp:r1');
    loop.wait('1h').fact('report', report(1, [CANCER]));
    expect(loop.open).toContain('tell-gp:r1');
  },
  'a plan made before its finding was said to be worse does not hold for it': (core) => {
    const loop = reported(core, [CANCER]);
    const refer = { id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '20d') } as const;
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    loop.wait('1h').fact('report', report(1, [CRITICAL]));
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    expect(loop.duty('plan:r1:f1').category).toBe('critical');
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    expect(loop.duty('complete:r1:f1:a1').category).toBe('critical');
  },
  'a duplicate that brings another defect does not raise a contradiction that was explained': (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1h').fact('report', report(1, [CRITICAL]));
    loop.act(DESK, 'explain', { duty: 'reconcile:contradiction:report-r1' });
    loop.fact('report', loop.state.reports[0]!, { queries: ['nhs-number-invalid'] });
    expect(loop.open).not.toContain('reconcile:contradiction:report-r1');
    expect(loop.open).toContain('reconcile:nhs-number-invalid');
  },
};
