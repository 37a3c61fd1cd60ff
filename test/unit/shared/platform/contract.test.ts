import { describe, expect, test } from 'vitest';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import {
  parametersIn,
  PLATFORM_CLIENT_ERROR_CODES,
  PLATFORM_ERROR_CODES,
  PLATFORM_ROUTES,
  type Route,
} from '#shared/platform/index.ts';

const routes: readonly Route[] = Object.values(PLATFORM_ROUTES);

/** Reports whether one request could match both paths. */
function overlap(first: string, second: string): boolean {
  const [left, right] = [first.split('/'), second.split('/')];
  return (
    left.length === right.length &&
    left.every((part, index) => part.startsWith(':') || right[index]?.startsWith(':') || part === right[index])
  );
}

describe('the contract', () => {
  test('names each route after its key', () => {
    expect(routes.map(({ name }) => name)).toEqual(Object.keys(PLATFORM_ROUTES));
  });

  test('leads each request to at most one route', () => {
    const twice = routes.flatMap((route, index) =>
      routes
        .slice(index + 1)
        .filter((other) => other.method === route.method && overlap(other.path, route.path))
        .map((other) => `${route.name} and ${other.name}`),
    );
    expect(twice).toEqual([]);
  });

  test('has a schema for each parameter of a path', () => {
    for (const { path, params } of routes) expect(Object.keys(params.shape)).toEqual(parametersIn(path));
  });

  test('reads without a body, and needs a project or a device where an action is named', () => {
    const wrong = routes.filter(
      ({ method, input, who, path }) =>
        (method === 'GET' && input !== undefined) ||
        (who.startsWith('project:') && !path.includes('/:project') && !path.includes('/:device')),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('has an error for each way a caller can be turned away', () => {
    const turnedAway = ({ who, steppedUp }: Route): readonly string[] => [
      ...(who === 'anyone' ? [] : ['platform.signed-out']),
      ...(steppedUp ? ['platform.step-up'] : []),
      ...(who.startsWith('project:') ? ['platform.forbidden', 'platform.not-found'] : []),
    ];
    for (const route of routes) expect(route.errors).toEqual(expect.arrayContaining([...turnedAway(route)]));
  });

  test('asks for a fresh password or passkey before what can take an account or a project away', () => {
    expect(routes.filter(({ steppedUp }) => steppedUp).map(({ name }) => name)).toEqual([
      'account.delete',
      'account.changeEmail',
      'account.setPassword',
      'account.setSecondFactor',
      'passkeys.options',
      'passkeys.create',
      'passkeys.rename',
      'passkeys.delete',
      'tokens.create',
      'tokens.delete',
      'projects.delete',
      'devices.enrol',
    ]);
  });

  test('uses each error code, and has a text for it', () => {
    const used = new Set(routes.flatMap(({ errors }) => errors));
    // The relay answers this one for a path of the contract with another method.
    expect(PLATFORM_ERROR_CODES.filter((code) => !used.has(code))).toEqual(['platform.method']);
    const codes = [...PLATFORM_ERROR_CODES, ...PLATFORM_CLIENT_ERROR_CODES];
    expect(codes.filter((code) => !Object.hasOwn(ERROR_TEXTS, code))).toEqual([]);
  });
});
