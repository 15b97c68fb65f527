import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Dossier } from '../../src/dossier/dossier';
import { MARGIN } from '../../src/pdf/page';
import { pdfOf } from '../../src/dossier/pdf/render';
import { aboutPdf, inkIn, pagesOf, structureOf, textOf } from '../support/pictures';

/** The PDF as a person sees it, and as a screen reader does: rendered to pixels, read back, its tags listed. */

jest.setTimeout(120_000);

const A4 = { width: 595.28, height: 841.89 };
const HASH = 'ab'.repeat(32);
const AT = '2027-07-05T13:00:00.000Z';
const LOCAL = 'Mon 5 Jul 2027, 14:00:00 BST';

/** Everything that a page can be bad at: long words, long texts, many lines, letters from elsewhere. */
const awkward: Dossier = {
  journey: '01a20cd7-0000-7000-8000-000000000001',
  madeAt: AT,
  redacted: false,
  timeZone: 'Europe/London',
  head: { seq: 200, hash: HASH },
  policy: { name: 'Test policy', version: '1', hash: HASH, timeZone: 'Europe/London' },
  patient: { name: 'Łukasz Żółć-Ünal Ωmega Test', nhsNumber: '9990000018' },
  inShort: [{ what: 'Requested', value: 'W'.repeat(300) }],
  timeline: Array.from({ length: 200 }, (_, i) => ({
    seq: i + 1,
    at: AT,
    local: LOCAL,
    kind: 'act' as const,
    what: i === 3 ? `Tall ${'word '.repeat(2000)}endoftall` : `Line ${i + 1} ${'x'.repeat(i)}`,
  })),
  owners: [
    {
      duty: '“Accept a handover”',
      key: `accept-handover:${'k'.repeat(200)}`,
      accountable: [{ who: 'n'.repeat(120), from: AT }],
      from: AT,
      limit: AT,
      state: 'overdue',
      asks: 1,
      seq: 1,
    },
  ],
  asks: [{ who: 'M'.repeat(90), duty: '“Vet”', channel: 'mail', first: AT, times: 1, reached: 'delivered' }],
  reports: [
    {
      label: 'r1',
      status: 'final',
      reporter: 'Rex Invented (reporter)',
      issuedAt: AT,
      receivedAt: AT,
      findings: ['critical finding in the chest'],
      regions: [],
      changes: [],
      text: `First line of the report.\n\n${'Paragraph of the report. '.repeat(600)}\u4e2d \u{1f600}\u0007 theveryend`,
      seq: 5,
    },
  ],
  contacts: [{ with: 'gp', at: AT, recordedAt: AT, what: 'The practice has it.', seq: 9 }],
  refusals: [{ seq: 7, at: AT, local: LOCAL, what: 'Refused: acknowledge.' }],
  notes: [{ seq: 8, kind: 'note', text: 'Called twice.' }],
  people: [{ id: 'dr-hall', name: 'Cora Madeup', roles: ['consultant'] }],
  accesses: [{ at: AT, who: 'Sam Safety (safety lead)', what: 'read' }],
  hashes: Array.from({ length: 200 }, (_, i) => ({ seq: i + 1, type: 'asked', hash: HASH })),
  inputs: [],
  leftOut: ['Something that is left out.'],
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-pdf-'));
  file = path.join(folder, 'awkward.pdf');
  writeFileSync(file, await pdfOf(awkward));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const body = {
  left: MARGIN.left,
  top: MARGIN.top,
  right: A4.width - MARGIN.right,
  bottom: A4.height - MARGIN.bottom,
};

test('no page is blank, and nothing stands in the margins but the foot', async () => {
  const pages = await pagesOf(file);
  expect(pages.length).toBeGreaterThan(10);
  const margins = [
    { left: 0, top: 0, right: MARGIN.left - 3, bottom: A4.height },
    { left: body.right + 3, top: 0, right: A4.width, bottom: A4.height },
    { left: 0, top: 0, right: A4.width, bottom: MARGIN.top - 3 },
    { left: 0, top: A4.height - 30, right: A4.width, bottom: A4.height },
    // Between the last line of the page and its foot.
    { left: 0, top: body.bottom + 4, right: A4.width, bottom: body.bottom + 9 },
  ];
  const bad = pages.flatMap((page, i) => [
    ...(inkIn(page, body) ? [] : [`page ${i + 1} is blank`]),
    ...margins.flatMap((box, m) => (inkIn(page, box) ? [`page ${i + 1} has ink in margin ${m}`] : [])),
  ]);
  expect(bad).toEqual([]);
});

test('text is complete: long ones go on over pages, letters of other alphabets are there or named', async () => {
  const text = await textOf(file);
  for (const said of [
    'Łukasz Żółć-Ünal Ωmega Test',
    'endoftall',
    'theveryend',
    '[U+4E2D]',
    '[U+0007]',
    'Line 200 ',
    'Mon 5 Jul 2027, 14:00:00 BST',
    '2027-07-05 13:00:00 UTC',
    'Sam Safety (safety lead)',
    'Something that is left out.',
  ])
    expect([said, text.includes(said)]).toEqual([said, true]);
  expect(text.match(/Paragraph of/g)).toHaveLength(600);
  expect(text.split('word').length - 1).toBe(2000);
});

test('every page has its number, the journey and the head of the chain', async () => {
  const pages = (await textOf(file)).split('\f').slice(0, -1);
  expect(pages.filter((page, i) => !page.includes(`${i + 1} of ${pages.length}`))).toEqual([]);
  expect(pages.filter((page) => !page.includes(`Journey ${awkward.journey}`))).toEqual([]);
  expect(pages.filter((page) => !page.includes(`Chain head after event 200: ${HASH}`))).toEqual([]);
});

test('is tagged in reading order, with title, language and table heads', async () => {
  expect(await aboutPdf(file)).toMatch(/Title: +Dossier of an imaging journey\n[^]*Tagged: +yes/);
  const bytes = await pdfOf(awkward);
  for (const mark of [
    '/Lang (en-GB)',
    '/DisplayDocTitle true',
    '/Marked true',
    '<pdfuaid:part>1</pdfuaid:part>',
  ])
    expect(bytes.toString('latin1')).toContain(mark);
  const tags = await structureOf(file);
  const order = [...tags.matchAll(/^\s*(Document|H1|H2|Sect|Table|TR|TH|TD|L|P)\b/gm)].map(([, tag]) => tag!);
  expect(order.slice(0, 3)).toEqual(['Document', 'H1', 'P']);
  expect(order.filter((tag) => tag === 'H2')).toHaveLength(12);
  expect(order.filter((tag) => tag === 'TR').length).toBeGreaterThan(400);
  expect(tags).toMatch(/TH[^\n]*\n(?:[^\n]*\n)*?[^\n]*Scope[^\n]*Column/i);
});

test('the same dossier is the same file', async () => {
  expect((await pdfOf(awkward)).equals(await pdfOf(awkward))).toBe(true);
});
