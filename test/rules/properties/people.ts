import * as fc from 'fast-check';
import type { Absence, Directory, Member, Rota } from '../../../domain/directory';
import { hasLeft, heirOf } from '../../../domain/directory';
import type { Asked, Opened } from '../../../domain/events';
import { after, SYSTEM } from '../support/builders';
import type { CheckedLoop } from '../support/invariants';
import { DIRECTORY, directory } from '../support/policy';
import type { Step } from '../support/steps';
import { step, take } from '../support/steps';
import type { Property } from './property';
import { lastDue, randomLoop, told } from './property';

const PEOPLE = Object.keys(DIRECTORY.people);
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

type Change = readonly [what: number, who: number, other: number];
const change: fc.Arbitrary<Change> = fc.tuple(fc.nat(7), fc.nat(63), fc.nat(63));

/** People leave, are away, come back, and rotas have holes: one more change of the directory, and whom it tells. */
const changed = (was: Directory, [what, a, b]: Change, now: string): { is: Directory; tell: string[] } => {
  const person = pick(PEOPLE, a);
  const other = pick(PEOPLE, b);
  const be = (more: Partial<Member>): Directory => {
    const { left: _left, ...member } = was.people[person] ?? { roles: [] };
    return { ...was, people: { ...was.people, [person]: { ...member, ...more } } };
  };
  const { [person]: _gone, ...rest } = was.people;
  switch (what % 8) {
    case 0:
      return { is: be({ left: { at: now, successor: other } }), tell: [person] };
    case 1:
      return { is: be({ left: { at: now } }), tell: [person] };
    case 2:
      return { is: { ...was, people: rest }, tell: [person] };
    case 3:
      return { is: be({ absences: [] }), tell: [person] };
    case 4:
    case 5: {
      const absence: Absence = { from: after(now, pick(['-1h', '1h', '2d'], b)), to: after(now, '4d') };
      const covered = { ...absence, ...(what === 4 ? { cover: other } : {}) };
      return { is: be({ absences: [covered], ...(a % 3 ? {} : { cover: other }) }), tell: [] };
    }
    case 6:
      return { is: { ...was, teams: { t: { lead: person, members: b % 2 ? [other] : [] } } }, tell: [] };
    default: {
      const role = pick(['clinical-lead', 'imaging-department', 'consultant', 'desk'] as const, a);
      const slots = [
        { from: after(now, '-1h'), to: after(now, '9h'), person },
        { from: after(now, '20h'), to: after(now, '3d'), person: other },
      ];
      const rota: Rota = { role, slots, ...(b % 2 ? { site: 'main' } : {}) };
      return { is: { ...was, rotas: [...(was.rotas ?? []), rota] }, tell: [] };
    }
  }
};

/** Those who had left and for whom somebody else answers from now on: their journeys are told as well. */
const otherHeirs = (was: Directory, is: Directory, at: string): string[] =>
  PEOPLE.filter((person) => hasLeft(person, was, at) && heirOf(person, was, at) !== heirOf(person, is, at));

const isThere = (person: string, at: string, is: Directory): boolean => {
  const member = is.people[person];
  if (!member || (member.left && member.left.at <= at)) return false;
  return !(member.absences ?? []).some((absence) => absence.from <= at && at < absence.to);
};

/** Each ask reaches one person who is there, or the desk; whom it was meant for is kept where that is somebody else. */
const checkAsks = (asks: readonly (Asked | Opened)[], is: Directory): void => {
  for (const e of asks) {
    const { askedNow, insteadOf, because } = e;
    if (askedNow.role !== 'desk' && !isThere(askedNow.person, e.at, is))
      throw new Error(`${e.key} asks ${askedNow.person}, who is not there`);
    if (insteadOf && (because === undefined || isThere(insteadOf.person, e.at, is)))
      throw new Error(`${e.key} passes over ${insteadOf.person}, who is there`);
  }
};

/** Nobody who left goes on answering once the journey has been told. */
const checkOwners = (loop: CheckedLoop, is: Directory, gone: ReadonlySet<string>): void => {
  for (const o of Object.values(loop.state.obligations)) {
    const { person } = o.accountable;
    if (gone.has(person) && is.people[person]?.left && o.accountable.role !== 'desk')
      throw new Error(`${o.key} stays with ${person}, who left`);
  }
};

const isAsk = (e: { type: string }): e is Asked | Opened =>
  e.type === 'asked' || (e.type === 'opened' && (e as Opened).asks > 0);

/**
 * Invariant 2 while people leave, are away and come back: no interleaving leaves a duty without one accountable and one asked,
 * nobody is asked who is not there, and in silence everything still climbs to the desk.
 */
export const people: Property = {
  share: 3,
  on: (core) =>
    fc.property(
      fc.array(fc.oneof({ weight: 2, arbitrary: step }, { weight: 1, arbitrary: change }), {
        maxLength: 18,
        size: 'max',
      }) as fc.Arbitrary<(Step | Change)[]>,
      fc.array(fc.boolean(), { minLength: 18, maxLength: 18 }),
      (script, kinds) => {
        const loop = randomLoop(core);
        const gone = new Set<string>();
        let is = directory({});
        let heard = 0;
        const check = (): void => {
          checkAsks(loop.events.slice(heard).filter(isAsk), is);
          checkOwners(loop, is, gone);
          heard = loop.events.length;
        };
        told(loop, () => {
          script.forEach((s, i) => {
            if (kinds[i]) take(loop, s, 'orderly');
            else {
              const next = changed(is, s, loop.now);
              const tell = new Set([...next.tell, ...otherHeirs(is, next.is, loop.now)]);
              is = next.is;
              loop.rulebook = { ...loop.rulebook, directory: is };
              for (const person of tell) {
                if (is.people[person]?.left) gone.add(person);
                else gone.delete(person);
              }
              if (tell.size > 0) loop.receive('directory', { people: [...tell] }, SYSTEM);
            }
            check();
          });
          loop.until(after(lastDue(loop), '30d'));
          check();
          loop.checkFold();
          for (const key of loop.open)
            if (loop.duty(key).askedNow.role !== 'desk') throw new Error(`${key} never reached the desk`);
        });
      },
    ),
};
