import type { Where } from '../database/where';

const SELECT = `select o.*, j.subject, j.stage, j.priority, j.setting, j.modality, j.specialty, j.site, j.unreported
  from obligation o join journey j on j.id = o.journey`;

const order = (of: string): string => `order by ${of}limit_at, ${of}risk, ${of}journey, ${of}key`;

/**
 * One page of open obligations, the next to breach first. For people it is put together from two short reads of an index a
 * person, what they answer for and what they are asked about, each as long as the page: what it costs depends on the page and
 * not on how much they owe.
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
  if (first === undefined) return `${SELECT} ${where} ${order('o.')} limit ${where.param(rows)}`;
  const people = where.param(first);
  const limit = where.param(rows);
  const read = (column: string, more = ''): string =>
    `select page.* from unnest(${people}::text[]) who cross join lateral
       (${SELECT} ${where} and o.${column} = who ${more} ${order('o.')} limit ${limit}) page`;
  return `select * from (
      ${read('accountable_person')}
      union all
      ${read('asked_person', `and o.accountable_person <> all(${people}::text[])`)}
    ) mine ${order('')} limit ${limit}`;
};
