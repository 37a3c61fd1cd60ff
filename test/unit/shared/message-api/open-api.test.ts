import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { API_ERRORS, findRoute, messageApiDocument, messageApiRoutes } from '#shared/message-api/index.ts';

const COPY = new URL('../../../../docs/message-api.openapi.json', import.meta.url);

type Operation = Readonly<{ operationId: string; responses: Readonly<Record<string, unknown>> }>;
const paths = messageApiDocument()['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

it('is valid by the official schema of OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(messageApiDocument()));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

it('is what docs/message-api.openapi.json says (npm run docs:message-api writes it)', () => {
  expect(JSON.parse(readFileSync(COPY, 'utf8'))).toEqual(JSON.parse(JSON.stringify(messageApiDocument())));
});

it('has each route once, with the status of each of its errors', () => {
  const routes = messageApiRoutes();
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
    routes.map(({ name }) => name).toSorted(),
  );
  for (const { name, errors, statuses } of routes) {
    const operation = operations.find(({ operationId }) => operationId === name);
    const expected = new Set([...Object.keys(statuses), ...errors.map((code) => String(API_ERRORS[code]))]);
    expect(Object.keys(operation?.responses ?? {}).toSorted()).toEqual([...expected].toSorted());
  }
});

it('finds a route by method and whole path', () => {
  const id = 'a'.repeat(32);
  expect(findRoute('GET', `/v1/messages/${id}`)).toMatchObject({ route: { name: 'get' }, params: { id } });
  expect(findRoute('DELETE', `/v1/messages/${id}`)).toMatchObject({ route: { name: 'cancel' } });
  for (const [method, path] of [
    ['PUT', '/v1/messages'],
    ['GET', '/v1/messages/'.concat(id, '/x')],
    ['GET', '/v1/inbox/'],
    ['GET', '//v1/inbox'],
    ['GET', '/'],
  ] as const)
    expect(findRoute(method, path)).toBeUndefined();
});
