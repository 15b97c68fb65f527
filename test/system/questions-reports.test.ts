import { reportToToldView } from '../../src/evidence/report-to-told.reader';
import { xr510View } from '../../src/evidence/xr-510.reader';
import { parseCsv } from '../../src/directory/csv';
import { CONSULTANT, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';
import type { Reply } from './rest-world';

/**
 * The ready reports, over a month in which five examinations went differently:
 *   swift     acknowledged, planned and told at once
 *   slow      only after 22 days
 *   never     nobody did anything
 *   amended   replaced after 15 days before anybody had acted, and told 25 days after its first version
 *   reopened  told at once that it was normal; amended to cancer 25 days later, and told again the next day
 */

const LEAD = as('safety-1', 'safety-lead');
const CANCER = { id: 'f1', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' };
const OTHER = { id: 'f2', category: 'significant-unexpected', expected: false, region: 'chest' };
const DAY = 86_400;

let world: RestWorld;
const ids: Record<string, string> = {};
let start: string;
let days: (n: number) => string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  start = await world.at(-60);
  days = (n) => new Date(Date.parse(start) + n * DAY * 1000).toISOString();
  await play();
}, 180_000);
afterAll(() => world.stop());

const send = async (which: string, what: string, by: string, body: object): Promise<void> => {
  const reply = await world.post(`/api/v1/journeys/${ids[which]}/${what}`, by, body);
  expect([which, what, reply.status, reply.body.code]).toEqual([which, what, 200, undefined]);
};
const reported = async (which: string, findings: object[], version = 1): Promise<void> =>
  send(
    which,
    'report',
    RIS,
    reportBody(await world.at(), { version, status: version === 1 ? 'final' : 'amended', findings }),
  );
const actedOn = async (which: string, version: string, findings: string[]): Promise<void> => {
  await send(which, 'acknowledge', CONSULTANT, { version, findings, how: 'screen' });
  for (const finding of findings)
    await send(which, 'plan', CONSULTANT, { version, finding, noAction: 'already-known' });
  const told = { version, at: await world.at(), to: 'patient', how: 'telephone', outcome: 'told' };
  await send(which, 'tell', CONSULTANT, told);
};

const play = async (): Promise<void> => {
  for (const [which, more] of Object.entries({
    swift: { site: 'site-a', specialty: 'chest' },
    slow: { site: 'site-a', modality: 'XR' },
    never: { site: 'site-b', modality: 'XR' },
    amended: { site: 'site-b' },
    reopened: { site: 'site-b', specialty: 'chest' },
  })) {
    const reply = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more));
    ids[which] = reply.body.journey as string;
    await send(which, 'images', RIS, { at: await world.at() });
    await reported(which, which === 'reopened' ? [] : [CANCER]);
  }
  await actedOn('swift', 'r1', ['f1']);
  await actedOn('reopened', 'r1', []);
  await world.loop!.advanceTo(days(15));
  await reported('amended', [CANCER, OTHER], 2);
  await world.loop!.advanceTo(days(22));
  await actedOn('slow', 'r1', ['f1']);
  await world.loop!.advanceTo(days(25));
  await actedOn('amended', 'r2', ['f1', 'f2']);
  await reported('reopened', [CANCER], 2);
  await world.loop!.advanceTo(days(26));
  await actedOn('reopened', 'r2', ['f1']);
};

const report = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  world.get(`/api/v1/reports/${path}`, LEAD, { 'purpose-of-use': 'HQUALIMP', ...headers });
const month = (): string => `from=${start}&to=${days(27)}`;

