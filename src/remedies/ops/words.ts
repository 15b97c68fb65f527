import type { Would } from '../kind';

/** What the API answered, for somebody at a terminal. Ids and codes only, as everything here. */

interface Item {
  journey: string;
  critical: boolean;
  would?: Would;
  did?: Would;
  refused?: string;
}

export interface Remedied {
  id?: string;
  remedy: string;
  status?: string;
  reason?: string;
  asked?: { person: string };
  askedAt?: string;
  items: Item[];
}

const runInWords = ({
  state,
  ended,
  failure,
  source,
  fits,
  divergence,
}: NonNullable<Would['run']>): string[] => [
  `run ${state}${ended === undefined ? '' : ` (${ended})`}${failure === undefined ? '' : `: ${failure}`}`,
  source === 'none'
    ? 'no history of it is left'
    : fits
      ? `its history (${source}) replays on the code that runs now`
      : `its history (${source}) parts from the code${divergence?.event === undefined ? '' : ` at event ${divergence.event}`}: ${divergence?.why ?? ''}`,
];

const detail = (w: Would): string[] => [
  ...(w.run ? runInWords(w.run) : []),
  ...(w.ends === undefined ? [] : [`run ${w.ends} ends, and a new one begins from evidence`]),
  ...(w.owes
    ? [
        `it owes ${w.owes.duties.length === 0 ? 'nothing' : ''}${w.owes.next === undefined ? '' : `next at ${w.owes.next}`}`,
        ...w.owes.duties.map(
          (d) => `  ${d.key}: asked now ${d.askedNow.person} (${d.asks} asks), due ${d.dueAt}`,
        ),
      ]
    : []),
  ...(w.rows === undefined ? [] : [`rows delivered: ${w.rows}`]),
  ...(w.asks === undefined ? [] : [`unsent asks tried: ${w.asks}`]),
  ...(w.again === undefined ? [] : [`failed asks sent again, marked: ${w.again.length}`]),
  ...(w.stuck === undefined ? [] : [`causes that wait to be recorded: ${w.stuck}`]),
  ...(w.row === undefined ? [] : [`row ${w.row}: ${w.type} (${w.reason})`]),
];

const itemInWords = ({ journey, critical, would, did, refused }: Item): string => {
  const what = would ?? did;
  const how =
    refused !== undefined ? `refused: ${refused}` : did ? 'done' : would ? 'would' : 'not come to yet';
  const lines = what ? detail(what).map((line) => `    ${line}`) : [];
  return [`  ${journey}  ${how}${critical ? '  (critical)' : ''}`, ...lines].join('\n');
};

export const remedyInWords = ({ id, remedy, status, reason, asked, askedAt, items }: Remedied): string =>
  [
    id === undefined
      ? `${remedy}, dry: nothing was done`
      : `${remedy} ${id}  ${status === 'waiting' ? 'waits for a second person' : status} (${reason}), asked by ${asked?.person} at ${askedAt}`,
    ...items.map(itemInWords),
  ].join('\n');

/** Rows of a list whose fields this program need not know: `code  journey  reason`. */
export const findingInWords = (f: Record<string, unknown>): string =>
  ['code', 'journey', 'ref', 'remedy', 'firstAt', 'reason']
    .flatMap((name) => (typeof f[name] === 'string' ? [f[name]] : []))
    .join('  ');
