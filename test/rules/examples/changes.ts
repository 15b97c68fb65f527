import type { Policy } from '../../../domain/policy';
import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  finding,
  MEDICAL_LEAD,
  OTHER_REPORTER,
  report,
  REPORTER,
  REQUESTER,
  SYSTEM,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { finish, imaged, reported, requested, seen } from '../support/journeys';
import { CALENDAR, DIRECTORY, POLICY, rulebook } from '../support/policy';

/** Who is accountable and what is due after a change of hands, of post or of policy. */

const CRITICAL = finding('f1', 'critical');

const gone = (...people: string[]) => ({
  ...DIRECTORY,
  people: Object.fromEntries(Object.entries(DIRECTORY.people).filter(([person]) => !people.includes(person))),
});

export const CHANGES: Examples = {
  'reassigned by a lead: accountable changes, is asked at once if somebody was asked before, and nothing starts over':
    (core) => {
      const loop = reported(core, [CRITICAL]);
      loop.wait('5m');
      const { dueAt, limitAt } = loop.duty('acknowledge:r1');
      loop.act(CLINICAL_LEAD, 'reassign', { duty: 'acknowledge:r1', to: CONSULTANT });
      expect(loop.duty('acknowledge:r1')).toMatchObject({
        accountable: CONSULTANT,
        askedNow: CONSULTANT,
        rung: 0,
        dueAt,
        limitAt,
      });
      expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash', 'dr-birch']);
      loop.wait('6m');
      expect(loop.asks('acknowledge:r1').at(-1)).toEqual({ at: dueAt, person: 'clinical-lead', rung: 2 });
    },
  'reassigned while somebody higher is asked: the new one is asked, and the ladder goes on from there': (
    core,
  ) => {
    const loop = reported(core, [CRITICAL]);
    loop.wait('15m');
    const { rung, dueAt } = loop.duty('acknowledge:r1');
    expect(rung).toBe(2);
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'acknowledge:r1', to: CONSULTANT });
    expect(loop.duty('acknowledge:r1')).toMatchObject({ askedNow: CONSULTANT, rung, dueAt });
    loop.wait('6m');
    expect(loop.asks('acknowledge:r1').at(-1)).toMatchObject({ person: 'desk-lead', rung: 3 });
    loop.act(CLINICAL_LEAD, 'reassign', {
      duty: 'acknowledge:r1',
      to: { role: 'consultant', person: 'dr-nobody' },
    });
    expect(loop.duty('acknowledge:r1')).toMatchObject({
      accountable: { person: 'dr-nobody' },
      askedNow: { role: 'desk' },
    });
  },
  'a lease that ends while somebody higher is asked: the pool is asked, and the ladder goes on from there': (
    core,
  ) => {
    const loop = imaged(core);
    loop.wait('8d').act(REPORTER, 'claim', {});
    const { rung } = loop.duty('report');
    expect(rung).toBeGreaterThan(0);
    loop.wait('8h');
    expect(loop.duty('report')).toMatchObject({ askedNow: { person: 'pool-lead' }, rung });
  },
  'where a role has no lead the desk stands in, once, and nothing changes hands with every message': (
    core,
  ) => {
    const loop = imaged(core);
    loop.rulebook = rulebook({ directory: { ...DIRECTORY, leads: { desk: 'desk-lead' } } });
    loop.fact('transfer', { id: 't1', from: 'main', to: 'there' });
    expect(loop.duty('transfer:t1').accountable).toEqual({ role: 'desk', person: 'desk-lead' });
    loop.fact('viewed', { person: 'dr-ash', quality: 'diagnostic' });
    loop.fact('images', { at: after(loop.now, '-2d') });
    expect(loop.events.filter((e) => e.type === 'accountable')).toEqual([]);
  },
  'reassigned before anybody was asked: the first ask goes to who answers for it by then': (core) => {
    const loop = reported(core);
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'acknowledge:r1', to: CONSULTANT });
    expect(loop.asks('acknowledge:r1')).toEqual([]);
    loop.wait('15d');
    expect(loop.asked('acknowledge:r1')[0]).toBe('dr-birch');
  },
  'a handover of the patient moves the open duties it carries; a handover of one duty does not': (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.act(CLINICAL_LEAD, 'reassign', { to: CONSULTANT });
    const of = (key: string): string => loop.duty(key).accountable.person;
    expect(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1'].map(of)).toEqual(Array(3).fill('dr-birch'));
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'tell-gp:r1', to: OTHER_REPORTER });
    expect(of('tell-patient:r1')).toBe('dr-birch');
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(of('plan:r1:f1')).toBe('dr-ash');
    expect(of('tell-patient:r1')).toBe('dr-ash');
    loop.act(CLINICAL_LEAD, 'reassign', { to: CONSULTANT });
    expect(of('plan:r1:f1')).toBe('dr-birch');
  },
  "a pool's new lead takes its duties over and is asked where the old one was": (core) => {
    const loop = imaged(core);
    loop.wait('8d');
    const { dueAt, rung } = loop.duty('report');
    loop.rulebook = rulebook({
      directory: {
        ...DIRECTORY,
        leads: { ...DIRECTORY.leads, 'clinical-lead': 'medical-lead', 'reporting-pool': 'dr-dogwood' },
      },
    });
    loop.receive('directory', { people: ['pool-lead', 'clinical-lead'] }, SYSTEM);
    expect(loop.duty('report')).toMatchObject({
      accountable: { person: 'dr-dogwood' },
      askedNow: { person: 'medical-lead' },
      dueAt,
      rung,
    });
    loop.act(MEDICAL_LEAD, 'reassign', { to: CONSULTANT });
    expect(loop.duty('report').accountable.person).toBe('dr-dogwood');
    const other = reported(core, [CRITICAL]);
    other.receive('directory', { people: ['pool-lead', 'desk-lead'] }, SYSTEM);
    expect(other.asked('acknowledge:r1')).toEqual(['dr-ash']);
    other.receive('directory', { people: ['dr-ash'] }, SYSTEM);
    expect(other.asked('acknowledge:r1')).toEqual(['dr-ash', 'dr-ash']);
    expect(other.asks('tell-patient:r1')).toEqual([]);
  },
  "a person who is gone owes nothing any more: their role's lead, else the desk, and it stays so": (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.rulebook = rulebook({ directory: gone('dr-ash') });
    loop.receive('directory', { people: ['dr-ash'] }, SYSTEM);
    expect(loop.duty('acknowledge:r1')).toMatchObject({ accountable: { role: 'desk', person: 'desk-lead' } });
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash', 'desk-lead']);
    loop.fact('viewed', { person: 'dr-birch', quality: 'diagnostic' });
    expect(loop.duty('acknowledge:r1').accountable.person).toBe('desk-lead');
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    expect(loop.duty('plan:r1:f1').accountable.person).toBe('dr-birch');
    loop.fact('report', report(2, [CRITICAL], { status: 'amended' }));
    loop.act(REQUESTER, 'acknowledge', seen('r2', 'f1'));
    expect(loop.duty('plan:r2:f1').accountable.person).toBe('dr-ash');
  },
  'who has gone since their deadline passed is asked about at once, and not again before the next': (
    core,
  ) => {
    const loop = reported(core, [CRITICAL]);
    loop.sleep('3h').receive('directory', { people: ['dr-ash'] }, SYSTEM);
    expect(loop.duty('acknowledge:r1').dueAt).toBe(after(loop.now, '10m'));
  },
  'a person who only changed post stays accountable for what is theirs by name': (core) => {
    const loop = imaged(core);
    loop.act(REPORTER, 'claim', {});
    loop.receive('directory', { people: ['dr-cedar'] }, SYSTEM);
    expect(loop.duty('report').accountable.person).toBe('dr-cedar');
    expect(loop.duty('report').leaseUntil).toBeDefined();
    loop.rulebook = rulebook({ directory: gone('dr-cedar') });
    loop.receive('directory', { people: ['dr-cedar'] }, SYSTEM);
    expect(loop.duty('report').accountable.person).toBe('pool-lead');
    expect(loop.duty('report').leaseUntil).toBeUndefined();
  },
  "re-plan: moves deadlines that have not fired, fires once what it moved into the past, and leaves a running ladder's next step":
    (core) => {
      const shorter: Policy = {
        ...POLICY,
        rules: POLICY.rules.map((r) => ({ ...r, limit: { ...r.limit, duration: 'PT1H' } })),
      };
      const loop = reported(core, [CRITICAL]);
      loop.wait('2h');
      const running = loop.duty('acknowledge:r1');
      loop.rulebook = rulebook({ policy: shorter });
      loop.receive('replan', { policy: 'shorter' }, SYSTEM);
      expect(loop.duty('tell-gp:r1')).toMatchObject({
        limitAt: after(running.from, '1h'),
        dueAt: after(running.from, '1h'),
        asks: 0,
      });
      expect(loop.duty('acknowledge:r1').dueAt).toBe(running.dueAt);
      loop.catchUp();
      expect(loop.asked('tell-gp:r1')).toEqual(['dr-ash']);
      loop.receive('replan', {}, SYSTEM);
      expect(loop.events.at(-1)!.type).toBe('replan');
      expect(loop.duty('tell-gp:r1').dueAt).toBe(after(loop.now, '1d'));
    },
  're-plan: a holiday proclaimed later moves what counts working days, and a planned date stands': (core) => {
    const working: Policy = {
      ...POLICY,
      rules: POLICY.rules.map((r) =>
        r.kind === 'report' ? { ...r, limit: { ...r.limit, duration: 'P2D', clock: 'working' } } : r,
      ),
    };
    const loop = requested(core);
    loop.rulebook = rulebook({ policy: working });
    loop.fact('images', {});
    expect(loop.duty('report').limitAt).toBe('2026-03-04T09:00:00.000Z');
    loop.rulebook = rulebook({ policy: working, calendar: { ...CALENDAR, holidays: ['2026-03-03'] } });
    loop.receive('replan', {}, SYSTEM);
    expect(loop.duty('report')).toMatchObject({
      limitAt: '2026-03-05T09:00:00.000Z',
      dueAt: '2026-03-05T09:00:00.000Z',
    });
  },
  're-plan: the date that a plan set stands; a limit taken from the policy of today names it': (core) => {
    const loop = reported(core, [finding('f1', 'cancer')]);
    const refer = { id: 'a1', what: 'refer', owner: CONSULTANT, by: after(loop.now, '20d') } as const;
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    loop.act(CONSULTANT, 'plan', { version: 'r1', finding: 'f1', actions: [refer] });
    const rules = POLICY.rules.filter((r) => r.kind !== 'tell-gp');
    const today = POLICY.rules.map((r) => ({ ...r, limit: { ...r.limit, duration: 'P1D' } }));
    loop.rulebook = rulebook({
      policy: { ...POLICY, rules },
      today: { policy: { ...POLICY, rules: today }, hash: 'newer' },
    });
    loop.receive('replan', {}, SYSTEM);
    expect(loop.duty('complete:r1:f1:a1').limitAt).toBe(refer.by);
    expect(loop.events.filter((e) => e.type === 'rescheduled')).toMatchObject([
      { key: 'tell-gp:r1', limitAt: after(loop.now, '1d'), policy: 'newer' },
    ]);
  },
  "where the pinned policy has no limit for a newer kind, today's is used and the event names it": (core) => {
    const older: Policy = { ...POLICY, rules: POLICY.rules.filter((r) => r.kind !== 'answer') };
    const loop = reported(core);
    finish(loop, 'r1');
    loop.rulebook = rulebook({ policy: older });
    loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    expect(loop.events.findLast((e) => e.type === 'opened')).toMatchObject({
      key: 'answer:e1',
      policy: 'today',
    });
  },
};
