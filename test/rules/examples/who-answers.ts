import type { Member } from '../../../domain/directory';
import {
  after,
  CLINICAL_LEAD,
  OTHER_REPORTER,
  report,
  REPORTER,
  request,
  REQUESTER,
  SYSTEM,
  T0,
} from '../support/builders';
import { ACK, CRITICAL, critical, lastAsk } from '../support/asked';
import { accepted, imaged, toldInPerson } from '../support/journeys';
import { directory, rulebook } from '../support/policy';
import type { Examples } from '../support/examples';

/** Who answers: after somebody left, for a trainee, in a circle of successors. Every fault ends at a human. */

export const WHO_ANSWERS: Examples = {
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
};
