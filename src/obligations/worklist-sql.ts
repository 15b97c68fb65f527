import type { Where } from '../database/where';

const COLUMNS =
  'o.*, j.subject, j.stage, j.priority, j.setting, j.modality, j.specialty, j.site, j.unreported';

const order = (of: string): string => `order by ${of}limit_at, ${of}risk, ${of}journey, ${of}key`;

/**
 * One page of open obligations, the next to breach first. For people it is put together from two short reads of an index a
 * person, what they answer for and what they are asked about, each as long as the page; what stands in several counts once.
 * So it costs by the page and by how many they are, and not by how much they owe. Whole rows are fetched for the page alone;
 * Postgres leaves the journey out of the short reads where no condition needs it.
 * @param concerned groups of people; somebody of each answers for it or is asked about it
 */
export const worklistSql = (
  where: Where,
  concerned: readonly (readonly string[])[],
  rows: number,
): string => {
  const [first, ...others] = concerned;
  for (const people of others) {
    const place = where.param(people);
    where.only(`(o.accountable_person = any(${place}) or o.asked_person = any(${place}))`);
  }
  if (first === undefined)
    return `select ${COLUMNS} from obligation o join journey j on j.id = o.journey ${where} ${order('o.')} limit ${where.param(rows)}`;
  const people = where.param(first);
  const limit = where.param(rows);
  const read = (column: string): string =>
    `select page.* from unnest(${people}::text[]) who cross join lateral (
       select o.limit_at, o.risk, o.journey, o.key from obligation o left join journey j on j.id = o.journey
       ${where} and o.${column} = who ${order('o.')} limit ${limit}) page`;
  return `select ${COLUMNS} from (
      ${read('accountable_person')} union ${read('asked_person')} ${order('')} limit ${limit}
    ) page
    join obligation o on o.journey = page.journey and o.key = page.key and o.ended_at is null
    join journey j on j.id = page.journey ${order('page.')}`;
};
