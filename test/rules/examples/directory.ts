import type { Directory, Member } from '../../../domain/directory';
import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  finding,
  OTHER_REPORTER,
  report,
  REPORTER,
  request,
  REQUESTER,
  SYSTEM,
  T0,
} from '../support/builders';
import type { Core } from '../support/core';
import type { Examples } from '../support/examples';
import type { CheckedLoop } from '../support/invariants';
import { accepted, imaged, requested, seen, toldInPerson } from '../support/journeys';
import { directory, POLICY, rulebook } from '../support/policy';

/** Who is asked at a given moment: on call, covering, after somebody left, at the ceiling. Every fault ends at a human. */

const CRITICAL = finding('f1', 'critical');
const ALWAYS = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };
const away = (cover?: string): Partial<Member> => ({
  absences: [{ ...ALWAYS, ...(cover === undefined ? {} : { cover }) }],
});

const critical = (core: Core, is: Directory, asked: Parameters<typeof imaged>[1] = {}): CheckedLoop => {
  const loop = imaged(core, asked);
  loop.rulebook = rulebook({ directory: is });
  loop.fact('report', report(1, [CRITICAL]));
  return loop;
};
const ACK = 'acknowledge:r1';
const lastAsk = (loop: CheckedLoop, key = ACK) => {
  const { askedNow, insteadOf, because, rung } = loop.duty(key);
  return { asked: askedNow.person, for: insteadOf?.person, because, rung };
};

