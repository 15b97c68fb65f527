import type { Dossier } from '../dossier';
import { bytesOf, feet, heading, openPdf, paragraph } from '../../pdf/page';
import { SECTIONS } from './sections';

/** A dossier on paper: tagged, paginated, every page under the journey's id and the head of its chain. */

export const pdfOf = async (d: Dossier): Promise<Buffer> => {
  const title = `Dossier of an imaging journey${d.redacted ? ', for the family' : ''}`;
  const doc = openPdf(title, 'What is on record of one imaging journey', d.madeAt);
  const bytes = bytesOf(doc);
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
  feet(doc, `Journey ${d.journey}`, `Chain head after event ${d.head.seq}: ${d.head.hash}`);
  doc.end();
  return bytes;
};
