import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleView } from '../../src/dossier/bundle';
import { linkHash } from '../../src/journeys/evidence-chain';
import { textOf } from '../support/pictures';

/** The dossier under docs/examples has the form that is written today. `npm run dossier-example` writes it anew. */

const examples = path.resolve(__dirname, '../../docs/examples');
const bundle = bundleView.parse(JSON.parse(readFileSync(path.join(examples, 'c13-bundle.json'), 'utf8')));

test('its bundle has the form of today, and a chain that can be worked out again', () => {
  let previous = '';
  for (const link of bundle.events) {
    expect([link.previous, link.hash]).toEqual([previous, linkHash(bundle.journey, previous, link.event)]);
    previous = link.hash;
  }
  expect(bundle.head).toEqual({ seq: bundle.events.length, hash: previous });
});

test('its PDF is of the same journey at the same head', async () => {
  const text = await textOf(path.join(examples, 'c13-dossier.pdf'));
  expect(text).toContain(`Journey ${bundle.journey}`);
  expect(text).toContain(`Chain head after event ${bundle.head.seq}: ${bundle.head.hash}`);
});

test('its patient is made up', () => {
  expect(JSON.stringify(bundle.fhir)).toMatch(/synthetic/i);
});
