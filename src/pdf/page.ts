import path from 'node:path';
import PDFDocument from 'pdfkit';
import type { Instant } from '../../domain/vocabulary';

/** Paper, fonts and colours of what is printed, and the few ways in which text gets onto a page: each tagged for screen readers. */

export type Pdf = PDFKit.PDFDocument;
type Struct = PDFKit.PDFStructureElement;

/** Points. The foot holds page number, journey and chain head. */
export const MARGIN = { top: 54, bottom: 70, left: 54, right: 54 };
export const SIZE = { body: 9.5, small: 8, title: 20, heading: 14, hash: 6.5 };
export const INK = { text: '#111111', quiet: '#444444', line: '#9a9a9a', band: '#ececec' };

const FONTS = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const FACES = {
  regular: 'DejaVuSansCondensed.ttf',
  bold: 'DejaVuSansCondensed-Bold.ttf',
  mono: 'DejaVuSansMono.ttf',
};
export type Face = keyof typeof FACES;

/** A new document: PDF/UA-1, tagged, in British English, with its title in the window's bar. */
export const openPdf = (title: string, subject: string, madeAt: Instant): Pdf => {
  const doc = new PDFDocument({
    size: 'A4',
    margins: MARGIN,
    bufferPages: true,
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/UA',
    tagged: true,
    lang: 'en-GB',
    displayTitle: true,
    font: '',
    info: {
      Title: title,
      Author: 'Imaging Failsafe',
      Subject: subject,
      CreationDate: new Date(madeAt),
      ModDate: new Date(madeAt),
    },
  } as unknown as PDFKit.PDFDocumentOptions); // the types do not know PDF/UA yet
  for (const [face, file] of Object.entries(FACES)) doc.registerFont(face, path.join(FONTS, file));
  doc.font('regular').fontSize(SIZE.body);
  doc.addPage();
  return plain(doc);
};

interface WithGlyphs {
  _font: { font: { hasGlyphForCodePoint(point: number): boolean } };
}

/** A text as this font can show it: a character that it lacks is named by its code point, never dropped in silence. */
export const shown = (doc: Pdf, text: string): string => {
  const { font } = (doc as unknown as WithGlyphs)._font;
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/[^\n]/gu, (c) => {
      const point = c.codePointAt(0)!;
      return font.hasGlyphForCodePoint(point)
        ? c
        : `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`;
    });
};

export const width = (doc: Pdf): number => doc.page.width - MARGIN.left - MARGIN.right;
export const bottom = (doc: Pdf): number => doc.page.height - MARGIN.bottom;

/** Starts a new page where less than this is left on the page. */
export const keepTogether = (doc: Pdf, height: number): void => {
  if (doc.y + height > bottom(doc)) doc.addPage();
};

/** A tagged paragraph or heading at the left margin; a long one goes on over pages. */
const block = (doc: Pdf, parent: Struct, tag: string, text: string, gap: number): void => {
  const said = shown(doc, text);
  if (said.trim() === '') return;
  parent.add(
    doc.struct(tag, {}, () => {
      doc.text(said, MARGIN.left, doc.y, { width: width(doc), lineGap: 1.5 });
    }),
  );
  doc.y += gap;
};

export const heading = (doc: Pdf, parent: Struct, level: 1 | 2 | 3, text: string): void => {
  const size = { 1: SIZE.title, 2: SIZE.heading, 3: SIZE.body + 1 }[level];
  if (level !== 1) keepTogether(doc, 90);
  if (level === 2 && doc.y > MARGIN.top + 1) doc.y += 14;
  if (level === 3) doc.y += 4;
  doc.font('bold').fontSize(size).fillColor(INK.text);
  block(doc, parent, `H${level}`, text, level === 3 ? 2 : 5);
  plain(doc);
};

export const plain = (doc: Pdf): Pdf => doc.font('regular').fontSize(SIZE.body).fillColor(INK.text);

export const paragraph = (doc: Pdf, parent: Struct, text: string): void => {
  plain(doc);
  block(doc, parent, 'P', text, 5);
};

export const bullets = (doc: Pdf, parent: Struct, items: readonly string[]): void => {
  const list = doc.struct('L');
  parent.add(list);
  plain(doc);
  for (const item of items) {
    keepTogether(doc, 26);
    const top = doc.y;
    const body = shown(doc, item);
    const entry = doc.struct('LI', {}, [
      doc.struct('Lbl', {}, () => void doc.text('•', MARGIN.left + 4, top, { lineBreak: false })),
      doc.struct('LBody', {}, () => {
        doc.text(body, MARGIN.left + 16, top, { width: width(doc) - 16, lineGap: 1.5 });
      }),
    ]);
    list.add(entry);
    doc.y += 2;
  }
  list.end();
  doc.x = MARGIN.left;
  doc.y += 4;
};

/** All that is drawn, once the document was ended. To be asked for before the first page is full. */
export const bytesOf = (doc: Pdf): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });

/** The foot of each page, once it is known how many there are: what it is of, and a second, smaller line. */
export const feet = (doc: Pdf, of: string, below: string): void => {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    const { margins } = doc.page;
    const y = doc.page.height - MARGIN.bottom + 18;
    doc.page.margins = { ...margins, bottom: 0 };
    doc.markContent('Artifact', { type: 'Pagination' });
    doc.lineWidth(0.4).strokeColor(INK.line);
    doc
      .moveTo(MARGIN.left, y - 6)
      .lineTo(doc.page.width - MARGIN.right, y - 6)
      .stroke();
    doc.font('regular').fontSize(SIZE.small).fillColor(INK.quiet);
    doc.text(of, MARGIN.left, y, { lineBreak: false });
    doc.text(`${page + 1} of ${count}`, MARGIN.left, y, { width: width(doc), align: 'right' });
    doc.font('mono').fontSize(SIZE.hash);
    doc.text(below, MARGIN.left, y + 12, { lineBreak: false });
    doc.endMarkedContent();
    doc.page.margins = margins;
  }
};
