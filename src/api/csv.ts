/** Comma-separated values to be opened in a spreadsheet: RFC 4180, with no cell that a spreadsheet would take for a formula. */

/** A text that a spreadsheet would calculate instead of showing it begins with one of these. */
const FORMULA = /^[=+\-@\t\r\n]/;

const NEEDS_QUOTES = /[",\r\n]/;

/** One cell. Only texts are guarded: a negative number is a number. */
const cell = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${plain}` : plain;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line with its CRLF. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`;

/** What stands at a path such as `ended.at`. */
export const at = (item: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined | null)?.[name], item);
