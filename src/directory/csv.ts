/** Comma-separated values as RFC 4180 has them: quotes, doubled quotes within, line breaks within quotes, CRLF or LF. */

export interface CsvRow {
  /** The line on which it begins, from 1. */
  line: number;
  cells: string[];
}

/** The rows, without empty lines; nothing where a quote is never closed. */
export const parseCsv = (text: string): CsvRow[] | undefined => {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begins = 1;
  const content = text.replace(/^\uFEFF/, '');
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some((c) => c !== '')) rows.push({ line: begins, cells });
    [cells, cell] = [[], ''];
  };
  for (let i = 0; i < content.length; i++) {
    const c = content[i]!;
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (content[i + 1] === '"') cell += content[++i];
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === ',') [cells, cell] = [[...cells, cell], ''];
    else if (c === '\n') {
      endRow();
      begins = line;
    } else if (!(c === '\r' && content[i + 1] === '\n')) cell += c;
  }
  if (quoted) return undefined;
  endRow();
  return rows;
};
