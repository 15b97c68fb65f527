import { after, CONSULTANT, finding, report, REQUESTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { finish, imaged, reported, seen, toldInPerson } from '../support/journeys';

/** Several readers of one examination, wrong dates, withdrawals: no alert ends by a word that is not about it. */

const CRITICAL = finding('f1', 'critical');
const CANCER = finding('f1', 'cancer');

export const READERS: Examples = {
  "a second reader does not silence the first one's alert": (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1d').fact('report', report(1, [], { series: 'second-opinion' }));
    expect(loop.open).toContain('acknowledge:r1');
    expect(loop.open).toContain('acknowledge:r1.second-opinion');
    expect(loop.open).toContain('tell-patient:r1');
    loop.wait('1d').fact('report', report(2, [], { status: 'amended' }));
    expect(loop.open).not.toContain('acknowledge:r1');
  },
  "a second reader who says the same takes the first one's place": (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1d').fact('report', report(1, [CANCER], { series: 'second-opinion' }));
    expect(loop.open).not.toContain('acknowledge:r1');
    expect(loop.open).toContain('acknowledge:r1.second-opinion');
  },
  'the outsourced night reading and the final report of the day that says the same are one': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary', series: 'night' }));
    loop.act(REQUESTER, 'acknowledge', seen('r1.night', 'f1'));
    loop.wait('6h').fact('report', report(1, [CRITICAL]));
    expect(loop.open).toEqual(['plan:r1.night:f1', 'tell-gp:r1.night', 'tell-patient:r1.night']);
  },
  'a second reading that is withdrawn takes nothing from the report that stands': (core) => {
    const loop = reported(core);
    loop.wait('1h').fact('report', report(1, [], { series: 'second-opinion' }));
    loop.wait('1h').fact('report', report(2, [], { series: 'second-opinion', status: 'entered-in-error' }));
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
  },
  'a wrong date in an older version does not put it above a newer one': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [], { at: '2099-01-01T00:00:00.000Z' }));
    loop.fact('report', report(2, [CANCER], { status: 'amended' }));
    expect(loop.open).toContain('acknowledge:r2');
    expect(loop.open).toContain('tell-patient:r2');
  },
  'an alert does not end by a newer version whose date contradicts its number': (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1h').fact('report', report(2, [], { status: 'amended', at: after(loop.now, '-30d') }));
    expect(loop.open).toContain('acknowledge:r1');
    expect(loop.open).toContain('acknowledge:r2');
  },
  'a second reader who finds as little takes the place of the first one, and asks nobody twice': (core) => {
    const loop = reported(core);
    loop.wait('1d').fact('report', report(1, [], { series: 'second-opinion' }));
    expect(loop.open).toEqual([
      'acknowledge:r1.second-opinion',
      'tell-gp:r1.second-opinion',
      'tell-patient:r1.second-opinion',
    ]);
  },
  'an addendum by the first reader that changes nothing leaves the duties of both readers as they stand': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1d').fact('report', report(1, [], { series: 'second-opinion' }));
    expect(loop.open).toContain('acknowledge:r1');
    loop.wait('1d').fact('report', report(2, [CANCER], { status: 'amended', clinicalChange: false }));
    expect(loop.duty('acknowledge:r1').opening).toBe(1);
    expect(core.finalReport(loop.state)?.labels).toEqual(['r1', 'r2']);
  },
  'two reports that both stand are each told': (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1d').fact('report', report(1, [], { series: 'second-opinion' }));
    loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1'));
    loop.act(CONSULTANT, 'tell', toldInPerson(loop, 'r1.second-opinion'));
    expect(loop.open.filter((key) => key.startsWith('tell-patient'))).toEqual([]);
  },
  'the final report of the day takes the place of the preliminary one of the night, whoever read it': (
    core,
  ) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary', series: 'night' }));
    loop.wait('1h').fact('report', report(1));
    expect(loop.ended('acknowledge:r1.night').how).toBe('overtaken');
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
  },
  'one preliminary reader does not silence another': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary', series: 'night' }));
    loop.wait('1h').fact('report', report(1, [], { status: 'preliminary' }));
    expect(loop.open).toContain('acknowledge:r1.night');
  },
  'a newer preliminary report takes the place of an older one by the same reader': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary' }));
    loop.wait('1h').fact('report', report(2, [], { status: 'preliminary' }));
    expect(loop.open).toEqual(['report']);
    loop.fact('report', report(3));
    loop.wait('1h').fact('report', report(4, [CRITICAL], { status: 'preliminary' }));
    expect(loop.open).toContain('acknowledge:r4');
    loop.wait('1h').fact('report', report(5, [], { status: 'preliminary' }));
    expect(loop.open).not.toContain('acknowledge:r4');
    expect(loop.open).toContain('acknowledge:r2');
  },
  'a final report stays final, whatever an addendum that changes nothing calls itself': (core) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1h').fact('report', report(2, [CANCER], { status: 'preliminary', clinicalChange: false }));
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
    loop.wait('1h').fact('report', report(3, [], { status: 'amended' }));
    expect(loop.open).toEqual(['acknowledge:r3', 'tell-gp:r3', 'tell-patient:r3']);
  },
  'a withdrawal withdraws, whatever its date; what it repeats of the findings alerts nobody': (core) => {
    const loop = reported(core, [CANCER]);
    finish(loop, 'r1', 'f1');
    const withdrawn = { status: 'entered-in-error', at: after(loop.now, '-30d') } as const;
    loop.wait('1h').fact('report', report(2, [CANCER], withdrawn));
    expect(loop.open).toContain('report');
    expect(loop.duty('acknowledge:r2').category).toBe('routine');
  },
  'a withdrawal is owed to who acknowledged, and to who told the patient': (core) => {
    const acknowledged = reported(core);
    acknowledged.act(REQUESTER, 'acknowledge', seen('r1'));
    acknowledged.wait('1h').fact('report', report(2, [], { status: 'cancelled' }));
    expect(acknowledged.open).toEqual(['acknowledge:r2', 'report']);
    const told = reported(core);
    told.act(REQUESTER, 'tell', toldInPerson(told, 'r1'));
    told.wait('1h').fact('report', report(2, [], { status: 'cancelled' }));
    expect(told.open).toEqual(['acknowledge:r2', 'report', 'tell-patient:r2']);
    expect(told.duty('report').from).toBe(told.now);
  },
  'a second reading that was accepted and then withdrawn is put right, though the first one stands': (
    core,
  ) => {
    const loop = reported(core, [CANCER]);
    loop.wait('1h').fact('report', report(1, [], { series: 'second-opinion' }));
    loop.act(REQUESTER, 'acknowledge', seen('r1.second-opinion'));
    loop.wait('1h').fact('report', report(2, [], { series: 'second-opinion', status: 'entered-in-error' }));
    expect(loop.open).toContain('acknowledge:r2.second-opinion');
    expect(loop.open).toContain('acknowledge:r1');
  },
};