describe('from report to told', () => {
  const late = async (query: string): Promise<string[]> => {
    const { body } = await report(`report-to-told?${query}`);
    const nameOf = (id: string): string => Object.keys(ids).find((name) => ids[name] === id)!;
    return (body.items as { journey: { id: string } }[]).map((i) => nameOf(i.journey.id));
  };

  test('over three weeks: those that took longer, were never told, or were replaced before anybody was', async () => {
    const reply = await report(`report-to-told?over=P21D&${month()}`);
    expect(reportToToldView.safeParse(reply.body).error?.issues ?? []).toEqual([]);
    expect(reply.body.items).toMatchObject([
      { journey: { id: ids['slow'] }, key: 'tell-patient:r1', how: 'discharged' },
      { journey: { id: ids['never'] }, key: 'tell-patient:r1', how: 'open' },
      { journey: { id: ids['amended'] }, key: 'tell-patient:r2', how: 'discharged' },
    ]);
    const [slow, never, amended] = reply.body.items;
    expect(Math.round(slow.seconds / DAY)).toBe(22);
    expect([never.toldAt, Math.round(never.seconds / DAY)]).toEqual([undefined, 26]);
    expect(Math.round(amended.seconds / DAY)).toBe(25);
    expect(reply.body.counts).toEqual([
      { by: 'all', reports: 6, over: 3 },
      { by: 'modality', value: 'CT', reports: 4, over: 1 },
      { by: 'modality', value: 'XR', reports: 2, over: 2 },
      { by: 'site', value: 'site-a', reports: 2, over: 1 },
      { by: 'site', value: 'site-b', reports: 4, over: 2 },
      { by: 'specialty', value: 'chest', reports: 3, over: 0 },
      { by: 'specialty', reports: 3, over: 3 },
    ]);
  });

  test('another time, another site, another limit', async () => {
    expect(await late(`over=P3W&${month()}`)).toEqual(['slow', 'never', 'amended']);
    expect(await late(`over=P24D&${month()}`)).toEqual(['never', 'amended']);
    expect(await late(`over=PT599H&asOf=${days(20)}&${month()}`)).toEqual(['amended']);
    expect(await late(`over=P21D&site=site-b&${month()}`)).toEqual(['never', 'amended']);
    expect(await late(`over=P21D&modality=XR&${month()}`)).toEqual(['slow', 'never']);
    expect(await late(`over=P21D&specialty=chest&${month()}`)).toEqual([]);
    expect(await late(`over=P21D&category=routine&${month()}`)).toEqual([]);
    // The second version carries on the clock of the first, which is the one that counts.
    expect(await late(`over=P21D&from=${days(10)}&to=${days(27)}`)).toEqual([]);
    expect(await late(`over=PT1M&from=${days(10)}&to=${days(27)}`)).toEqual(['reopened']);
    expect(await late(`over=P21D&from=${days(-9)}&to=${start}`)).toEqual([]);
  });

  test('page by page, and as a table', async () => {
    const first = await report(`report-to-told?over=P21D&limit=2&${month()}`);
    expect(first.body.items).toHaveLength(2);
    const second = await report(`report-to-told?over=P21D&limit=2&cursor=${first.body.next}&${month()}`);
    expect(second.body.items).toMatchObject([{ journey: { id: ids['amended'] } }]);
    const table = parseCsv(
      (await report(`report-to-told?over=P21D&${month()}`, { accept: 'text/csv' })).text,
    )!;
    expect(table.map((row) => row.cells[0])).toEqual([
      'journey.id',
      ids['slow'],
      ids['never'],
      ids['amended'],
    ]);
  });
});

describe('alerts read and acted on', () => {
  const of = (n: number, percent: number) => ({ n, percent });

  test('numbers and percentages, in time and not, by category, site and specialty', async () => {
    const reply = await report(`xr-510?${month()}`);
    expect(xr510View.safeParse(reply.body).error?.issues ?? []).toEqual([]);
    const lines = reply.body.items as { by: string; value?: string; alerts: number; replaced: number }[];
    expect(lines.find((l) => l.by === 'all')).toEqual({
      by: 'all',
      alerts: 5,
      replaced: 1,
      acknowledged: { inTime: of(2, 40), late: of(2, 40), not: of(1, 20) },
      acted: { inTime: of(2, 40), late: of(2, 40), not: of(1, 20) },
    });
    expect(lines.map(({ by, value, alerts, replaced }) => [by, value, alerts, replaced])).toEqual([
      ['all', undefined, 5, 1],
      ['category', 'cancer', 5, 1],
      ['site', 'site-a', 2, 0],
      ['site', 'site-b', 3, 1],
      ['specialty', 'chest', 2, 0],
      ['specialty', undefined, 3, 1],
    ]);
    expect(lines.find((l) => l.value === 'site-a')).toMatchObject({
      acknowledged: { inTime: of(1, 50), late: of(1, 50), not: of(0, 0) },
    });
  });

  test('acknowledged is not acted on', async () => {
    await send('never', 'acknowledge', CONSULTANT, { version: 'r1', findings: ['f1'], how: 'screen' });
    const [all] = (await report(`xr-510?${month()}`)).body.items;
    expect(all).toMatchObject({
      acknowledged: { late: of(3, 60), not: of(0, 0) },
      acted: { not: of(1, 20) },
    });
    const due = await world.at(DAY);
    const actions = [{ id: 'a1', what: 'refer', owner: { role: 'consultant', person: 'dr-hall' }, by: due }];
    await send('never', 'plan', CONSULTANT, { version: 'r1', finding: 'f1', actions });
    const [planned] = (await report(`xr-510?${month()}`)).body.items;
    expect(planned).toMatchObject({ acted: { late: of(2, 40), not: of(1, 20) } });
    await send('never', 'complete', CONSULTANT, { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'X' } });
    const [proved] = (await report(`xr-510?${month()}`)).body.items;
    expect(proved).toMatchObject({ acted: { late: of(3, 60), not: of(0, 0) } });
  });

  test('of another time there are none, and no percentages of nothing', async () => {
    const { body } = await report(`xr-510?from=${days(-9)}&to=${start}`);
    expect(body.items).toEqual([
      {
        by: 'all',
        alerts: 0,
        replaced: 0,
        acknowledged: { inTime: { n: 0 }, late: { n: 0 }, not: { n: 0 } },
        acted: { inTime: { n: 0 }, late: { n: 0 }, not: { n: 0 } },
      },
    ]);
    const table = parseCsv((await report(`xr-510?${month()}&category=cancer`, { accept: 'text/csv' })).text)!;
    expect(table[1]!.cells.slice(0, 5)).toEqual(['all', '', '5', '1', '2']);
  });
});
