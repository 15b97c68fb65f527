import { isFile, isTest, read } from './support/named-test';

/**
 * The hazard log says what protects whom, where that is, and what shows that it works. A log that names a control or a test
 * which is gone would be false assurance of our own making.
 */
const COLUMNS = [
  'id',
  'hazard',
  'cause',
  'effect',
  'initial_severity',
  'initial_likelihood',
  'initial_risk',
  'control',
  'control_paths',
  'verification',
  'residual_severity',
  'residual_likelihood',
  'residual_risk',
  'status',
  'owner',
] as const;
type Hazard = Record<(typeof COLUMNS)[number], string>;

const SEVERITIES = ['minor', 'significant', 'considerable', 'major', 'catastrophic'];
/** By likelihood, one number a severity: the table of docs/hazard-log.md. */
const RISK: Record<string, number[]> = {
  'very high': [3, 4, 4, 5, 5],
  high: [2, 3, 3, 4, 5],
  medium: [2, 2, 3, 3, 4],
  low: [1, 2, 2, 3, 4],
  'very low': [1, 1, 2, 2, 3],
};
const PLANNED = 'planned: ';

/** The cells of one line of CSV (RFC 4180, no line breaks within a cell). */
const cells = (line: string): string[] =>
  [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^",]*),/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );

const [header, ...rows] = read('docs/hazard-log.csv').trimEnd().split('\n').map(cells);
const hazards = rows.map(
  (row) => Object.fromEntries(COLUMNS.map((name, i) => [name, row[i] ?? ''])) as Hazard,
);
const listOf = (text: string): string[] => text.split(' | ').filter((item) => item !== '');
const tests = (h: Hazard): string[] => listOf(h.verification).filter((v) => !v.startsWith(PLANNED));
const planned = (h: Hazard): string[] => listOf(h.verification).filter((v) => v.startsWith(PLANNED));

describe('the hazard log', () => {
  it('has the columns that its page explains, and at least 25 hazards with ids of their own', () => {
    expect(header).toEqual([...COLUMNS]);
    const page = read('docs/hazard-log.md');
    expect(COLUMNS.filter((column) => !page.includes(`\`${column}\``))).toEqual([]);
    expect(hazards.length).toBeGreaterThanOrEqual(25);
    const ids = hazards.map((h) => h.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.filter((id) => !/^H-\d\d$/.test(id))).toEqual([]);
  });

  it('says what it is and what it does not claim', () => {
    const page = read('docs/hazard-log.md');
    for (const words of ['evidence prepared', 'No compliance is claimed', 'stays responsible'])
      expect(page).toContain(words);
  });
});

describe.each(hazards)('$id $hazard', (h) => {
  it('fills every column', () => {
    expect(rows[hazards.indexOf(h)]).toHaveLength(COLUMNS.length);
    expect(COLUMNS.filter((column) => h[column].trim() === '')).toEqual([]);
  });

  it('rates risk by the table, and never worse than without its controls', () => {
    for (const when of ['initial', 'residual'] as const)
      expect(h[`${when}_risk`]).toBe(
        String(RISK[h[`${when}_likelihood`]]?.[SEVERITIES.indexOf(h[`${when}_severity`])]),
      );
    expect(Number(h.residual_risk)).toBeLessThanOrEqual(Number(h.initial_risk));
  });

  it('names controls that exist', () => {
    expect(listOf(h.control_paths).filter((file) => !isFile(file))).toEqual([]);
  });

  it('names tests that exist, or says what is planned', () => {
    expect(tests(h).filter((named) => !isTest(named))).toEqual([]);
    expect(planned(h).filter((plan) => plan.length <= PLANNED.length)).toEqual([]);
  });

  it('has the status that its verification allows', () => {
    const allowed =
      planned(h).length === 0
        ? ['controlled']
        : tests(h).length > 0
          ? ['partly controlled', 'open']
          : ['open'];
    expect(allowed).toContain(h.status);
    if (Number(h.residual_risk) >= 4) expect(h.status).not.toBe('controlled');
  });
});
