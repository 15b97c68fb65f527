import { categoryOf, nextObligation, stageOf, unreported } from '../../domain/closing';
import type { Ended, JourneyEvent } from '../../domain/events';
import type { Journey } from '../../domain/journey';
import type { Obligation } from '../../domain/obligation';
import { nextInstant, risk } from '../../domain/obligation';

/** The journey's row in the read model, worked out from its state. */
export const journeyRow = (j: Journey, head: string, at: string): Record<string, unknown> => {
  const next = nextObligation(j);
  const vetted = j.vettings.at(-1);
  return {
    seq: j.seq,
    head,
    state: j,
    clinical: j.clinical,
    stage: stageOf(j),
    closed: j.closed,
    closed_at: j.closed ? at : null,
    merged_into: j.mergedInto ?? null,
    open_obligations: Object.keys(j.obligations).length,
    next_due_at: next ? nextInstant(next) : null,
    last_event_at: at,
    category: categoryOf(j) ?? null,
    priority: (vetted && 'priority' in vetted ? vetted.priority : j.request?.priority) ?? null,
    setting: j.request?.setting ?? null,
    modality: j.request?.modality ?? null,
    specialty: j.request?.specialty ?? null,
    site: j.request?.site ?? j.images.find((i) => i.site !== undefined)?.site ?? null,
    nation: j.request?.nation ?? null,
    unreported: unreported(j),
    on_hold: j.holds.at(-1)?.on === true,
  };
};

/** An obligation's row, open or ended. */
const obligationRow = (o: Obligation, ended?: Ended): Record<string, unknown> => ({
  key: o.key,
  opening: o.opening,
  kind: o.kind,
  category: o.category ?? null,
  risk: risk(o.category),
  accountable_role: o.accountable.role,
  accountable_person: o.accountable.person,
  asked_role: o.askedNow.role,
  asked_person: o.askedNow.person,
  instead_of_role: o.insteadOf?.role ?? null,
  instead_of_person: o.insteadOf?.person ?? null,
  because: o.because ?? null,
  clock_from: o.from,
  opened_at: o.openedAt,
  limit_at: o.limitAt,
  due_at: o.dueAt,
  lease_until: o.leaseUntil ?? null,
  rung: o.rung,
  asks: o.asks,
  ended_at: ended?.at ?? null,
  ended_how: ended?.how ?? null,
  ended_why: ended?.why ?? null,
  late: ended?.late ?? false,
});

const TOUCHES = new Set<string>(['opened', 'ended', 'asked', 'accountable', 'rescheduled', 'lease-ended']);

/**
 * The obligations that these events touched, as they stand now or as they ended. `states` are the journey's states after
 * each event, so that an obligation which opens and ends for one cause is still written as it was.
 */
export const obligationRows = (
  before: Journey,
  events: readonly JourneyEvent[],
  states: readonly Journey[],
): Record<string, unknown>[] => {
  const rows = new Map<string, Record<string, unknown>>();
  events.forEach((event, i) => {
    if (!TOUCHES.has(event.type)) return;
    const { key } = event as Ended;
    const was = (i === 0 ? before : states[i - 1]!).obligations[key];
    const is = states[i]!.obligations[key];
    const row = event.type === 'ended' ? was && obligationRow(was, event) : is && obligationRow(is);
    if (row) rows.set(`${key}/${String(row['opening'])}`, row);
  });
  return [...rows.values()];
};
