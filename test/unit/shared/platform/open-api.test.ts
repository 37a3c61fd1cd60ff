import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import {
  openApiDocument,
  PLATFORM_ERRORS,
  PLATFORM_ROUTES,
  type PlatformErrorCode,
  type Route,
} from '#shared/platform/index.ts';
import { SAMPLE_REQUESTS } from '../../../support/platform-requests.ts';

type Schema = Readonly<Record<string, unknown>>;
type Media = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
type Operation = Readonly<{
  operationId: string;
  'x-who': string;
  parameters: readonly Readonly<{ name: string; in: string; required: boolean; schema: Schema }>[];
  requestBody?: Readonly<{ content: Media }>;
  responses: Readonly<Record<string, Readonly<{ description: string; content?: Media }>>>;
  security: readonly Readonly<Record<string, unknown>>[];
}>;
type Document = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>;

type ErrorSchema = Readonly<{ properties: { code: { enum: readonly PlatformErrorCode[] } } }>;

const routes: readonly Route[] = Object.values(PLATFORM_ROUTES);
const document = openApiDocument('1.2.3');
const operations = new Map(
  Object.entries((document as unknown as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  ),
);

function operationOf({ method, path }: Route): Operation {
  const operation = operations.get(`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  if (operation === undefined) throw new Error(`no operation for ${method} ${path}`);
  return operation;
}

describe('the OpenAPI document', () => {
  test('is valid by the official schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('has each route once, with its caller', () => {
    const ids = [...operations.values()].filter((operation) => operation['x-who'] !== 'instance');
    expect(ids.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(PLATFORM_ROUTES).toSorted());
    for (const route of routes) {
      expect(operationOf(route)).toMatchObject({ operationId: route.name, 'x-who': route.who });
      expect(operationOf(route).security.length > 0).toBe(route.who !== 'anyone');
    }
  });

  test('has the requests that foreign instances sign', () => {
    const signed = [...operations].filter(([, operation]) => operation['x-who'] === 'instance');
    expect(signed.map(([path]) => path)).toEqual(['POST /api/v1/register', 'POST /api/v1/send', 'GET /api/v1/ws']);
    for (const [, { security }] of signed) expect(security).toEqual([]);
    const schema = operations.get('POST /api/v1/send')?.requestBody?.content['application/json']?.schema;
    const isValid = new Ajv2020({ strict: false }).compile(schema ?? {});
    const body = {
      from: 'a/b',
      to: 'c/d',
      message: '',
      timestamp: 1,
      nonce: 'A'.repeat(22),
      signature: '0'.repeat(64),
    };
    expect(isValid(body)).toBe(true);
    expect(isValid({ ...body, nonce: 'A' })).toBe(false);
  });

  test('has each parameter of each path and query', () => {
    for (const route of routes) {
      const { parameters } = operationOf(route);
      const named = (place: string): readonly string[] =>
        parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
      expect(named('path')).toEqual(Object.keys(route.params.shape));
      expect(named('query')).toEqual(Object.keys(route.query.shape));
      expect(parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual(named('path'));
    }
  });

  test('has each error of each route, below its status', () => {
    for (const route of routes) {
      const listed = Object.entries(operationOf(route).responses).flatMap(([status, { content }]) => {
        if (Number(status) < 400) return [];
        const schema = content?.['application/json']?.schema as ErrorSchema | undefined;
        return (schema?.properties.code.enum ?? []).filter((code) => PLATFORM_ERRORS[code] === Number(status));
      });
      expect(listed.toSorted()).toEqual([...route.errors].toSorted());
    }
  });

  test('has schemas that accept the sample of each route, and no other field', () => {
    const ajv = new Ajv2020({ strict: false, formats: { 'idn-email': true, password: true } });
    for (const route of routes) {
      const content = operationOf(route).requestBody?.content['application/json'];
      const { input } = SAMPLE_REQUESTS[route.name as keyof typeof SAMPLE_REQUESTS];
      expect(content === undefined).toBe(input === undefined || route.body === 'picture');
      if (content === undefined) continue;
      const accepts = ajv.compile(content.schema);
      expect(accepts(input), `${route.name}: ${ajv.errorsText(accepts.errors)}`).toBe(true);
      expect(accepts({ ...(input as object), admin: true })).toBe(false);
    }
  });

  test('takes and answers with what streams, tables and pictures are', () => {
    const types = (name: keyof typeof PLATFORM_ROUTES, status: string): readonly string[] =>
      Object.keys(operationOf(PLATFORM_ROUTES[name]).responses[status]?.content ?? {});
    expect(types('history.list', '200')).toEqual(['application/json', 'text/csv']);
    expect(types('nodes.request', '200')).toEqual(['text/event-stream']);
    expect(operationOf(PLATFORM_ROUTES['events.open']).responses).toHaveProperty('101');
    expect(types('people.picture', '200')).toEqual(['image/webp', 'image/png']);
    const taken = operationOf(PLATFORM_ROUTES['account.setPicture']).requestBody?.content ?? {};
    expect(Object.keys(taken)).toEqual(['image/webp', 'image/png']);
    expect(types('projects.create', '201')).toEqual(['application/json']);
  });
});
