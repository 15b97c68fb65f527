import type { Reply } from './rest-world';
import { ADMIN, DESK, RestWorld, as } from './rest-world';

/** Directories of other systems: all of what one says is taken, or nothing of it. */

const AT = '/api/v1/directory';
let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: false });
}, 120_000);
afterAll(() => world.stop());

const csv = (raw: string | Buffer, by = ADMIN): Promise<Reply> =>
  world.call('POST', `${AT}/import/csv`, {
    as: by,
    raw,
    headers: { 'content-type': 'text/csv; charset=utf-8' },
  });
const fhir = (entry: object[]): Promise<Reply> =>
  world.call('POST', `${AT}/import/fhir`, {
    as: ADMIN,
    raw: JSON.stringify({
      resourceType: 'Bundle',
      type: 'collection',
      entry: entry.map((resource) => ({ resource })),
    }),
    headers: { 'content-type': 'application/fhir+json' },
  });
const person = async (id: string) => (await world.get(`${AT}/people/${id}`, ADMIN)).body;
const standing = async (): Promise<string> => (await world.get(AT, DESK)).text;

describe('CSV', () => {
  test('people are added and changed; quotes, line breaks within them and CRLF are understood; nobody is taken away', async () => {
    const before = JSON.parse(await standing());
    const reply = await csv(
      '\uFEFFid,name,roles,email,phone,cover\r\n' +
        'dr-csv,"Dr ""Cee"", Synthetic",consultant;requester,dr.csv@synthetic.invalid,+44 1632 960000,consultant-1\r\n\r\n' +
        'consultant-1,Dr Cora Madeup (fictitious),consultant;requester,cora.madeup@northmoor.example.org,,\r\n',
    );
    expect(reply).toMatchObject({ status: 200, body: { changed: true } });
    expect(await person('dr-csv')).toMatchObject({
      name: 'Dr "Cee", Synthetic',
      roles: ['consultant', 'requester'],
      contacts: [{ kind: 'phone', to: '+44 1632 960000' }],
      cover: 'consultant-1',
    });
    expect(JSON.parse(await standing()).people).toHaveLength(before.people.length + 1);
    await csv('id,name,roles,cover\ndr-csv,Dr Synthetic,consultant,\n');
    expect(await person('dr-csv')).toMatchObject({
      contacts: [{ kind: 'phone' }],
      email: expect.any(String),
    });
    expect((await person('dr-csv')).cover).toBeUndefined();
  });

  test('every bad line is named, nothing of what stood there, and nothing is half loaded', async () => {
    const before = await standing();
    const reply = await csv(
      'id,name,roles,email\n' +
        'dr-fine,Dr Fine,consultant,fine@synthetic.invalid\n' +
        'dr-short,Dr Short\n' +
        'dr-mail,Dr Secret Name,consultant,no address\n' +
        'dr-role,Dr Role,chaplain,\n' +
        'dr-fine,Dr Again,consultant,\n',
    );
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(reply.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/3',
      '/4/email',
      '/5/roles',
      '/6/id',
    ]);
    expect(reply.text).not.toMatch(/Secret|no address|chaplain/);
    expect(await standing()).toBe(before);
  });

  test.each([
    ['no header', '', '/1'],
    ['a column that is none', 'id,name,roles,shoe\n', '/1'],
    ['a column twice', 'id,name,roles,roles\n', '/1'],
    ['a needed column missing', 'id,roles\n', '/1'],
    ['a quote that is never closed', 'id,name,roles\n"dr-a,Dr A,gp\n', ''],
  ])('%s is refused', async (_, text, pointer) => {
    const reply = await csv(text);
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].pointer).toBe(pointer);
  });

  test('it is for administrators, in UTF-8, and taken at its own address alone', async () => {
    expect((await csv('id,name,roles\n', as('clinical-lead-1', 'clinical-lead'))).status).toBe(403);
    expect((await csv(Buffer.from([0xff, 0xfe]))).body.code).toBe('bad-request');
    const headers = { 'content-type': 'text/csv' };
    for (const path of ['/api/v1/journeys', `${AT}/import/fhir`])
      expect((await world.call('POST', path, { as: ADMIN, raw: 'id', headers })).body.code).toBe(
        'unsupported-media-type',
      );
    const json = await world.post(`${AT}/import/csv`, ADMIN, { id: 'x' });
    expect(json.body.code).toBe('unsupported-media-type');
  });
});

