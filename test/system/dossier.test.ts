import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleView } from '../../src/dossier/bundle';
import { MEDIA } from '../../src/dossier/media';
import { linkHash } from '../../src/journeys/evidence-chain';
import { validateFhir } from '../support/fhir-validator/validate';
import { textOf } from '../support/pictures';
import type { Reply } from './rest-world';
import { ADMIN, CONSULTANT, DESK, RIS, RestWorld, VETTER, as, reportBody, requestBody } from './rest-world';

/** A journey's dossier over REST, in its three forms, in full and for the family. */

// The validator is fetched the first time.
jest.setTimeout(600_000);

const SAFETY = as('safety-lead-1', 'safety-lead');
const NAME = 'Canary Featherstone (synthetic)';
const TEXT = 'Free gas under the diaphragm, told by Synthetic dr-hall.';
const NOTE = 'canary note: the neighbour answered';

let world: RestWorld;
let journey: string;
let at: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-dossier-'));
  world = await RestWorld.start({ worker: true });
  const patient = { nhsNumber: '9990000018', name: NAME, birthDate: '1931-03-09' };
  const opened = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient }));
  journey = opened.body.journey as string;
  at = `/api/v1/journeys/${journey}`;
  const steps: [string, string, object][] = [
    ['vet', VETTER, { priority: 'urgent' }],
    ['images', RIS, { at: await world.at(), count: 12 }],
    ['report', RIS, reportBody(await world.at(), { text: TEXT })],
    ['acknowledge', CONSULTANT, { version: 'r1', findings: ['f1'], how: 'screen' }],
    ['plan', CONSULTANT, { version: 'r1', finding: 'f1', noAction: 'already-known', note: NOTE }],
    [
      'tell',
      CONSULTANT,
      { version: 'r1', at: await world.at(), to: 'patient', how: 'in-person', outcome: 'told' },
    ],
    ['gp-receipt', RIS, { at: await world.at(), version: 'r1' }],
  ];
  for (const [name, by, body] of steps)
    expect([name, (await world.post(`${at}/${name}`, by, body)).status]).toEqual([name, 200]);
  // Refused, and on record as such.
  const late = await world.post(`${at}/acknowledge`, CONSULTANT, {
    version: 'r1',
    findings: ['f1'],
    how: 'screen',
  });
  expect(late.status).toBe(409);
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dossier = (accept: string, query = '', by = SAFETY): Promise<Reply> =>
  world.get(`${at}/dossier${query}`, by, { accept, 'purpose-of-use': 'PATSFTY' });
const bundleOf = async (query = '', by = SAFETY) =>
  bundleView.parse((await dossier(MEDIA.bundle, query, by)).body);

/** The same over the wire as bytes. */
const pdf = async (query = ''): Promise<string> => {
  const { rawPayload } = await world.app.inject({
    url: `${at}/dossier${query}`,
    headers: { authorization: SAFETY, accept: 'text/html, */*;q=0.8', 'purpose-of-use': 'PATSFTY' },
  });
  const file = path.join(folder, `dossier${query.length}.pdf`);
  writeFileSync(file, rawPayload);
  return textOf(file);
};

describe('the bundle', () => {
  test('holds the whole chain, which anybody can work out again', async () => {
    const { events, head } = await bundleOf();
    let previous = '';
    for (const link of events) {
      expect([link.previous, link.hash]).toEqual([previous, linkHash(journey, previous, link.event)]);
      previous = link.hash;
    }
    expect(head).toEqual({ seq: events.length, hash: previous });
  });

  test('holds each text with salt and commitment', async () => {
    const { texts } = await bundleOf();
    expect(texts.map(({ text }) => text).sort()).toEqual([TEXT, NOTE]);
    for (const { salt, text, commitment } of texts)
      expect(
        createHash('sha256').update(Buffer.from(salt!, 'base64')).update(text!).digest('base64url'),
      ).toBe(commitment);
  });

  test('an administrator, who may not see patients, gets commitments without salt and text', async () => {
    const reply = await dossier(MEDIA.bundle, '', ADMIN);
    const bundle = bundleView.parse(reply.body);
    expect(bundle.texts.map(({ salt, text }) => [salt, text])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    for (const secret of [NAME, '9990000018', 'Free gas', 'neighbour'])
      expect(reply.text).not.toContain(secret);
    expect(bundle.leftOut.join()).toContain('may not see them');
  });

  test('for the family: no name or id of staff, no note; the head of the chain stands for it', async () => {
    const full = await dossier(MEDIA.bundle);
    const family = await dossier(MEDIA.bundle, '?redacted=true');
    const bundle = bundleView.parse(family.body);
    expect([bundle.redacted, bundle.events, bundle.texts, bundle.histories]).toEqual([true, [], [], []]);
    expect(bundle.head).toEqual(bundleView.parse(full.body).head);
    for (const secret of ['dr-hall', 'dr-shah', 'rg-vetter', 'ris-1', 'safety-lead-1', 'neighbour']) {
      expect([secret, full.text.includes(secret)]).toEqual([secret, true]);
      expect([secret, family.text.includes(secret)]).toEqual([secret, false]);
    }
    expect(family.text).toContain('Free gas under the diaphragm, told by a ');
    expect(family.text).toContain(NAME);
  });
});

describe('the PDF', () => {
  test('is what a browser gets, and has what happened', async () => {
    const text = await pdf();
    for (const said of [
      'Dossier of an imaging journey',
      NAME,
      'Synthetic dr-hall (consultant)',
      'Free gas',
      NOTE,
      journey,
    ])
      expect(text).toContain(said);
    expect(text).toContain('Refused: acknowledge by Synthetic dr-hall (consultant).');
    expect((await dossier('text/html, */*;q=0.8')).headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${journey}.pdf"`,
      vary: 'accept',
    });
  });

  test('for the family says what is left out and why', async () => {
    const text = await pdf('?redacted=true');
    expect(text).toContain('for the family');
    expect(text).toContain('Names of staff: a role and a letter stand in their place');
    expect(text).not.toMatch(/dr-hall|neighbour|ris-1/);
  });
});

