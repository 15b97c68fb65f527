import { isTest, read, tableRows } from './support/named-test';

/** The faults on the page of channels: each ends at somebody, and a test shows it. */
const [, section = ''] = read('docs/CHANNELS.md').split('## When something goes wrong');
const rows = tableRows(section.split('\n## ')[0]!, /^\| [a-z]/).map(([fault, ends, proof]) => ({
  fault,
  ends,
  proof: proof ?? '',
}));

it('are those of mail, of webhooks and of the directory', () => expect(rows).toHaveLength(14));

it.each(rows)('$fault', ({ ends, proof }) => {
  expect(ends).not.toBe('');
  for (const named of proof.split('<br>')) expect([named, isTest(named)]).toEqual([named, true]);
});
