import { request } from 'node:http';
import { createApi } from '../../src/api/create-api';
import { RIS, RestWorld, requestBody } from './rest-world';

/** What only a real socket shows: large bodies, sent as they please, and where the API may listen at all. */

let world: RestWorld;
let url: string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: false });
  await world.app.listen(0, '127.0.0.1');
  url = await world.app.getUrl();
}, 120_000);
afterAll(() => world.stop());

interface Raw {
  status: number;
  body: string;
}

/** Sends a body in pieces, with or without saying beforehand how long it is. */
const send = (body: string, headers: Record<string, string>): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { authorization: RIS, 'content-type': 'application/json', ...headers },
    };
    const sent = request(`${url}/api/v1/journeys`, options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, body: text }));
    });
    sent.on('error', reject);
    for (let i = 0; i < body.length; i += 65_536) sent.write(body.slice(i, i + 65_536));
    sent.end();
  });

const LARGE = JSON.stringify({ padding: 'x'.repeat(5 * 1024 * 1024) });

test.each([
  ['with its length', { 'content-length': String(LARGE.length) }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
])('5 MB %s are refused with an answer that arrives', async (_, headers) => {
  const reply = await send(LARGE, headers);
  expect(reply.status).toBe(413);
  expect(JSON.parse(reply.body)).toMatchObject({ type: '/problems/body-too-large' });
});

test('5 MB by fetch', async () => {
  const reply = await fetch(`${url}/api/v1/journeys`, {
    method: 'POST',
    headers: { authorization: RIS, 'content-type': 'application/json' },
    body: LARGE,
  });
  expect(reply.status).toBe(413);
});

test('what a browser or curl sends is taken', async () => {
  const body = JSON.stringify(requestBody(await world.at()));
  const type = { 'content-type': 'application/json; charset=utf-8', prefer: 'wait=0' };
  expect((await send(body, { ...type, 'transfer-encoding': 'chunked' })).status).toBe(202);
});

test('the front door leads to the documentation, and everything on the page comes from here', async () => {
  const page = await (await fetch(url)).text();
  for (const [, file] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect(file).toMatch(/^\/docs\//);
    expect((await fetch(url + file)).status).toBe(200);
  }
  const policy = (await fetch(`${url}/docs`)).headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
});

test.each(['0.0.0.0', '::', '192.0.2.1'])('with development tokens it does not start on %s', async (host) => {
  await expect(createApi({ databaseUrl: world.database.url, host })).rejects.toMatchObject({
    message: expect.stringContaining('development tokens'),
    remedy: expect.stringContaining('127.0.0.1'),
  });
});