describe('the FHIR part', () => {
  test('is valid for the HAPI validator, in full and for the family; and what is broken is found', async () => {
    const full = await dossier(MEDIA.fhir);
    const broken = structuredClone(full.body);
    const audit = broken.entry.find(
      (e: { resource: { resourceType: string } }) => e.resource.resourceType === 'AuditEvent',
    );
    delete audit.resource.source;
    const files = Object.entries({
      full: full.text,
      family: (await dossier(MEDIA.fhir, '?redacted=true')).text,
      blind: (await dossier(MEDIA.fhir, '', ADMIN)).text,
      broken: JSON.stringify(broken),
    }).map(([name, text]) => {
      const file = path.join(folder, `${name}.fhir.json`);
      writeFileSync(file, text);
      return file;
    });
    const found = await validateFhir(files);
    const errors = found.filter(({ severity }) => severity === 'error' || severity === 'fatal');
    const warnings = Map.groupBy(
      found.filter(({ severity }) => severity === 'warning'),
      ({ message }) => message.slice(0, 90),
    );
    process.stderr.write([...warnings].map(([what, all]) => `  ${all.length} x ${what}\n`).join(''));
    expect(errors.map(({ file, message }) => [path.basename(file), message])).toEqual([
      ['broken.fhir.json', expect.stringContaining('AuditEvent.source') as string],
    ]);
  });

  test('has provenance for each fact and act, and an AuditEvent in the shape of BALP for each access', async () => {
    const { body } = await dossier(MEDIA.fhir);
    const { events } = await bundleOf();
    // oxlint-disable-next-line typescript/no-explicit-any -- FHIR as a stranger reads it
    const resources = body.entry.map((e: any) => e.resource) as any[];
    const of = (type: string) => resources.filter((r) => r.resourceType === type);
    expect(of('Patient')).toHaveLength(1);
    expect(of('DiagnosticReport')).toMatchObject([{ status: 'final', conclusion: TEXT }]);
    expect(of('Provenance').map((p) => p.activity.coding[1].code)).toEqual(
      events.filter(({ event }) => 'data' in event).map(({ event }) => event.type),
    );
    const patient = body.entry[0].fullUrl as string;
    expect(of('AuditEvent').length).toBeGreaterThan(9);
    for (const audit of of('AuditEvent')) {
      expect(audit.entity.filter((e: { type: { code: string } }) => e.type.code === '1')).toEqual([
        expect.objectContaining({ what: { reference: patient } }),
      ]);
      expect(audit.agent.filter((a: { requestor: boolean }) => a.requestor)).toHaveLength(1);
      expect([audit.type.code, audit.source.observer.display]).toEqual(['rest', 'Imaging Failsafe']);
    }
    const subtypes = of('AuditEvent').map((a) => `${a.action} ${a.subtype[0].code} ${a.outcome}`);
    expect(subtypes).toContain('C create 0');
    expect(subtypes).toContain('R read 0');
  });
});

describe('who may, and what is kept of it', () => {
  test.each([CONSULTANT, DESK, VETTER, RIS])('%s may not', async (by) => {
    expect((await dossier(MEDIA.bundle, '', by)).body).toMatchObject({ status: 403, code: 'not-permitted' });
  });

  test('each reading is in the access log, and in the next dossier', async () => {
    const reply = await dossier(MEDIA.fhir);
    const request = reply.headers['x-request-id']!;
    expect(await world.accesses(request)).toMatchObject([{ status: 200, principal: 'safety-lead-1' }]);
    expect((await dossier(MEDIA.fhir)).text).toContain(request);
  });

  test('another form, another query or no such journey is a problem', async () => {
    expect((await dossier('image/png')).body).toMatchObject({ status: 406, code: 'not-acceptable' });
    expect((await dossier(MEDIA.pdf, '?redacted=perhaps')).body).toMatchObject({ code: 'invalid-query' });
    const none = await world.get(
      `/api/v1/journeys/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}/dossier`,
      SAFETY,
      { 'purpose-of-use': 'PATSFTY' },
    );
    expect(none.body).toMatchObject({ status: 404, code: 'unknown-journey' });
  });
});
