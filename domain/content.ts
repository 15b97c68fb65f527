import type { Facts, InputType, Inputs } from './inputs';
import { isCommand } from './inputs';
import type { Journey } from './journey';
import { labelOf } from './versions';

/** What facts say: which two say the same, and which contradict each other. */

/**
 * What a fact says, without when and how we heard it: two that say the same are one. Its wording counts, by the reference
 * under which intake keeps it: equal wording in one journey has one reference, and another wording is never a repetition.
 */
export const content = (fact: object): string => {
  const read = READ.get(fact) ?? said(fact);
  READ.set(fact, read);
  return read;
};

/** Facts never change, and are compared with every later one: each is worked out once. */
const READ = new WeakMap<object, string>();

const said = (fact: object): string =>
  JSON.stringify(fact, (key, value: unknown) =>
    key === 'seq' || key === 'by' || key === 'receivedAt'
      ? undefined
      : value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );

/** Facts as a set, in their own order: when they happened, then by content. One that is there already stays as it came. */
export const insert = <T extends { at: string }>(list: readonly T[], item: T): T[] => {
  const contents = list.map(content);
  const own = content(item);
  if (contents.includes(own)) return [...list];
  const after = list.findIndex(
    (other, i) => other.at > item.at || (other.at === item.at && contents[i]! > own),
  );
  return after === -1 ? [...list, item] : [...list.slice(0, after), item, ...list.slice(after)];
};

/** Does the journey already hold a fact that says just this? (A duplicate changes nothing.) */
export const isKnown = (j: Journey, type: InputType, data: Inputs[InputType]): boolean => {
  if (isCommand(type)) return false;
  const lists: Partial<Record<InputType, readonly object[]>> = {
    request: j.request ? [j.request] : [],
    cancel: j.cancels,
    unbooked: j.unbooked,
    'did-not-attend': j.missed,
    images: j.images,
    transfer: j.transfers,
    'transfer-received': j.arrivals,
    viewed: j.views,
    report: j.reports,
    flag: j.flags,
    'gp-receipt': j.gpReceipts,
    died: j.deaths,
    moved: j.moves,
    discharged: j.discharges,
    hold: j.holds,
    enquiry: j.enquiries,
    bounced: j.bounces,
    concern: j.concerns,
    'feed-silent': j.feed?.silences ?? [],
    'feed-heard': j.feed?.hearings ?? [],
    'feed-differs': j.feed?.differences ?? [],
    'review-due': j.reviewsDue ?? [],
  };
  return (lists[type] ?? []).some((fact) => content(fact) === content(data));
};

/** The same version, or the same flag, came before with other content. */
export const contradicts = (j: Journey, type: InputType, data: Inputs[InputType]): boolean => {
  const said = type === 'report' ? j.reports : type === 'flag' ? j.flags : [];
  return said.some((fact) => nameOf(type, fact) === nameOf(type, data) && content(fact) !== content(data));
};

/** What a fact is called in queries and messages. */
export const nameOf = (type: InputType, data: object): string => {
  if (type === 'report') return `report-${labelOf(data as Facts['report'])}`;
  return type === 'flag' ? `flag-${(data as Facts['flag']).id}` : type;
};