export const WHO_IS_ASKED: Examples = {
  'the person on call for a role at the site is asked, at another site somebody else, and the event says so':
    (core) => {
      const slot = (person: string) => [{ ...ALWAYS, person }];
      const is = directory(
        {},
        {
          rotas: [
            { role: 'clinical-lead', site: 'elsewhere', slots: slot('dr-dogwood') },
            { role: 'clinical-lead', slots: slot('medical-lead') },
            { role: 'clinical-lead', site: 'main', slots: slot('dr-cedar') },
          ],
        },
      );
      const loop = critical(core, is);
      loop.wait('10m');
      expect(lastAsk(loop)).toEqual({ asked: 'dr-cedar', for: undefined, because: 'on-call', rung: 2 });
      const other = critical(core, is, { site: 'annexe' });
      expect(lastAsk(other.wait('10m')).asked).toBe('medical-lead');
    },
  'a hole in the rota falls back to the lead of the role, and that is visible': (core) => {
    const until = { from: ALWAYS.from, to: after(T0, '1d') };
    const is = directory(
      {},
      { rotas: [{ role: 'clinical-lead', slots: [{ ...until, person: 'dr-cedar' }] }] },
    );
    const loop = critical(core, is);
    expect(loop.now > until.to).toBe(true);
    loop.wait('10m');
    expect(lastAsk(loop)).toMatchObject({ asked: 'clinical-lead', because: 'rota-hole' });
    expect(lastAsk(loop.wait('10m')).asked).toBe('desk-lead');
  },
  'who is on call for a pool is asked about its duties; its lead goes on answering for them': (core) => {
    const shift = (from: string, to: string, person: string) => ({
      from: after(T0, from),
      to: after(T0, to),
      person,
    });
    const slots = [shift('0h', '47h', 'dr-cedar'), shift('47h', '60h', 'dr-dogwood')];
    const loop = requested(core);
    loop.rulebook = rulebook({
      directory: directory({}, { rotas: [{ role: 'imaging-department', slots }] }),
    });
    loop.wait('49h');
    expect(lastAsk(loop, 'vet')).toMatchObject({ asked: 'dr-dogwood', because: 'on-call' });
    expect(loop.duty('vet').accountable.person).toBe('imaging-lead');
  },
  'the lead of the team of who asked for it comes before the lead of the trust': (core) => {
    const is = directory(
      { 'dr-oak': { roles: ['consultant'] }, 'dr-birch': { roles: ['consultant'] } },
      {
        leads: { consultant: 'dr-birch' },
        teams: { ed: { lead: 'dr-oak', members: ['dr-ash'] }, empty: { lead: 'dr-cedar', members: [] } },
      },
    );
    expect(lastAsk(critical(core, is).wait('10m')).asked).toBe('dr-oak');
    const nobody = directory({}, { leads: { consultant: 'dr-birch' }, teams: {} });
    expect(lastAsk(critical(core, nobody).wait('10m')).asked).toBe('dr-birch');
  },
  'a team with nobody in it, or whose lead left, falls to the next rung and at the end to the desk': (
    core,
  ) => {
    const team = { ed: { lead: 'dr-oak', members: ['dr-ash'] } };
    const left = { roles: ['consultant' as const], left: { at: T0 } };
    for (const people of [{ 'dr-oak': left }, {}] as Record<string, Member>[]) {
      const loop = critical(core, directory(people, { teams: team }));
      loop.wait('10m');
      expect(lastAsk(loop)).toMatchObject({ asked: 'clinical-lead', rung: 2 });
      loop.wait('10m');
      expect(lastAsk(loop).asked).toBe('desk-lead');
    }
  },
  'the cover of somebody absent is asked in their stead, their cover in turn, and nobody comes to answer for it':
    (core) => {
      const is = directory({
        'dr-ash': away('dr-birch'),
        'dr-birch': { absences: away().absences!, cover: 'dr-cedar' },
      });
      const loop = critical(core, is);
      expect(lastAsk(loop)).toEqual({ asked: 'dr-cedar', for: 'dr-ash', because: 'absent', rung: 0 });
      expect(loop.duty(ACK).accountable.person).toBe('dr-ash');
      expect(loop.events.findLast((e) => e.type === 'opened' && e.key === ACK)).toMatchObject({
        insteadOf: { person: 'dr-ash' },
        because: 'absent',
      });
      loop.wait('10m');
      expect(lastAsk(loop)).toMatchObject({
        asked: 'clinical-lead',
        rung: 2,
        for: undefined,
        because: undefined,
      });
    },
  'a cycle of covers ends: the next rung is asked, and it is kept for whom': (core) => {
    const loop = critical(core, directory({ 'dr-ash': away('dr-birch'), 'dr-birch': away('dr-ash') }));
    expect(lastAsk(loop)).toEqual({ asked: 'clinical-lead', for: 'dr-ash', because: 'absent', rung: 2 });
    expect(loop.duty(ACK).accountable.person).toBe('dr-ash');
    loop.wait('2d');
    expect(lastAsk(loop).asked).toBe('desk-lead');
  },
  'an absence counts when the ask goes out, not when the duty opened; its end is not part of it': (core) => {
    const loop = requested(core);
    const absences = [{ from: after(T0, '47h'), to: after(T0, '48h'), cover: 'dr-cedar' }];
    loop.rulebook = rulebook({ directory: directory({ 'imaging-lead': { absences } }) });
    loop.wait('3d');
    expect(loop.asks('vet')[0]).toEqual({ at: after(T0, '48h'), person: 'imaging-lead', rung: 0 });
    absences[0]!.to = after(T0, '49h');
    const away = requested(core);
    away.rulebook = loop.rulebook;
    away.wait('48h');
    expect(lastAsk(away, 'vet')).toMatchObject({ asked: 'dr-cedar', for: 'imaging-lead', rung: 0 });
  },
  'a desk whose lead is away without cover is asked all the same; whoever is on call at it comes first': (
    core,
  ) => {
    const alone = critical(core, directory({ 'desk-lead': away() }));
    expect(lastAsk(alone.wait('40m')).asked).toBe('desk-lead');
    const slots = [{ ...ALWAYS, person: 'dr-dogwood' }];
    const staffed = critical(core, directory({}, { rotas: [{ role: 'desk', slots }] }));
    expect(lastAsk(staffed.wait('40m'))).toMatchObject({ asked: 'dr-dogwood', because: 'on-call' });
    const gone = critical(core, directory({ 'desk-lead': { left: { at: T0 } } }));
    expect(lastAsk(gone.wait('40m')).asked).toBe('desk');
  },
  'an owner who leaves in mid-ladder: the successor answers and is asked, and the ladder goes on from there':
    (core) => {
      const loop = critical(core, directory({}));
      loop.wait('10m');
      const { rung, dueAt } = loop.duty(ACK);
      loop.rulebook = rulebook({
        directory: directory({ 'dr-ash': { left: { at: loop.now, successor: 'dr-birch' } } }),
      });
      loop.receive('directory', { people: ['dr-ash'] }, SYSTEM);
      expect(loop.duty(ACK)).toMatchObject({ accountable: { person: 'dr-birch' }, rung, dueAt });
      expect(loop.events.findLast((e) => e.type === 'directory')).toMatchObject({
        data: { gone: ['dr-ash'], left: { 'dr-ash': 'dr-birch' } },
      });
      // Whoever left may still press a button: what they answer for stays with their successor.
      loop.act(REQUESTER, 'tell', toldInPerson(loop, 'r1'));
      loop.act(CLINICAL_LEAD, 'reassign', {
        duty: 'tell-gp:r1',
        to: { person: 'dr-ash', role: 'consultant' },
      });
      expect(loop.duty('tell-gp:r1').accountable.person).toBe('dr-birch');
      expect(loop.duty(ACK).accountable.person).toBe('dr-birch');
      loop.wait('30m');
      expect(lastAsk(loop).asked).toBe('desk-lead');
    },
  'who has left claims no study: it would lie until the lease ends': (core) => {
    const loop = imaged(core);
    loop.rulebook = rulebook({ directory: directory({ 'dr-cedar': { left: { at: T0 } } }) });
    loop.receive('directory', { people: ['dr-cedar'] }, SYSTEM);
    expect(loop.act(REPORTER, 'claim', {})).toBe('role-not-permitted');
    expect(loop.act(OTHER_REPORTER, 'claim', {})).toBe('recorded');
  },
  'successors who left in a circle, or none: the lead of the role, else the desk': (core) => {
    const circle = {
      'dr-ash': { left: { at: T0, successor: 'dr-birch' } },
      'dr-birch': { left: { at: T0, successor: 'dr-ash' } },
    };
    for (const people of [circle, { 'dr-ash': { left: { at: T0 } } }] as Record<string, Partial<Member>>[]) {
      const loop = critical(core, directory({}));
      loop.rulebook = rulebook({ directory: directory(people) });
      loop.receive('directory', { people: Object.keys(people) }, SYSTEM);
      expect(loop.duty(ACK)).toMatchObject({
        accountable: { role: 'desk', person: 'desk-lead' },
        askedNow: { person: 'desk-lead' },
      });
    }
  },
  'who left before a duty opened never answers for it, and who comes back answers again': (core) => {
    const gone = directory({ 'dr-ash': { left: { at: T0, successor: 'dr-birch' } } });
    const loop = critical(core, gone);
    expect(loop.duty(ACK)).toMatchObject({ accountable: { person: 'dr-birch' } });
    loop.receive('directory', { people: ['dr-ash'] }, SYSTEM);
    loop.fact('viewed', { person: 'dr-birch', quality: 'diagnostic' });
    expect(loop.duty(ACK).accountable.person).toBe('dr-birch');
    loop.rulebook = rulebook({ directory: directory({}) });
    loop.receive('directory', { people: ['dr-ash'] }, SYSTEM);
    expect(loop.state.gone).toEqual([]);
    loop.fact('report', report(2, [CRITICAL], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2').accountable.person).toBe('dr-ash');
  },
  "a trainee's supervisor answers where the request names no consultant, by a fact of its own": (core) => {
    const is = directory({ 'dr-ash': { supervisor: 'dr-birch' } });
    const loop = imaged(core);
    loop.rulebook = rulebook({ directory: is });
    loop.fact('report', report(1, [CRITICAL]));
    expect(loop.duty(ACK).accountable.person).toBe('dr-ash'); // requested before the directory knew of a supervisor
    loop.fact('request', request({ at: after(T0, '1h'), priority: 'urgent' }));
    expect(loop.duty(ACK).accountable.person).toBe('dr-birch');
    expect(loop.state.request!.consultant).toBeUndefined();
    expect(loop.events.filter((e) => e.type === 'supervised')).toMatchObject([
      { requester: 'dr-ash', consultant: 'dr-birch' },
    ]);
    expect(loop.duty(ACK).accountable).toEqual({ role: 'consultant', person: 'dr-birch' });
    expect(loop.fact('request', request({ at: after(T0, '1h'), priority: 'urgent' }))).toBe('duplicate');
    const named = accepted(core, { consultant: 'dr-cedar' });
    named.rulebook = rulebook({ directory: is });
    named.fact('request', request({ at: after(T0, '1h'), consultant: 'dr-cedar' }));
    expect(named.events.filter((e) => e.type === 'supervised')).toEqual([]);
  },
  'another requester than the one who is supervised has their own consultant': (core) => {
    const is = directory({ 'dr-ash': { supervisor: 'dr-birch' } });
    const loop = accepted(core);
    loop.rulebook = rulebook({ directory: is });
    loop.fact('request', request({ at: after(T0, '1h') }));
    loop.fact(
      'request',
      request({ at: after(T0, '2h'), requester: { person: 'dr-cedar', profession: 'doctor' } }),
    );
    loop.fact('images', {});
    loop.fact('report', report(1, [CRITICAL]));
    expect(loop.duty(ACK).accountable.person).toBe('dr-cedar');
  },
  'a practice without a named doctor is its responsible clinician': (core) => {
    const rungs = [
      { ask: 'accountable' },
      { ask: 'gp', wait: 'PT1H' },
      { ask: 'desk', wait: 'PT1H', repeat: 'PT1H' },
    ] as const;
    const policy = { ...POLICY, ladders: { ...POLICY.ladders, minutes: { rungs: [...rungs] } } };
    const organisations = { 'elm-surgery': { kind: 'gp-practice' as const, clinician: 'gp-elm' } };
    const loop = imaged(core, { gp: { status: 'registered', practice: 'elm-surgery' } });
    loop.rulebook = rulebook({ policy, directory: directory({}, { organisations }) });
    loop.fact('report', report(1, [CRITICAL]));
    expect(lastAsk(loop.wait('1h'))).toMatchObject({ asked: 'gp-elm', rung: 1 });
  },
  'at the ceiling a routine ask goes to cover or up, marked; a critical one is asked all the same': (
    core,
  ) => {
    const atCeiling = new Set(['dr-ash', 'desk-lead']);
    const routine = imaged(core);
    routine.rulebook = rulebook({ directory: directory({}), atCeiling });
    routine.fact('report', report(1, [finding('f1', 'cancer')]));
    expect(lastAsk(routine)).toEqual({ asked: 'clinical-lead', for: 'dr-ash', because: 'ceiling', rung: 1 });
    expect(routine.duty(ACK).accountable.person).toBe('dr-ash');
    expect(lastAsk(routine.wait('30d')).asked).toBe('desk-lead');
    const covered = imaged(core);
    covered.rulebook = rulebook({ directory: directory({ 'dr-ash': { cover: 'dr-birch' } }), atCeiling });
    covered.fact('report', report(1, [finding('f1', 'cancer')]));
    expect(lastAsk(covered)).toEqual({ asked: 'dr-birch', for: 'dr-ash', because: 'ceiling', rung: 0 });
    const rotas = [{ role: 'desk' as const, slots: [{ ...ALWAYS, person: 'dr-dogwood' }] }];
    const desk = imaged(core);
    desk.rulebook = rulebook({ directory: directory({}, { rotas }), atCeiling: new Set(['dr-dogwood']) });
    desk.fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    expect(lastAsk(desk.wait('4d'), 'answer:e1')).toMatchObject({ asked: 'dr-dogwood', because: 'on-call' });
    const urgent = imaged(core);
    urgent.rulebook = routine.rulebook;
    urgent.fact('report', report(1, [CRITICAL]));
    expect(lastAsk(urgent)).toMatchObject({ asked: 'dr-ash', because: undefined });
  },
  'whoever answers before anybody was asked is asked first, also where a cover was to be asked': (core) => {
    const loop = imaged(core);
    loop.rulebook = rulebook({ directory: directory({ 'dr-ash': away('dr-cedar') }) });
    loop.fact('report', report(1));
    expect(lastAsk(loop)).toMatchObject({ asked: 'dr-cedar', for: 'dr-ash' });
    loop.act(CLINICAL_LEAD, 'reassign', { duty: ACK, to: CONSULTANT });
    expect(lastAsk(loop)).toMatchObject({ asked: 'dr-birch', for: undefined, because: undefined });
    loop.act(CONSULTANT, 'acknowledge', seen('r1'));
  },
};
