import { ENTERED_AFTERWARDS } from '../../../domain/inputs';
import type { Type } from '@nestjs/common';
import { z } from 'zod';
import type { Description } from '../describe';
import { PERMISSIONS } from '../permissions';
import { FORMATS } from '../paths';
import type { Permission } from '../permissions';
import type { ProblemCode } from '../problems';
import { PROBLEMS } from '../problems';
import { NEEDS_PURPOSE } from '../purpose';
import { dutyKey, id, identifier, instant, party, patient, versionLabel } from '../schemas/common';
import { DIRECTORY_ETAG, HEADERS, PARAMETERS, SECURITY, problemView } from './components';
import type { DeclaredRoute } from './routes';
import { routesOf } from './routes';

/** The OpenAPI 3.1 document, drawn from the routes' own decorators and the schemas that check what comes in. */

type Json = Record<string, unknown>;

const REF = '#/components/schemas/';

/** What many schemas have in common. */
const SHARED = {
  DutyKey: dutyKey,
  Id: id,
  Identifier: identifier,
  Instant: instant,
  Party: party,
  Patient: patient,
  VersionLabel: versionLabel,
};

/** Schemas by name: each is written once and referred to. */
class Schemas {
  private readonly registry = z.registry<{ id: string }>();

  constructor() {
    for (const [name, schema] of Object.entries(SHARED)) this.registry.add(schema, { id: name });
  }

  /** @param name what to call it where it has no title of its own */
  ref(schema: z.ZodType, name: string): Json {
    const id = this.registry.get(schema)?.id ?? schema.meta()?.title ?? name;
    this.registry.add(schema, { id });
    return { $ref: REF + id };
  }

