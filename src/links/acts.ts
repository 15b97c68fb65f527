import type { CommandType } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { issueFor } from '../../domain/reports';
import type { Category, ObligationKind } from '../../domain/vocabulary';

/** What one click may do: a command that needs nothing but the person's word. */
export interface Act {
  type: CommandType;
  body: object;
}

export interface LinkedDuty {
  key: string;
  kind: ObligationKind;
  category: Category | null;
}

/** By kind of duty; whatever needs more than a word (a plan, a telling, a proof) is done in the system itself. */
const ACTS: Partial<Record<ObligationKind, (duty: LinkedDuty, journey: Journey) => Act | undefined>> = {
  // A critical finding is acknowledged by voice with read-back: a click must not even look as if it would do.
  acknowledge: ({ key, category }, journey) => {
    const version = key.slice('acknowledge:'.length);
    const issue = issueFor(journey, version);
    if (issue === undefined || category === 'critical' || issue.category === 'critical') return undefined;
    return { type: 'acknowledge', body: { version, findings: issue.alerts.map((f) => f.id), how: 'screen' } };
  },
  // Declining needs a reason, and perhaps a name: that is done in the system.
  'accept-handover': ({ key }) => ({
    type: 'accept',
    body: { offer: key.slice('accept-handover:'.length) },
  }),
};

/** The act that a link offers for its duty, if any. Whether it may stand is decided where every command is. */
export const actOf = (duty: LinkedDuty, journey: Journey): Act | undefined =>
  ACTS[duty.kind]?.(duty, journey);
