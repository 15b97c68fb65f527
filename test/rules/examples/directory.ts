import type { Member } from '../../../domain/directory';
import { after, CLINICAL_LEAD, CONSULTANT, finding, report, T0 } from '../support/builders';
import { ACK, CRITICAL, critical, lastAsk } from '../support/asked';
import { imaged, requested, seen } from '../support/journeys';
import { directory, POLICY, rulebook } from '../support/policy';
import type { Examples } from '../support/examples';

/** Who is asked at a given moment: on call, covering, at the ceiling. Every fault ends at a human. */

const ALWAYS = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };
const away = (cover?: string): Partial<Member> => ({
  absences: [{ ...ALWAYS, ...(cover === undefined ? {} : { cover }) }],
});

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
