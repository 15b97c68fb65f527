import * as fc from 'fast-check';
import { CONSULTANT, finding, report, REQUESTER } from '../support/builders';
import type { CheckedLoop } from '../support/invariants';
import { imagedBy, noAction, seen } from '../support/journeys';
import type { Property } from './property';
import { randomLoop, told } from './property';

const CATEGORIES = ['critical', 'urgent', 'cancer', 'significant-unexpected'] as const;

/**
 * A new version that supersedes an open duty keeps the earlier deadline and the higher rung for a
 * finding that it already covered, whether that waits to be acknowledged or to be planned.
 */
export const reissue: Property = {
  share: 1,
  on: (core) =>
    fc.property(
      fc.constantFrom(...CATEGORIES),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.boolean(), fc.boolean()), {
        minLength: 1,
        maxLength: 5,
      }),
      (category, versions) => {
        const loop = imagedBy(randomLoop(core));
        const alert = finding('f1', category);
        loop.fact('report', report(1, [alert]));
        told(loop, () => {
          versions.forEach(([minutes, acknowledged, more], i) => {
            if (acknowledged && loop.open.includes(`acknowledge:r${i + 1}`))
              loop.act(REQUESTER, 'acknowledge', all(loop, `r${i + 1}`));
            loop.wait(`${minutes}m`);
            const before = Object.values(loop.state.obligations).filter((o) =>
              ['acknowledge', 'plan'].includes(o.kind),
            );
            const alerts = more
              ? [alert, finding(`g${i}`, 'significant-unexpected', { region: 'neck' })]
              : [alert];
            loop.fact('report', report(i + 2, alerts, { status: 'amended' }));
            const next = loop.duty(`acknowledge:r${i + 2}`);
            for (const o of before.filter((b) => b.key.startsWith('acknowledge') || b.key.endsWith(':f1'))) {
              const soonest = o.dueAt > loop.now ? o.dueAt : loop.now;
              if (next.dueAt > soonest || next.limitAt > o.limitAt || next.rung < o.rung)
                throw new Error(`${next.key} put ${o.key} off`);
            }
          });
          const last = `r${versions.length + 1}`;
          loop.act(CONSULTANT, 'acknowledge', all(loop, last));
          const plan = loop.duty(`plan:${last}:f1`);
          const left = loop.events.findLast(
            (e) => e.type === 'ended' && e.key.startsWith('plan:') && e.key.endsWith(':f1'),
          );
          const stood =
            left &&
            loop.events.findLast(
              (e) => e.seq < left.seq && e.type === 'opened' && 'key' in left && e.key === left.key,
            );
          if (stood?.type === 'opened' && plan.limitAt > stood.limitAt)
            throw new Error(`${plan.key} put ${stood.key} off`);
          loop.act(CONSULTANT, 'plan', noAction(last, 'f1'));
          if (loop.open.includes(`plan:${last}:f1`)) throw new Error('planned, and still owed');
        });
      },
    ),
};

const all = (loop: CheckedLoop, version: string) =>
  seen(version, ...loop.core.issueFor(loop.state, version)!.alerts.map((f) => f.id));
