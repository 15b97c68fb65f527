import type { Where } from '../database/where';

const COLUMNS =
  'o.*, j.subject, j.stage, j.priority, j.setting, j.modality, j.specialty, j.site, j.unreported';

/** In which order: the next to breach first, or the most dangerous first. */
export const SORTS = {
  breach: ['limit_at', 'risk', 'journey', 'key'],
  risk: ['risk', 'limit_at', 'journey', 'key'],
} as const;
export type Sort = keyof typeof SORTS;

const order = (sort: Sort, of: string): string =>
  `order by ${SORTS[sort].map((column) => of + column).join(', ')}`;

/**
 * One page of open obligations in an order. For people it is put together from two short reads of an index a
 * person, what they answer for and what they are asked about, each as long as the page; what stands in several counts once.
 * So it costs by the page and by how many they are, and not by how much they owe. Whole rows are fetched for the page alone;
 * Postgres leaves the journey out of the short reads where no condition needs it.
 * @param concerned groups of people; somebody of each answers for it or is asked about it
 */
export const worklistSql = (
  where: Where,
  concerned: readonly (readonly string[])[],
  rows: number,
  sort: Sort = 'breach',
): string => {
  const [first, ...others] = concerned;
  for (const people of others) {
    const place = where.param(people);
    where.only(`(o.accountable_person = any(${place}) or o.asked_person = any(${place}))`);
  }
  if (first === undefined)
    return `select ${COLUMNS} from obligation o join journey j on j.id = o.journey ${where} ${order(sort, 'o.')} limit ${where.param(rows)}`;
  const people = where.param(first);
  const limit = where.param(rows);
  const read = (column: string): string =>
    `select page.* from unnest(${people}::text[]) who cross join lateral (
       select o.limit_at, o.risk, o.journey, o.key from obligation o left join journey j on j.id = o.journey
       ${where} and o.${column} = who ${order(sort, 'o.')} limit ${limit}) page`;
  return `select ${COLUMNS} from (
      ${read('accountable_person')} union ${read('asked_person')} ${order(sort, '')} limit ${limit}
    ) page
    join obligation o on o.journey = page.journey and o.key = page.key and o.ended_at is null
    join journey j on j.id = page.journey ${order(sort, 'page.')}`;
};