  write(): Json {
    const { schemas } = z.toJSONSchema(this.registry, { io: 'input', uri: (id) => REF + id });
    const clean = Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, id: ___, ...rest } = schema as Json;
      return [name, rest] as const;
    });
    return Object.fromEntries(clean.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `CommandsController.vet` is `commandsVet`. */
const operationId = ({ name }: DeclaredRoute): string => {
  const [controller, handler] = name.split('.') as [string, string];
  const owner = controller.replace(/Controller$/, '');
  return owner.charAt(0).toLowerCase() + owner.slice(1) + capital(handler);
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const queryParameters = (query: z.ZodObject | undefined): Json[] => {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as Json;
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
};

/** Reading of journeys, for which a purpose can be said. */
const READS = new Set<Permission | undefined>(['journey:read', 'evidence:read', 'worklist:read']);

const headerParameters = ({ method, permission }: DeclaredRoute, d: Description): Json[] =>
  Object.keys(PARAMETERS)
    .filter((name) => {
      const mustSayWhy = permission !== undefined && NEEDS_PURPOSE.has(permission);
      if (name === 'PurposeRequired') return mustSayWhy;
      if (name === 'PurposeOfUse')
        return (
          !mustSayWhy && (permission === 'journey:search' || (method === 'get' && READS.has(permission)))
        );
      if (name === 'DirectoryIfMatch') return d.edits === true;
      if (name === 'EnteredAfterwards')
        return ENTERED_AFTERWARDS.some((type) => permission === `journey:${type}`);
      return name === 'IfMatch' ? d.submits === 'command' : d.submits !== undefined;
    })
    .map((name) => ({ $ref: `#/components/parameters/${name}` }));

/** Everything that matches, one item a line. */
const STREAMS = Object.fromEntries(
  Object.values(FORMATS).map((media) => [media, { schema: { type: 'string' } }]),
);

interface Shared {
  schemas: Schemas;
  responses: Responses;
}

const problemsOf = ({ isPublic, permission }: DeclaredRoute, d: Description): ProblemCode[] => [
  ...(isPublic ? [] : (['unauthenticated', 'not-permitted', 'unknown-purpose'] as const)),
  ...(permission && NEEDS_PURPOSE.has(permission) ? (['purpose-missing'] as const) : []),
  ...(d.query ? (['invalid-query'] as const) : []),
  ...(d.body
    ? ([
        'malformed-json',
        'body-too-large',
        'unsupported-media-type',
        'invalid-body',
        'body-too-deep',
        'unstorable-text',
      ] as const)
    : []),
  ...(d.problems ?? []),
  ...(isPublic ? [] : (['unavailable'] as const)),
];

/** Answers that many operations share, by what they say. */
class Responses {
  private readonly names = new Map<string, string>();
  private readonly written: Json = {};

  ref(status: number, response: Json): Json {
    const said = JSON.stringify(response);
    const ofStatus = Object.keys(this.written).filter((name) => name.startsWith(`Problem${status}`)).length;
    const name = this.names.get(said) ?? `Problem${status}${ofStatus === 0 ? '' : `No${ofStatus + 1}`}`;
    this.names.set(said, name);
    this.written[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  write(): Json {
    return this.written;
  }
}

const problemAnswers = (codes: readonly ProblemCode[], schema: Json, responses: Responses): Json => {
  const byStatus = Map.groupBy([...new Set(codes)], (code) => PROBLEMS[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => {
      const description = list.map((code) => `\`${code}\``).join(', ');
      return [
        status,
        responses.ref(status, { description, content: { 'application/problem+json': { schema } } }),
      ];
    }),
  );
};

const operation = (route: DeclaredRoute, d: Description, { schemas, responses }: Shared): Json => {
  const id = operationId(route);
  const answers = Object.entries(d.answers).map(([status, schema]) => [
    status,
    {
      description: status === '202' ? 'Kept; its outcome follows' : 'Done',
      ...(d.submits
        ? {
            headers: Object.fromEntries(
              Object.keys(HEADERS).map((h) => [h, { $ref: `#/components/headers/${h}` }]),
            ),
          }
        : d.edits
          ? { headers: { ETag: DIRECTORY_ETAG } }
          : {}),
      ...(schema
        ? {
            content: {
              'application/json': { schema: schemas.ref(schema, `${capital(id)}Answer`) },
              ...(d.streams ? STREAMS : {}),
            },
          }
        : {}),
      ...(d.gives ? { content: Object.fromEntries(d.gives.map((media) => [media, {}])) } : {}),
    },
  ]);
  const parameters = [
    ...pathParameters(route.path),
    ...queryParameters(d.query),
    ...headerParameters(route, d),
  ];
  return {
    operationId: id,
    tags: [d.tag],
    summary: d.summary,
    ...(route.permission
      ? { 'x-permission': route.permission, 'x-roles': PERMISSIONS[route.permission] }
      : {}),
    ...(route.isPublic ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(d.body
      ? {
          requestBody: {
            required: true,
            content: {
              [d.media ?? 'application/json']: {
                schema: schemas.ref(d.body, `${capital(id)}Body`),
                ...(d.example ? { example: d.example } : {}),
              },
            },
          },
        }
      : {}),
    responses: {
      ...(Object.fromEntries(answers) as Json),
      ...problemAnswers(problemsOf(route, d), schemas.ref(problemView, 'Problem'), responses),
    },
  };
};

/** The document of these controllers. A route without a description is left to the test that refuses it. */
export const openApiDocument = (controllers: readonly Type[], version: string): Json => {
  const shared: Shared = { schemas: new Schemas(), responses: new Responses() };
  const paths: Record<string, Json> = {};
  for (const route of routesOf(controllers)) {
    if (!route.description) continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, route.description, shared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Imaging Failsafe',
      version,
      description:
        'A failsafe for the imaging journey. It is a net: whoever asked for the examination stays responsible for it. ' +
        'Facts come from source systems and are never refused for their content; commands are a person’s acts and may be. ' +
        'All data in the examples is synthetic.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ developmentToken: [] }],
    paths,
    components: {
      schemas: shared.schemas.write(),
      responses: shared.responses.write(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY,
    },
  };
};
