import { describe, expect, it } from 'vitest';
import { answerEmpty, type RequestMethod, type RequestRoute, type ServerFeature } from '#relay/http/index.ts';
import { Router } from '../../../../src-relay/http/router.ts';

function route(method: RequestMethod, path: string): RequestRoute {
  return { method, path, handle: () => answerEmpty() };
}

function feature(name: string, paths: readonly string[], more: Partial<ServerFeature> = {}): ServerFeature {
  return {
    name,
    requests: paths.map((line) => {
      const [method = '', path = ''] = line.split(' ');
      return route(method as RequestMethod, path);
    }),
    ...more,
  };
}

/** The pattern and parameters that a path finds. */
function found(router: Router, path: string): unknown {
  const match = router.find(path);
  if (match === undefined) return undefined;
  if (match.kind !== 'requests') return match.kind;
  const [first] = match.methods.values();
  return [first?.path, { ...match.params }];
}

describe('a router', () => {
  const router = new Router([
    feature(
      'projects',
      [
        'GET /api/v1/projects',
        'POST /api/v1/projects',
        'GET /api/v1/projects/:project',
        'POST /api/v1/projects/:project/devices/enrol',
        'GET /api/v1/projects/:project/devices/:device',
      ],
      { prefix: '/api/v1' },
    ),
    feature('page', ['GET /', 'GET /.well-known/clawreach-page.json'], {
      sockets: [{ path: '/session', maxPayload: 1, maxBuffered: 1, accept: () => () => undefined }],
    }),
  ]);

  it('finds paths with and without parameters', () => {
    expect(found(router, '/api/v1/projects')).toEqual(['/api/v1/projects', {}]);
    expect(found(router, '/api/v1/projects/a1')).toEqual(['/api/v1/projects/:project', { project: 'a1' }]);
    expect(found(router, '/api/v1/projects/a/devices/b')).toEqual([
      '/api/v1/projects/:project/devices/:device',
      { project: 'a', device: 'b' },
    ]);
    expect(found(router, '/')).toEqual(['/', {}]);
    expect(found(router, '/.well-known/clawreach-page.json')).toEqual(['/.well-known/clawreach-page.json', {}]);
    expect(found(router, '/session')).toBe('socket');
  });

  it('gives a literal path to its own routes, whatever the order', () => {
    expect(found(router, '/api/v1/projects/a/devices/enrol')).toEqual([
      '/api/v1/projects/:project/devices/enrol',
      { project: 'a' },
    ]);
    const reversed = new Router([feature('a', ['GET /a/:x/:y', 'GET /a/:x/c', 'GET /a/b/:y', 'GET /a/b/c'])]);
    expect(found(reversed, '/a/b/c')).toEqual(['/a/b/c', {}]);
    expect(found(reversed, '/a/b/d')).toEqual(['/a/b/:y', { y: 'd' }]);
    expect(found(reversed, '/a/d/c')).toEqual(['/a/:x/c', { x: 'd' }]);
    expect(found(reversed, '/a/d/e')).toEqual(['/a/:x/:y', { x: 'd', y: 'e' }]);
  });

  it.each([
    '//api/v1/projects',
    '/api//v1/projects',
    '/session/',
    '/SESSION',
    '/api/v1%2fprojects',
    '/api/v2/projects',
    '/api/v1',
    '',
    '*',
    'api/v1/projects',
    'http://relay.example/api/v1/projects',
    '/\\api/v1/projects',
  ])('finds no route for %s', (path) => {
    expect(found(router, path)).toBe(path === '/api/v1' ? 'unknown' : undefined);
  });

  it.each([
    '',
    '.',
    '..',
    '%2f',
    '%2e%2e',
    '..%2f',
    'a%20b',
    'a b',
    'a\0',
    'a;b',
    'a%0d%0aX:%20y',
    'é',
    'a@b',
    'x'.repeat(257),
  ])('takes no parameter %j', (value) => {
    expect(found(router, `/api/v1/projects/${value}`)).toBe('unknown');
  });

  it('gives no parameter a name that objects have', () => {
    const odd = new Router([feature('a', ['GET /a/:constructor'])]);
    const match = odd.find('/a/b');
    expect(match?.kind === 'requests' && Object.entries(match.params)).toEqual([['constructor', 'b']]);
    expect(router.find('/api/v1/projects')).toMatchObject({ params: {} });
  });

  it.each([
    [['GET /a', 'GET /a'], 'is registered twice'],
    [['GET /a/:x', 'POST /a/:y'], 'has other names elsewhere'],
    [['GET /a/:x/:x'], 'has a name twice'],
    [['GET /a/'], 'is malformed'],
    [['GET /a%20b'], 'is malformed'],
    [['GET /a/:'], 'is malformed'],
    [['GET a'], 'does not begin with a slash'],
    [['GET /v1/agent'], 'is a path of the relay itself'],
    [['GET /metrics'], 'is a path of the relay itself'],
  ])('does not start with %j', (paths, reason) => {
    expect(() => new Router([feature('a', paths)])).toThrow(reason);
  });

  it('does not start with one path in two features, or for requests and WebSockets', () => {
    expect(() => new Router([feature('a', ['GET /a/:x']), feature('b', ['POST /a/:x'])])).toThrow('two features');
    const socket = { path: '/a', maxPayload: 1, maxBuffered: 1, accept: () => () => undefined };
    expect(() => new Router([feature('a', ['GET /a'], { sockets: [socket] })])).toThrow('twice');
    expect(() => new Router([feature('b', ['GET /a']), feature('a', [], { sockets: [socket] })])).toThrow('twice');
    expect(() => new Router([feature('a', [], { sockets: [{ ...socket, path: '/a/:x' }] })])).toThrow('a parameter');
  });
});
