import { isTest, read, tableRows } from './support/named-test';

/** The page of features claims nothing that no test shows. */
const rows = tableRows(read('docs/FEATURES.md'), /^\| \d+ +\|/).map(([no, feature, state, what, proof]) => ({
  no,
  feature,
  state,
  what,
  proof: proof ?? '',
}));

it('has the 56 features in their order', () => {
  expect(rows.map((row) => row.no)).toEqual(Array.from({ length: 56 }, (_, i) => String(i + 1)));
});

it.each(rows)('$no $feature', ({ state, what, proof }) => {
  expect(['done', 'partly', 'not yet']).toContain(state);
  if (state === 'not yet') return expect(proof).toBe('');
  if (state === 'partly') expect(what).not.toBe('');
  for (const named of proof.split('<br>')) expect([named, isTest(named)]).toEqual([named, true]);
});
