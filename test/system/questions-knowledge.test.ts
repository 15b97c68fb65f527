import type { JourneyEvent } from '../../domain/events';
import { knowledgeView } from '../../src/evidence/knowledge.reader';
import { ScriptedSmtp } from '../support/scripted-smtp';
import {
  CONSULTANT,
  DESK,
  REPORTER,
  RIS,
  RestWorld,
  VETTER,
  as,
  reportBody,
  requestBody,
} from './rest-world';
import type { Reply } from './rest-world';

/**
 * Who knew what, and when. An emergency department's chest film, as in case C13: reported, rung through without being said back,
 * amended while nobody had acted, and only then acknowledged. The whole answer is compared with what was sent.
 */

const LEAD = as('safety-1', 'safety-lead');
const WARD = as('dr-ward', 'registrar');
const F1 = { id: 'f1', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' };
const F2 = { id: 'f2', category: 'significant-unexpected', expected: false, region: 'chest' };
const RECORD = '/api/v1/journeys/:journey';

let world: RestWorld;
let smtp: ScriptedSmtp;
let journey: string;
/** The events that hold what was sent, by a name of ours. */
const sent: Record<string, number> = {};
let beforeAmendment: string;
beforeAll(async () => {
  smtp = await ScriptedSmtp.start();
  const asks = {
    smtp: { url: smtp.url, from: 'Failsafe <failsafe@example.org>', connections: 2 },
    publicUrl: 'https://failsafe.example.org/',
    concurrency: 2,
  };
  world = await RestWorld.start({ worker: true, asks });
  await play();
}, 120_000);
afterAll(async () => {
  await world.stop();
  await smtp.stop();
});

const send = async (name: string, what: string, by: string, body: object): Promise<void> => {
  const reply = await world.post(`/api/v1/journeys/${journey}/${what}`, by, body);
  expect([name, reply.status, reply.body.code]).toEqual([name, 200, undefined]);
  sent[name] = reply.body.event as number;
};
const pass = async (seconds: number): Promise<string> => {
  await world.loop!.advanceTo(await world.at(seconds));
  await world.loop!.quiet();
  return world.at();
};

const play = async (): Promise<void> => {
  const request = requestBody(await world.at(), { setting: 'ed', modality: 'XR', priority: 'urgent' });
  journey = (await world.post('/api/v1/journeys', RIS, request)).body.journey as string;
  await send('vet', 'vet', VETTER, { priority: 'urgent' });
  await send('images', 'images', RIS, { at: await world.at() });
  await send('viewed', 'viewed', CONSULTANT, {
    at: await world.at(),
    person: 'dr-hall',
    quality: 'low-definition',
    note: 'On a phone.',
  });
  await send('r1', 'report', RIS, reportBody(await world.at(), { findings: [F1] }));
  await pass(60);
  await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
  await send('call', 'call', REPORTER, {
    duty: 'acknowledge:r1',
    whom: { role: 'consultant', person: 'dr-hall' },
    at: await world.at(),
    outcome: 'no-read-back',
    note: 'Was in theatre.',
  });
  beforeAmendment = await pass(60);
  await pass(60);
  await send(
    'r2',
    'report',
    RIS,
    reportBody(await world.at(), { version: 2, status: 'amended', findings: [F1, F2] }),
  );
  await pass(60);
  await world.get(`/api/v1/journeys/${journey}`, WARD, { 'purpose-of-use': 'ETREAT' });
  await send('acknowledge', 'acknowledge', CONSULTANT, {
    version: 'r2',
    findings: ['f1', 'f2'],
    how: 'screen',
  });
  await send('plan-1', 'plan', CONSULTANT, {
    version: 'r2',
    finding: 'f1',
    actions: [
      {
        id: 'a1',
        what: 'refer',
        owner: { role: 'consultant', person: 'dr-hall' },
        by: await world.at(86_400),
      },
    ],
  });
  await send('plan-2', 'plan', CONSULTANT, { version: 'r2', finding: 'f2', noAction: 'already-known' });
  await send('retract', 'retract', CONSULTANT, { event: sent['plan-2'] });
  await send('plan-3', 'plan', CONSULTANT, {
    version: 'r2',
    finding: 'f2',
    noAction: 'already-treated',
    note: 'In May.',
  });
  await send('complete', 'complete', CONSULTANT, {
    action: 'r2:f1:a1',
    proof: { kind: 'order', ref: 'REF-1' },
  });
  await send('tell', 'tell', CONSULTANT, {
    version: 'r2',
    at: await world.at(),
    to: 'patient',
    how: 'telephone',
    outcome: 'told',
  });
  await send('gp', 'gp-receipt', RIS, { at: await world.at(), version: 'r2' });
  await world.loop!.quiet();
};

const known = async (query = ''): Promise<Reply> =>
  world.get(`/api/v1/journeys/${journey}/knowledge${query}`, LEAD, { 'purpose-of-use': 'HLEGAL' });

const HALL = { person: 'dr-hall', role: 'consultant' };
const RIS_1 = { person: 'ris-1', role: 'system' };

test('of each version and finding: who was asked, opened, was rung, acknowledged, planned, proved and told', async () => {
  const reply = await known();
  expect(knowledgeView.safeParse(reply.body).error?.issues ?? []).toEqual([]);
  const events = (await world.get(`/api/v1/journeys/${journey}/events?limit=200`, DESK)).body
    .items as JourneyEvent[];
  const mail = (what: string, source: string) => ({ channel: 'mail', what, source, at: expect.any(String) });
  /** What an act says, under its event, its time and who did it. */
  const act = (name: string, by: object, onRecord: string[], said: object) => {
    const event = events.find((e) => e.seq === sent[name])!;
    return { event: event.seq, at: event.at, by, onRecord, ...said };
  };
  const heard = (name: string) => {
    const event = events.find((e) => e.seq === sent[name]) as JourneyEvent & {
      receivedAt: string;
      data: { at: string };
    };
    return {
      event: event.seq,
      at: event.at,
      receivedAt: event.receivedAt,
      issuedAt: event.data.at,
      by: 'dr-shah',
    };
  };
  const asked = (duty: string, contacts: object[]) => {
    const event = events.find((e) => e.type === 'opened' && e.key === duty)!;
    return { event: event.seq, at: event.at, duty, person: 'dr-hall', role: 'requester', rung: 0, contacts };
  };
  const opened = (who: object, onRecord: string[]) => ({
    ...who,
    route: RECORD,
    at: expect.any(String),
    onRecord,
  });
  const ward = { person: 'dr-ward', role: 'registrar', purpose: 'ETREAT' };
  const retraction = act('retract', HALL, [], {});
  expect(reply.body).toEqual({
    journey,
    asOf: expect.any(String),
    versions: [
      {
        version: 'r1',
        kind: 'report',
        said: [{ ...heard('r1'), status: 'final' }],
        findings: [{ ...F1, planned: [], proved: [] }],
        asked: [asked('acknowledge:r1', [mail('sent', 'mail')])],
        opened: [opened({ ...HALL, purpose: 'TREAT' }, ['r1']), opened(ward, ['r1', 'r2'])],
        acknowledged: [],
        rung: [
          act('call', { person: 'dr-shah', role: 'reporter' }, ['r1'], {
            duty: 'acknowledge:r1',
            whom: { role: 'consultant', person: 'dr-hall' },
            outcome: 'no-read-back',
            saidAt: expect.any(String),
          }),
        ],
        told: [],
        gpReceived: [],
      },
      {
        version: 'r2',
        kind: 'report',
        said: [{ ...heard('r2'), status: 'amended' }],
        findings: [
          {
            ...F1,
            planned: [
              act('plan-1', HALL, ['r1', 'r2'], {
                version: 'r2',
                finding: 'f1',
                actions: [
                  {
                    id: 'a1',
                    what: 'refer',
                    owner: { role: 'consultant', person: 'dr-hall' },
                    by: expect.any(String),
                  },
                ],
              }),
            ],
            proved: [
              act('complete', HALL, ['r1', 'r2'], {
                action: 'r2:f1:a1',
                proof: { kind: 'order', ref: 'REF-1' },
              }),
            ],
          },
          {
            ...F2,
            planned: [
              act('plan-2', HALL, ['r1', 'r2'], {
                version: 'r2',
                finding: 'f2',
                noAction: 'already-known',
                retracted: { event: retraction.event, at: retraction.at, by: HALL },
              }),
              act('plan-3', HALL, ['r1', 'r2'], {
                version: 'r2',
                finding: 'f2',
                noAction: 'already-treated',
              }),
            ],
            proved: [],
          },
        ],
        asked: [asked('acknowledge:r2', [mail('sent', 'mail'), mail('read', 'system')])],
        opened: [opened(ward, ['r1', 'r2'])],
        acknowledged: [
          act('acknowledge', HALL, ['r1', 'r2'], { version: 'r2', findings: ['f1', 'f2'], how: 'screen' }),
        ],
        rung: [],
        told: [
          act('tell', HALL, ['r1', 'r2'], {
            version: 'r2',
            to: 'patient',
            how: 'telephone',
            outcome: 'told',
            saidAt: expect.any(String),
          }),
        ],
        gpReceived: [act('gp', RIS_1, ['r1', 'r2'], { version: 'r2', saidAt: expect.any(String) })],
      },
    ],
    viewed: [
      act('viewed', HALL, [], { person: 'dr-hall', quality: 'low-definition', saidAt: expect.any(String) }),
    ],
  });
});

test('as of an instant: what had come by then, and nothing of what came after', async () => {
  const { body } = await known(`?asOf=${beforeAmendment}`);
  expect(body).toMatchObject({ asOf: beforeAmendment });
  expect(body.versions.map((v: { version: string }) => v.version)).toEqual(['r1']);
  expect(body.versions[0].opened).toMatchObject([{ person: 'dr-hall', onRecord: ['r1'] }]);
  expect(body.versions[0].rung).toMatchObject([{ outcome: 'no-read-back' }]);
  expect(body.versions[0].asked).toMatchObject([{ contacts: [{ what: 'sent' }] }]);
});

test('no free text is in it', async () => {
  expect((await known()).text).not.toMatch(/theatre|phone\.|In May/);
});
