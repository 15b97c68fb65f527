import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { Answer } from './answer';
import { at, csvLine } from './csv';
import type { Page } from './paging';
import { FORMATS } from './paths';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { header } from './request';

type Format = keyof typeof FORMATS;

/** Items read at once while a list is streamed: each page is a statement of its own, so that no time limit cuts the whole. */
const STREAM_PAGE = 500;

/** The first of the formats that Accept names; a page of JSON where it names none. */
const formatOf = (request: ApiRequest): Format | undefined => {
  const wanted = (header(request, 'accept') ?? '').split(',').map((part) => part.split(';')[0]!.trim());
  return (Object.keys(FORMATS) as Format[])
    .filter((format) => wanted.includes(FORMATS[format]))
    .sort((a, b) => wanted.indexOf(FORMATS[a]) - wanted.indexOf(FORMATS[b]))[0];
};

/**
 * A list as its reader wants it: one page as JSON, or everything that matches as a stream, line by line. The stream reads on
 * only as fast as it is read from, and holds one page at a time.
 * @param columns of the CSV: paths such as `ended.at`
 * @param whole what a page of JSON has beside its items
 */
export const listAnswer = async <T, Q extends object>(
  request: ApiRequest,
  query: Q,
  columns: readonly string[],
  read: (query: Q) => Promise<Page<T>>,
  whole: (page: Page<T>) => Promise<object> = (page) => Promise.resolve(page),
): Promise<Answer> => {
  const format = formatOf(request);
  if (!format) return new Answer(200, await whole(await read(query)), { vary: 'accept' });
  if ('limit' in (request.query as object))
    throw new Problem('invalid-query', {
      errors: [{ pointer: '/limit', message: 'a stream has no pages: leave it out, or ask for JSON' }],
    });
  // Read before anything is answered: what is wrong with the query is a problem, and not a stream that breaks off.
  const first = await read({ ...query, limit: STREAM_PAGE });
  const lines = linesOf(format, columns, first, (cursor) => read({ ...query, limit: STREAM_PAGE, cursor }));
  return new Answer(200, new StreamableFile(Readable.from(lines)), {
    'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : FORMATS.ndjson,
    ...(format === 'csv' ? { 'content-disposition': 'attachment; filename="list.csv"' } : {}),
    vary: 'accept',
  });
};

async function* linesOf<T>(
  format: Format,
  columns: readonly string[],
  first: Page<T>,
  more: (cursor: string) => Promise<Page<T>>,
): AsyncGenerator<Buffer> {
  const line = (item: T): string =>
    format === 'csv' ? csvLine(columns.map((path) => at(item, path))) : `${JSON.stringify(item)}\n`;
  if (format === 'csv') yield Buffer.from(csvLine(columns));
  for (let page = first; ; page = await more(page.next)) {
    if (page.items.length > 0) yield Buffer.from(page.items.map(line).join(''));
    if (page.next === undefined) return;
  }
}
