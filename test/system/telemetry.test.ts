import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/local/paths';
import { Receiver } from '../support/receiver';
import { canariesIn } from './support/canaries';
import { acknowledgeBody, reportBody, requestBody } from './support/bodies';
import { CONSULTANT, RIS } from './support/client';
import type { Api } from './support/hospital';
import { Hospital } from './support/hospital';
import { ownPort } from './support/ports';
import { eventually } from './support/until';

/** What the service shows of itself: one trace from a request to the ask that it makes, and nothing of any patient anywhere. */

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER = '00f067aa0ba902b7';
const REPORT = 'POST /api/v1/journeys/:journey/report';
const PATIENT = { nhsNumber: '9990000050', name: 'Canary Synthetic-Person' };
const CANARIES = [...Object.values(PATIENT), 'canary report text', 'canary note'];

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}
interface Exported {
  resourceSpans?: { scopeSpans: { spans: Span[] }[] }[];
}

let receiver: Receiver;
let hospital: Hospital;
let api: Api;
let metricsPort: number;
let journey: string;

/** Every span that was received, decoded from OTLP/JSON. */
const spans = (): Span[] =>
  receiver.calls
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => (JSON.parse(body) as Exported).resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));

const inTrace = (): Span[] => spans().filter(({ traceId }) => traceId === TRACE);
const named = (name: string): Span | undefined => inTrace().find((span) => span.name === name);

beforeAll(async () => {
  receiver = await Receiver.start();
  receiver.answers = (answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  hospital = await Hospital.open();
  metricsPort = await ownPort();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    METRICS_PORT: String(metricsPort),
  };
  [api] = await Promise.all([hospital.api(undefined, undefined, env), hospital.worker(undefined, env)]);
  const patient = { ...PATIENT };
  const opened = await api.client.post('/api/v1/journeys', RIS, requestBody({ patient }), {
    prefer: 'wait=30',
  });
  journey = opened.body.journey as string;
  await api.client.post(
    `/api/v1/journeys/${journey}/report`,
    RIS,
    reportBody({ text: 'canary report text' }),
    { prefer: 'wait=30', traceparent: `00-${TRACE}-${SENDER}-01` },
  );
  await eventually('the ask and the request are seen', () => named('ask') && named(REPORT));
}, 180_000);
afterAll(async () => {
  await hospital?.close();
  await receiver?.stop();
}, 60_000);

test('one trace leads from the request through delivery and record to the ask', () => {
  const [request, deliver, record, ask] = [named(REPORT), named('deliver'), named('record'), named('ask')];
  expect(request?.parentSpanId).toBe(SENDER);
  expect(deliver?.parentSpanId).toBe(request?.spanId);
  expect(record?.parentSpanId).toBe(deliver?.spanId);
  expect(ask?.parentSpanId).toBe(record?.spanId);
});

test('what came without a trace begins one of its own', () => {
  const others = new Set(spans().map(({ traceId }) => traceId));
  expect(others.size).toBeGreaterThan(1);
});

test('evidence knows nothing of it', async () => {
  const rows = await hospital.postgres.query<{ body: string }>(
    'select body::text as body from evidence where journey = $1',
    [journey],
  );
  expect(rows.length).toBeGreaterThan(3);
  for (const { body } of rows) expect(body).not.toContain(TRACE);
});

test('the log names request and trace', async () => {
  const reply = await api.client.post(
    `/api/v1/journeys/${journey}/acknowledge`,
    CONSULTANT,
    acknowledgeBody(),
  );
  const request = reply.headers.get('x-request-id')!;
  const line = await eventually('its line', () =>
    api
      .output()
      .split('\n')
      .find((text) => text.includes(request) && text.includes('"route"')),
  );
  expect(JSON.parse(line)).toMatchObject({ request, trace: expect.stringMatching(/^[0-9a-f]{32}$/) });
});

test('API and worker are read by Prometheus, and are pushed as well', async () => {
  const texts = {
    api: async () => (await api.client.get('/metrics')).text,
    worker: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
  };
  const counted = {
    api: [/^failsafe_http_request_seconds_count\{.*route="\/api\/v1\/journeys"/m],
    worker: [
      /^failsafe_record_seconds_count\{cause="row",result="kept"\} [1-9]/m,
      /^failsafe_relay_lag_seconds_count [1-9]/m,
      /^failsafe_ask_sends_total\{channel="mail",result="sent"\} [1-9]/m,
    ],
  };
  const standing = [
    /^failsafe_postgres_up 1$/m,
    /^failsafe_temporal_up 1$/m,
    /^failsafe_open_duties\{kind="tell-patient",category="critical",overdue="(no|up-to-an-hour)"\} 1$/m,
  ];
  for (const [part, read] of Object.entries(texts)) {
    // A reading of the database serves for some seconds.
    const wanted = [...counted[part as keyof typeof counted], ...standing];
    await eventually(`${part} shows it all`, async () => {
      const text = await read();
      return wanted.every((line) => line.test(text));
    });
    expect(await read()).not.toContain(journey);
  }
  expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404);
  await eventually('metrics arrive', () => receiver.calls.some(({ path }) => path === '/v1/metrics'));
}, 60_000);

test('every metric that the dashboard and the rules name is there', async () => {
  await hospital.postgres.query(
    "insert into downtime_list (writer, every_seconds, written_at, duties) values ('a', 300, now(), 0)",
  );
  const asked = ['dashboard.json', 'rules.yaml'].flatMap((name) => [
    ...readFileSync(join(root, 'docker', 'observability', name), 'utf8').matchAll(/failsafe_[a-z_]+/g),
  ]);
  const names = new Set(asked.map(([name]) => name));
  expect(names.size).toBeGreaterThan(15);
  await eventually('all of them are shown', async () => {
    const texts = [
      (await api.client.get('/metrics')).text,
      await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    ].join('\n');
    const missing = [...names].filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(texts));
    if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
    return true;
  });
}, 90_000);

test('no patient is in logs, metrics or traces, in any form', async () => {
  await api.client.post(`/api/v1/journeys/${journey}/acknowledge`, CONSULTANT, {
    ...acknowledgeBody(),
    version: PATIENT.name,
  });
  await api.client.get(`/api/v1/journeys/${encodeURIComponent(PATIENT.name)}`);
  const refused = api.client.post(`/api/v1/journeys/${journey}/clarify`, CONSULTANT, {
    decision: 'rebook',
    note: 'canary note',
  });
  expect((await refused).status).toBe(409);
  const seen = {
    logs: hospital.output(),
    metrics: (await api.client.get('/metrics')).text,
    worker: await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    pushed: receiver.calls.map(({ body }) => body).join('\n'),
  };
  for (const [where, text] of Object.entries(seen)) {
    expect(text.length).toBeGreaterThan(1_000);
    expect({ where, canaries: canariesIn(text, CANARIES) }).toEqual({ where, canaries: [] });
  }
});
