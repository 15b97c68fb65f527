import { readFileSync } from 'node:fs';
import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import { REFUSALS } from '../../domain/refusals';
import { openApiDocument } from '../../src/api/openapi/document';
import { routesOf } from '../../src/api/openapi/routes';
import { PERMISSIONS, may } from '../../src/api/permissions';
import type { Permission } from '../../src/api/permissions';
import { PROBLEMS, problemType } from '../../src/api/problems';
import type { ProblemCode } from '../../src/api/problems';
import { INPUTS, START } from '../../src/api/schemas/inputs';
import { CONTROLLERS } from '../../src/controllers';

/** The routes, their permissions and the document: nothing is served that is not declared, and nothing declared twice. */

interface Operation {
  operationId: string;
  security?: object[];
  parameters?: { name?: string; in?: string; $ref?: string }[];
  responses: Record<string, object>;
  'x-permission'?: string;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

const routes = routesOf(CONTROLLERS);
const document = openApiDocument(CONTROLLERS, '0.0.0') as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('routes', () => {
  test.each(routes.map((route) => [route.name, route] as const))(
    '%s has a permission or is public',
    (_, route) => {
      expect(route.isPublic).toBe(route.permission === undefined);
      if (route.permission) expect(Object.keys(PERMISSIONS)).toContain(route.permission);
    },
  );

  test('nothing of a journey is public', () => {
    expect(routes.filter((r) => r.isPublic && r.path.startsWith('/api/')).map((r) => r.name)).toEqual([]);
  });

  test('every fact and every command can be sent to a journey, each by its own permission', () => {
    for (const type of [...FACT_TYPES, ...COMMAND_TYPES]) {
      const found = routes.filter(
        (r) => r.method === 'post' && r.path === `/api/v1/journeys/:journey/${type}`,
      );
      expect([type, found.map((r) => r.permission)]).toEqual([
        type,
        [INPUTS.find((s) => s.type === type)!.permission],
      ]);
    }
  });

  test('every permission is of use', () => {
    const used = new Set<Permission>(routes.flatMap((r) => r.permission ?? []));
    used.add('patient:read'); // asked within a route
    expect(Object.keys(PERMISSIONS).filter((p) => !used.has(p as Permission))).toEqual([]);
  });
});

describe('permissions', () => {
  test('no source system sends a person’s command', () => {
    for (const type of COMMAND_TYPES) expect([type, may('system', `journey:${type}`)]).toEqual([type, false]);
  });

  test('a source system reads no journey', () => {
    for (const p of [
      'journey:read',
      'journey:search',
      'worklist:read',
      'evidence:read',
      'patient:read',
    ] as const)
      expect([p, may('system', p)]).toEqual([p, false]);
  });

  test('a source system may send every fact', () => {
    for (const type of FACT_TYPES) expect([type, may('system', `fact:${type}`)]).toEqual([type, true]);
  });

  test('an administrator does nothing clinical and sees no patient', () => {
    const clinical = COMMAND_TYPES.filter((type) => type !== 'replan');
    for (const type of clinical) expect([type, may('admin', `journey:${type}`)]).toEqual([type, false]);
    expect(may('admin', 'patient:read')).toBe(false);
  });

  test('responsibility is accepted by those who can carry it, and claims are the reporters’ own', () => {
    expect([...PERMISSIONS['journey:acknowledge']].sort()).toEqual([
      'consultant',
      'gp',
      'registrar',
      'requester',
    ]);
    expect(PERMISSIONS['journey:claim']).toEqual(['reporter']);
    expect([...PERMISSIONS['journey:reassign']].sort()).toEqual(['clinical-lead', 'medical-lead']);
  });
});

describe('the OpenAPI document', () => {
  test('has every route, and no other', () => {
    const declared = routes.map((r) => `${r.method} ${r.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...declared].sort());
    expect(new Set(declared).size).toBe(declared.length);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  test('names each operation once, and each parameter of its path', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name);
      expect([path, inPath]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
    }
  });

  test('says how each can fail', () => {
    for (const { path, operation } of operations.filter((o) => o.operation['x-permission']))
      expect([path, Object.keys(operation.responses)]).toEqual([
        path,
        expect.arrayContaining(['401', '403', '503']),
      ]);
  });

  test('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(100);
    for (const [ref, group, name] of refs)
      expect([ref, Object.keys(document.components[group!]!)]).toEqual([ref, expect.arrayContaining([name])]);
  });

  test('is the one that is committed, version apart', () => {
    const committed = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { info: { version: string } };
    expect(openApiDocument(CONTROLLERS, committed.info.version)).toEqual(committed);
  });
});

describe('schemas', () => {
  test.each(INPUTS.map((s) => [s.type, s] as const))('the example of %s fits', (_, s) => {
    expect(s.schema.safeParse(s.example).error?.issues ?? []).toEqual([]);
  });

  test('instants come out in UTC with milliseconds, whatever their offset', () => {
    const at = (text: string): unknown =>
      (INPUTS.find((s) => s.type === 'died')!.schema.parse({ at: text }) as { at: string }).at;
    expect(at('2026-03-29T02:30:00+01:00')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-03-29T01:30:00.123456Z')).toBe('2026-03-29T01:30:00.123Z');
    expect(at('2026-01-01T00:15:00-11:30')).toBe('2026-01-01T11:45:00.000Z');
  });

  test('a journey is opened under an order', () => {
    const { identifiers: _, ...body } = INPUTS.find((s) => s.type === 'request')!.example as Record<
      string,
      unknown
    >;
    expect(START.safeParse(body).success).toBe(false);
    expect(START.safeParse({ ...body, identifiers: [] }).success).toBe(false);
  });
});

describe('problems', () => {
  test('every refusal of the domain is one, with its own status', () => {
    for (const [code, [status]] of Object.entries(REFUSALS))
      expect(PROBLEMS[code as ProblemCode][0]).toBe(status);
  });

  test('each has a stable type of its own and says what to do', () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const { type, title, status, detail } = problemType(code);
      expect(type).toBe(`/problems/${code}`);
      expect(title).toMatch(/^[A-Z]/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(detail.length).toBeGreaterThan(20);
    }
  });
});