const OURS = 'urn:imaging-failsafe:role';
const practitioner = (id: string, more: object = {}) => ({
  resourceType: 'Practitioner',
  id,
  name: [{ prefix: ['Dr'], given: ['Fay'], family: 'Synthetic' }],
  telecom: [
    { system: 'email', value: `${id}@synthetic.invalid` },
    { system: 'pager', value: '1234' },
  ],
  ...more,
});
const role = (id: string, code: string, more: object = {}, system = OURS) => ({
  resourceType: 'PractitionerRole',
  practitioner: { reference: `Practitioner/${id}` },
  code: [{ coding: [{ system, code }] }],
  ...more,
});

describe('FHIR', () => {
  test('practitioners with their roles, contacts, absences and last day; an organisation with its clinician', async () => {
    const organization = { reference: 'Organization/Elm' };
    const reply = await fhir([
      practitioner('Dr-Fhir'),
      role('Dr-Fhir', 'gp', {
        organization,
        notAvailable: [{ description: 'leave', during: { start: '2026-12-24', end: '2026-12-26' } }],
        availableTime: [{ daysOfWeek: ['mon'] }],
      }),
      role('Dr-Fhir', 'responsible-clinician', { organization }),
      practitioner('dr-last', { telecom: [] }),
      role('dr-last', '66862007', { period: { end: '2026-12-31T17:00:00+00:00' } }, 'http://snomed.info/sct'),
      {
        resourceType: 'Organization',
        id: 'Elm',
        name: 'Elm Surgery (fictitious)',
        type: [{ coding: [{ system: 'urn:imaging-failsafe:organisation-kind', code: 'gp-practice' }] }],
        telecom: [{ system: 'email', value: 'duty@elm.invalid' }],
      },
    ]);
    expect(reply).toMatchObject({ status: 200, body: { changed: true } });
    expect(reply.body.leftOut).toEqual([
      { pointer: '/entry/1/resource/availableTime', message: 'weekly hours are no absence: put a rota' },
    ]);
    expect(await person('dr-fhir')).toMatchObject({
      name: 'Dr Fay Synthetic',
      roles: ['gp'],
      organisation: 'elm',
      email: 'Dr-Fhir@synthetic.invalid',
      contacts: [{ kind: 'bleep', to: '1234' }],
      absences: [{ from: '2026-12-24T00:00:00.000Z', to: '2026-12-27T00:00:00.000Z' }],
    });
    expect(await person('dr-last')).toMatchObject({
      roles: ['reporter'],
      left: { at: '2026-12-31T17:00:00.000Z' },
    });
    const { organisations } = JSON.parse(await standing());
    expect(organisations).toEqual([
      { id: 'elm', kind: 'gp-practice', name: 'Elm Surgery (fictitious)', clinician: 'dr-fhir' },
    ]);
  });

  test('what cannot be taken is named by its entry, and nothing is taken', async () => {
    const before = await standing();
    const reply = await fhir([practitioner('dr-good'), role('dr-good', 'gp'), practitioner('dr-none')]);
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(reply.body.errors).toEqual([
      { pointer: '/entry/2/resource', message: 'roles: name at least one role' },
    ]);
    const patient = await fhir([{ resourceType: 'Patient', id: 'p1', name: [{ family: 'Secret' }] }]);
    expect(patient.status).toBe(422);
    expect(patient.text).not.toContain('Secret');
    expect(await standing()).toBe(before);
  });
});
