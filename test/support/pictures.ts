import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A PDF as somebody sees it, by poppler's programs: its pages in pixels, and its text. */

const run = promisify(execFile);
export const DPI = 50;

/** A page in shades of grey, 0 (black) to 255. */
export interface Picture {
  width: number;
  height: number;
  at(x: number, y: number): number;
}

const HEADER = /^P5\s+(\d+)\s+(\d+)\s+255\s/;

const pictureOf = (bytes: Buffer): Picture => {
  const found = HEADER.exec(bytes.subarray(0, 64).toString('latin1'));
  if (!found) throw new Error('not a picture in shades of grey');
  const [header, width, height] = [found[0].length, Number(found[1]), Number(found[2])];
  return { width, height, at: (x, y) => bytes[header + y * width + x]! };
};

export const pagesOf = async (pdf: string): Promise<Picture[]> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-pages-'));
  try {
    await run('pdftoppm', ['-r', String(DPI), '-gray', pdf, path.join(folder, 'page')]);
    const files = readdirSync(folder).sort();
    return files.map((name) => pictureOf(readFileSync(path.join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const textOf = async (pdf: string): Promise<string> =>
  (await run('pdftotext', ['-layout', pdf, '-'], { maxBuffer: 64 * 1024 * 1024 })).stdout;

export const aboutPdf = async (pdf: string): Promise<string> => (await run('pdfinfo', [pdf])).stdout;

/** The tags that a screen reader goes by. */
export const structureOf = async (pdf: string): Promise<string> =>
  (await run('pdfinfo', ['-struct', pdf], { maxBuffer: 64 * 1024 * 1024 })).stdout;

/** Whether anything darker than paper is in a box, given in points from the top left. */
export const inkIn = (
  page: Picture,
  box: { left: number; top: number; right: number; bottom: number },
): boolean => {
  const px = (points: number): number => Math.round((points * DPI) / 72);
  for (let y = px(box.top); y < Math.min(px(box.bottom), page.height); y++)
    for (let x = px(box.left); x < Math.min(px(box.right), page.width); x++)
      if (page.at(x, y) < 250) return true;
  return false;
};
