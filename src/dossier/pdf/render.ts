import type { Dossier } from '../dossier';
import type { Pdf } from './page';
import { heading, INK, MARGIN, openPdf, paragraph, SIZE, width } from './page';
import { SECTIONS } from './sections';

/** A dossier on paper: tagged, paginated, every page under the journey's id and the head of its chain. */

const read = (doc: Pdf): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });

/** The foot of each page, once it is known how many there are. */
const feet = (doc: Pdf, d: Dossier): void => {
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
    doc.text(`Journey ${d.journey}`, MARGIN.left, y, { lineBreak: false });
    doc.text(`${page + 1} of ${count}`, MARGIN.left, y, { width: width(doc), align: 'right' });
    doc.font('mono').fontSize(SIZE.hash);
    doc.text(`Chain head after event ${d.head.seq}: ${d.head.hash}`, MARGIN.left, y + 12, {
      lineBreak: false,
    });
    doc.endMarkedContent();
    doc.page.margins = margins;
  }
};

export const pdfOf = async (d: Dossier): Promise<Buffer> => {
  const title = `Dossier of an imaging journey${d.redacted ? ', for the family' : ''}`;
  const doc = openPdf(title, d.madeAt);
  const bytes = read(doc);
  const root = doc.struct('Document');
  doc.addStructure(root);
  heading(doc, root, 1, title);
  paragraph(
    doc,
    root,
    d.redacted
      ? 'What the hospital’s failsafe for imaging has on record of one examination, without the names of staff.'
      : 'What the failsafe for imaging has on record of one examination: who owed what by when, who was asked, and what came of it.',
  );
  for (const [name, draw, when] of SECTIONS) {
    if (when && !when(d)) continue;
    const section = doc.struct('Sect');
    root.add(section);
    heading(doc, section, 2, name);
    doc.outline.addItem(name);
    await draw(doc, section, d);
    section.end();
  }
  root.end();
  feet(doc, d);
  doc.end();
  return bytes;
};
