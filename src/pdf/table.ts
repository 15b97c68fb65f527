import type { Face, Pdf } from './page';
import { bottom, INK, keepTogether, MARGIN, plain, shown, SIZE } from './page';

/** Tables that go on over pages: rows are kept whole, the head comes again on each page, and each cell is tagged. */

export interface Column {
  head: string;
  /** Points. */
  width: number;
  face?: Face;
  size?: number;
  /** The cell that names its row, for screen readers. */
  names?: true;
}

/** A cell is a text, or a text with a quieter second one below it. */
export type Cell = string | [string, string];

const PAD = 4;
/** Above and below a cell's text. */
const ROOMY = 3;
export const TIGHT = 0.5;
/** A longer cell goes on in a row of its own, so that no row is higher than a page. */
const LONGEST = 1200;

type Struct = PDFKit.PDFStructureElement;

type StructOptions = NonNullable<Parameters<Pdf['struct']>[1]>;

/** What a heading cell names; the library takes it, its types do not say so. */
const scoped = (scope: 'Row' | 'Column'): StructOptions => ({ scope }) as StructOptions;

const parts = (cell: Cell): [string, string] => (typeof cell === 'string' ? [cell, ''] : cell);

const faceOf = (doc: Pdf, column: Column, quiet: boolean, bold: boolean): Pdf =>
  doc
    .font(column.face ?? (bold ? 'bold' : 'regular'))
    .fontSize(quiet ? SIZE.small : (column.size ?? SIZE.body - 0.5))
    .fillColor(quiet ? INK.quiet : INK.text);

const heightOf = (doc: Pdf, column: Column, cell: Cell, bold: boolean): number =>
  parts(cell).reduce((sum, text, i) => {
    if (text === '') return sum;
    const within = { width: column.width - 2 * PAD, lineGap: 1 };
    return sum + faceOf(doc, column, i === 1, bold).heightOfString(shown(doc, text), within);
  }, 0);

const drawCell = (
  doc: Pdf,
  column: Column,
  cell: Cell,
  at: { x: number; y: number },
  bold: boolean,
): void => {
  let { y } = at;
  for (const [i, text] of parts(cell).entries()) {
    if (text === '') continue;
    faceOf(doc, column, i === 1, bold);
    const said = shown(doc, text);
    doc.text(said, at.x + PAD, y, { width: column.width - 2 * PAD, lineGap: 1 });
    y = doc.y;
  }
};

/** Lines and bands are decoration: a screen reader passes over them. */
const decorate = (doc: Pdf, draw: () => void): void => {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
};

const rule = (doc: Pdf, columns: readonly Column[], y: number): void => {
  const right = MARGIN.left + columns.reduce((sum, c) => sum + c.width, 0);
  decorate(doc, () => {
    doc.moveTo(MARGIN.left, y).lineTo(right, y).lineWidth(0.4).strokeColor(INK.line).stroke();
  });
};

const lefts = (columns: readonly Column[]): number[] => {
  let x = MARGIN.left;
  return columns.map((c) => {
    const left = x;
    x += c.width;
    return left;
  });
};

const rowHeight = (doc: Pdf, columns: readonly Column[], cells: readonly Cell[], bold: boolean): number =>
  Math.max(...columns.map((c, i) => heightOf(doc, c, cells[i] ?? '', bold)));

/** The head: tagged the first time, repeated as decoration on each further page. */
const head = (doc: Pdf, columns: readonly Column[], table?: Struct): void => {
  const cells = columns.map((c) => c.head);
  const plainColumns = columns.map(({ head: name, width }) => ({ head: name, width }));
  const height = rowHeight(doc, plainColumns, cells, true) + 2 * ROOMY;
  const y = doc.y;
  const right = columns.reduce((sum, c) => sum + c.width, 0);
  decorate(doc, () => void doc.rect(MARGIN.left, y, right, height).fill(INK.band));
  const row = table && doc.struct('TR');
  if (table && row) table.add(row);
  for (const [i, x] of lefts(columns).entries()) {
    const draw = (): void => drawCell(doc, plainColumns[i]!, cells[i]!, { x, y: y + ROOMY }, true);
    if (row) row.add(doc.struct('TH', scoped('Column'), draw));
    else decorate(doc, draw);
  }
  row?.end();
  doc.y = y + height;
};

const chunks = (text: string): string[] => {
  if (text.length <= LONGEST) return [text];
  const cut = text.lastIndexOf(' ', LONGEST);
  const end = cut > LONGEST / 2 ? cut : LONGEST;
  return [text.slice(0, end), ...chunks(text.slice(end).trimStart())];
};

const inPieces = (cell: Cell): Cell[] => {
  const [text, below] = parts(cell);
  const [last = '', ...before] = chunks(text).reverse();
  return [...before.reverse(), [last, below]];
};

/** A row whose text is too long for one becomes several. */
const whole = (cells: readonly Cell[]): Cell[][] => {
  const pieces = cells.map(inPieces);
  const rows = Math.max(...pieces.map((p) => p.length));
  return Array.from({ length: rows }, (_, i) => pieces.map((p) => p[i] ?? ''));
};

/** Draws a table below what is there. @returns once all rows are drawn; others get their turn now and then */
export const drawTable = async (
  doc: Pdf,
  parent: Struct,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  pad = ROOMY,
): Promise<void> => {
  const table = doc.struct('Table');
  parent.add(table);
  keepTogether(doc, 60);
  head(doc, columns, table);
  let drawn = 0;
  for (const cells of rows.flatMap(whole)) {
    const height = rowHeight(doc, columns, cells, false) + 2 * pad;
    if (doc.y + height > bottom(doc)) {
      doc.addPage();
      head(doc, columns);
    }
    const y = doc.y;
    const row = doc.struct('TR');
    table.add(row);
    for (const [i, x] of lefts(columns).entries()) {
      const column = columns[i]!;
      const draw = (): void => drawCell(doc, column, cells[i] ?? '', { x, y: y + pad }, false);
      row.add(column.names ? doc.struct('TH', scoped('Row'), draw) : doc.struct('TD', {}, draw));
    }
    row.end();
    rule(doc, columns, y + height);
    doc.y = y + height;
    if (++drawn % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  table.end();
  plain(doc);
  doc.x = MARGIN.left;
  doc.y += 8;
};
