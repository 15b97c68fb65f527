import { PROBLEMS } from '../../src/api/problems';
import type { ProblemCode } from '../../src/api/problems';
import type { Call, Reply, RestWorld } from './rest-world';
import { CONSULTANT, RIS, reportBody, requestBody } from './rest-world';

/**
 * What holds for every refusal: a documented 4xx with a stable type, a trace, and the journey's clinical state untouched.
 * What the edge refuses is in the access log; what the journey refuses is in its evidence.
 */

/** Accepts a report version with one alert finding. */
export const ACKNOWLEDGE = { version: 'r1', findings: ['f1'], how: 'screen' };

/** A journey with a report of one alert finding that nobody has acknowledged. */
export const withReport = async (world: RestWorld): Promise<string> => {
  const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
  await world.post(`/api/v1/journeys/${body.journey}/images`, RIS, { at: await world.at() });
  await world.post(`/api/v1/journeys/${body.journey}/report`, RIS, reportBody(await world.at()));
  return body.journey as string;
};

const clinicalState = async (world: RestWorld, id: string): Promise<object> => {
  const { seq: _seq, highWater: _highWater, ...clinical } = (await world.state(id))!;
  return clinical;
};

export const expectProblem = (reply: Reply, code: ProblemCode): void => {
  expect([reply.body?.code, reply.status]).toEqual([code, PROBLEMS[code][0]]);
  expect(reply.type).toMatch(/^application\/problem\+json/);
  expect(reply.body).toMatchObject({
    type: `/problems/${code}`,
    traceId: expect.any(String),
    title: expect.any(String),
  });
  expect(reply.headers['x-request-id']).toBe(reply.body.traceId);
};

/** Sends it, and checks what holds for everything that the edge refuses. `journey` must not be touched by it. */
export const refusedAtTheEdge = async (
  world: RestWorld,
  journey: string,
  url: string,
  call: Call,
  code: ProblemCode,
): Promise<Reply> => {
  const before = await clinicalState(world, journey);
  const rows = await world.db.query<unknown[]>('select 1 from inbox');
  const reply = await world.call('POST', url, call);
  expectProblem(reply, code);
  expect(await world.accesses(reply.body.traceId)).toMatchObject([{ status: reply.status, code }]);
  expect(await clinicalState(world, journey)).toEqual(before);
  expect(await world.db.query<unknown[]>('select 1 from inbox')).toHaveLength(rows.length);
  const explained = await world.call('GET', reply.body.type);
  expect(explained).toMatchObject({ status: 200, body: { type: reply.body.type, status: reply.status } });
  return reply;
};

/** Sends it, and checks what holds for everything that the journey refuses. */
export const refusedByTheJourney = async (
  world: RestWorld,
  id: string,
  what: string,
  call: Call,
  code: ProblemCode,
): Promise<Reply> => {
  const before = await clinicalState(world, id);
  const reply = await world.call('POST', `/api/v1/journeys/${id}/${what}`, {
    ...call,
    headers: { prefer: 'wait=20', ...call.headers },
  });
  expectProblem(reply, code);
  const [event] = await world.db.query<{ body: object }[]>(
    'select body from evidence where journey = $1 and seq = $2',
    [id, reply.body.event],
  );
  expect(event!.body).toMatchObject({ type: 'refused', input: what, code });
  expect(await clinicalState(world, id)).toEqual(before);
  expectProblem(await world.get(`/api/v1/commands/${reply.body.command}`, CONSULTANT), code);
  return reply;
};
