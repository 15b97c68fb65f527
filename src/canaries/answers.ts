import { canaryId } from '../../domain/canary';
import type { Actor } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { Obligation } from '../../domain/obligation';
import type { Submission } from '../intake/intake.service';

/**
 * What the recipient of a canary does about each duty, so that it ends as a real examination would. Only in a canary does the
 * software act in somebody's place; in every other journey the guards know no such person.
 */

type Act = Pick<Submission, 'type' | 'data' | 'by'>;

const as = (role: Actor['role'], person: string = canaryId(role)): Actor => ({ role, person });

const actOn = (o: Obligation, now: string): Act | undefined => {
  const [, version = '', finding = ''] = o.key.split(':');
  const clinician = as('consultant', o.accountable.person);
  switch (o.kind) {
    case 'acknowledge':
      return {
        type: 'acknowledge',
        data: { version, findings: ['f1'], how: 'voice', readBack: true },
        by: clinician,
      };
    case 'plan':
      return { type: 'plan', data: { version, finding, noAction: 'false-positive' }, by: clinician };
    case 'tell-patient':
      return {
        type: 'tell',
        data: { version, at: now, to: 'patient', how: 'in-person', outcome: 'told' },
        by: clinician,
      };
    case 'vet':
      return { type: 'return', data: { reason: 'duplicate' }, by: as('vetter') };
    case 'clarify':
      return { type: 'clarify', data: { decision: 'not-needed' }, by: as('requester') };
    case 'reconcile':
      return { type: 'explain', data: { duty: o.key }, by: as('desk') };
    default:
      return undefined;
  }
};

/** The next act that brings a canary to its end; nothing where it has ended, or something is owed that no canary should owe. */
export const nextAnswer = ({ obligations }: Pick<Journey, 'obligations'>, now: string): Act | undefined => {
  for (const o of Object.values(obligations).sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const act = actOn(o, now);
    if (act) return act;
  }
  return undefined;
};
