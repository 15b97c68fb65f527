import { at, csvLine } from '../../src/api/csv';
import { parseCsv } from '../../src/directory/csv';

/** What is exported as CSV: RFC 4180, and nothing that a spreadsheet would calculate. */

test('reads back as it was: commas, quotes, line breaks, numbers, nothing', () => {
  const line = csvLine(['a,b', 'say "no"', 'two\r\nlines', -3, true, undefined, null, { x: 'y' }]);
  expect(line.endsWith('\r\n')).toBe(true);
  expect(parseCsv(line)![0]!.cells).toEqual([
    'a,b',
    'say "no"',
    'two\r\nlines',
    '-3',
    'true',
    '',
    '',
    '{"x":"y"}',
  ]);
});

test.each(['=1+1', '+44', '-site', '@sum', '\tx', '\rx', '\nx'])('%j is shown and not calculated', (text) => {
  expect(parseCsv(csvLine(['x', text]))![0]!.cells[1]).toBe(`'${text}`);
});

test('a path that leads nowhere is an empty cell', () => {
  expect([at({ a: { b: 1 } }, 'a.b'), at({ a: null }, 'a.b.c'), at({}, 'a.b')]).toEqual([
    1,
    undefined,
    undefined,
  ]);
});
