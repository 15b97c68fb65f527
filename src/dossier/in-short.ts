import type { JourneyEvent } from '../../domain/events';
import type { RequestFact } from '../../domain/facts';
import type { OwnedDuty } from './owners';
import type { Words } from './words';
import { inWords, listed } from './words';

/** A line of the first page: what, and when or how much. */
export interface Fact {
  what: string;
  value: string;
}

const firstOf = (events: readonly JourneyEvent[], fits: (e: JourneyEvent) => boolean, w: Words): string => {
  const found = events.find(fits);
  if (found === undefined) return 'not on record';
  const { data } = found as { data?: { at?: unknown } };
  return w.when(typeof data?.at === 'string' ? data.at : found.at);
};

/** What somebody wants to know first: when each thing happened that should have, and which duties were kept. */
export const inShortOf = (
  events: readonly JourneyEvent[],
  owners: readonly OwnedDuty[],
  w: Words,
): Fact[] => {
  const when = (fits: (e: JourneyEvent) => boolean): string => firstOf(events, fits, w);
  const desk = events.find(
    (e) => (e.type === 'asked' || (e.type === 'opened' && e.asks > 0)) && e.askedNow.role === 'desk',
  );
  const late = owners.filter((o) => o.state === 'late' || o.state === 'overdue');
  const request = events.find((e) => e.type === 'request');
  return [
    ...(request === undefined ? [] : [{ what: 'Examination', value: examination(request.data) }]),
    { what: 'Requested', value: when((e) => e.type === 'request') },
    { what: 'Images taken', value: when((e) => e.type === 'images') },
    {
      what: 'First final report',
      value: when((e) => e.type === 'report' && (e.data.status === 'final' || e.data.status === 'amended')),
    },
    { what: 'First acknowledged', value: when((e) => e.type === 'acknowledge') },
    {
      what: 'Patient first told',
      value: when((e) => e.type === 'tell' && e.data.to === 'patient' && e.data.outcome === 'told'),
    },
    { what: 'GP has the report', value: when((e) => e.type === 'gp-receipt') },
    { what: 'Desk first asked', value: desk === undefined ? 'never' : w.when(desk.at) },
    {
      what: 'Duties past their limit',
      value: `${late.length} of ${owners.length}${late.length === 0 ? '' : `: ${listed([...new Set(late.map((o) => o.duty))])}`}`,
    },
    { what: 'Stands now', value: standsNow(events) },
  ];
};

const examination = ({ modality, regions, site, setting, priority }: RequestFact): string =>
  `${inWords(modality)} of ${listed(regions.map(inWords), 'no stated region')} at ${site}, ` +
  `asked for from ${inWords(setting)}, priority ${inWords(priority)}`;

const standsNow = (events: readonly JourneyEvent[]): string => {
  const last = events.findLast((e) => e.type === 'closed' || e.type === 'reopened');
  return last?.type === 'closed' ? 'closed: nothing is owed any more' : 'open: something is still owed';
};
