import { after, finding, REQUESTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { reported, seen } from '../support/journeys';

/** What was done on paper while nothing worked, and is entered afterwards with its real time. */

export const AFTERWARDS: Examples = {
  'done in time and entered late is in time, with both times on record': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    const happenedAt = after(loop.now, '2h');
    loop.sleep('30h');
    expect(loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'), { happenedAt })).toBe('recorded');
    const event = loop.events.find((e) => e.type === 'acknowledge');
    expect(event).toMatchObject({ happenedAt, receivedAt: loop.now });
    const ended = loop.events.find((e) => e.type === 'ended' && e.key === 'acknowledge:r1');
    expect(ended).toMatchObject({ how: 'discharged' });
    expect(ended).not.toHaveProperty('late');
  },
  'done late and entered later still is late': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    const happenedAt = after(loop.now, '25h');
    loop.sleep('30h');
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'), { happenedAt });
    const ended = loop.events.find((e) => e.type === 'ended' && e.key === 'acknowledge:r1');
    expect(ended).toMatchObject({ how: 'discharged', late: true });
  },
  'the clocks that it starts run from when it was done': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    const happenedAt = after(loop.now, '2h');
    loop.sleep('5h');
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'), { happenedAt });
    expect(loop.state.obligations['plan:r1:f1']).toMatchObject({ from: happenedAt });
  },
};
