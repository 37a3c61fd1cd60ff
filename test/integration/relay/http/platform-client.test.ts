import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  answerContent,
  answerEvents,
  answerJson,
  type Answer,
  type RelayRequest,
  type ServerFeature,
} from '#relay/http/index.ts';
import {
  createPlatformClient,
  decodeRequest,
  PICTURE_TYPES,
  PLATFORM_ROUTES,
  PlatformError,
  type NodeEvent,
  type PlatformClient,
  type ProjectView,
  type Route,
  type RouteName,
} from '#shared/platform/index.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { SAMPLE_REQUESTS } from '#test/support/platform-requests.ts';

const PROJECT = SAMPLE_REQUESTS['projects.get'].params.project;
const project: ProjectView = {
  id: PROJECT,
  name: 'Home lab',
  role: 'owner',
  owner: { id: PROJECT, name: 'Anna' },
  ownerDevice: null,
  plainAllowed: false,
  people: 1,
  devices: 0,
  online: 0,
  createdAt: 1,
  updatedAt: 1,
};
const names = Object.keys(PLATFORM_ROUTES) as RouteName[];

type Received = Readonly<{ name: RouteName; decoded: unknown; request: RelayRequest }>;
let received: Received | undefined;
let answer: (request: RelayRequest) => Answer | Promise<Answer>;
let relay: FeatureRelay;

/** All routes of the contract: each is decoded and noted, and answered as the test wants. */
function feature(): ServerFeature {
  return {
    name: 'platform',
    prefix: '/api/v1',
    requests: names.map((name) => {
      const { method, path, input, body: form }: Route = PLATFORM_ROUTES[name];
      return {
        method,
        path,
        handle: async (request) => {
          const body =
            input === undefined
              ? undefined
              : await (form === 'picture' ? request.media({ types: PICTURE_TYPES, limit: 20_000 }) : request.json());
          received = {
            name,
            decoded: decodeRequest(name, { params: request.params, query: request.query, body }),
            request,
          };
          return answer(request);
        },
      };
    }),
  };
}

function client(more: Partial<Parameters<typeof createPlatformClient>[0]> = {}): PlatformClient {
  return createPlatformClient({ origin: relay.url, fetch, ...more });
}

async function all(events: AsyncIterable<NodeEvent>): Promise<readonly NodeEvent[]> {
  const list: NodeEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** Returns the code and `retryAfter` that a call ends with. */
async function failure(call: Promise<unknown>): Promise<readonly [code: string, retryAfter: number | undefined]> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlatformError)) throw new Error('no error of the platform', { cause: error });
  return [error.code, error.retryAfter];
}

beforeAll(async () => {
  relay = await startFeatureRelay([feature()]);
});
afterAll(() => relay.stop());

describe('the client of the accounts API', () => {
  test.each(names)('sends %s as the relay decodes it', async (name) => {
    answer = () => answerJson([]);
    const { params, query, input } = SAMPLE_REQUESTS[name];
    // One call for all routes: the types of the samples fit their names.
    const call = client().call as (name: RouteName, call: object) => Promise<unknown>;
    await expect(call(name, { params, query, input })).rejects.toMatchObject({ code: 'platform.protocol' });
    expect(received?.name).toBe(name);
    expect(received?.decoded).toEqual(SAMPLE_REQUESTS[name]);
  });

  test('returns the checked answer without fields that it does not know', async () => {
    answer = () => answerJson({ ...project, token_hash: 'x' }, { status: 201 });
    await expect(client().call('projects.create', { input: { name: 'Home lab' } })).resolves.toEqual(project);
  });

  test('sends an API token as bearer, and no token of its own accord', async () => {
    answer = () => answerJson({ projects: [] });
    await client({ token: 'abc' }).call('projects.list');
    expect(received?.request.bearer).toBe('abc');
    await client().call('projects.list');
    expect(received?.request.headers.authorization).toBeUndefined();
  });

  test('throws the errors of the relay with their code and time to wait', async () => {
    answer = () => {
      throw new PlatformError('platform.rate', 'too many attempts', { retryAfter: 1500 });
    };
    const { input } = SAMPLE_REQUESTS['auth.signIn'];
    expect(await failure(client().call('auth.signIn', { input }))).toEqual(['platform.rate', 1500]);
    expect(await failure(client().call('auth.signIn', { input: { ...input, email: 'none' } }))).toEqual([
      'platform.input',
      undefined,
    ]);
  });

  test('reads the history as CSV', async () => {
    answer = () => answerContent('text/csv; charset=utf-8', 'id\r\n');
    const params = { project: PROJECT };
    await expect(client().csv('history.list', { params, query: { limit: 5 } })).resolves.toBe('id\r\n');
    expect(received?.request.headers.accept).toBe('text/csv');
    expect(await failure(client().call('history.list', { params }))).toEqual(['platform.protocol', undefined]);
  });

  test('never leaves the path of a route', async () => {
    for (const bad of ['..', '.', 'a/b', '%2e%2e', ''])
      expect(await failure(client().call('projects.get', { params: { project: bad } }))).toEqual([
        'platform.not-found',
        undefined,
      ]);
    expect(() => client({ origin: `${relay.url}/x` })).toThrow(TypeError);
  });

  test('ends a call with the reason of its signal, or when the time is over', async () => {
    const { promise: never } = Promise.withResolvers<Answer>();
    const arrived = Promise.withResolvers<void>();
    answer = ({ signal }) => {
      arrived.resolve();
      return Promise.race([never, once(signal, 'abort').then(() => answerJson({}))]);
    };
    const stop = new AbortController();
    const call = client().call('relay.get', { signal: stop.signal });
    await arrived.promise;
    stop.abort(new Error('left the page'));
    await expect(call).rejects.toThrow('left the page');
    expect(await failure(client({ timeout: 20 }).call('relay.get'))).toEqual(['platform.no-answer', undefined]);
  });

  describe('of a stream', () => {
    const request = SAMPLE_REQUESTS['nodes.request'];
    const call = { params: request.params, input: request.input };

    test('returns its events until the last one', async () => {
      answer = () =>
        answerEvents(async (stream) => {
          await stream.send({ event: 'token', data: { type: 'token', content: 'Hal\nlo ' } });
          await stream.send({ event: 'token', data: { type: 'token', content: 'Welt \ud83d\udc4b' } });
          await stream.send({ event: 'done', data: { type: 'done' } });
        });
      const events = await all(client().stream('nodes.request', call));
      expect(events).toEqual([
        { type: 'token', content: 'Hal\nlo ' },
        { type: 'token', content: 'Welt \ud83d\udc4b' },
        { type: 'done' },
      ]);
    });

    test('ends the request when the caller leaves the loop', async () => {
      const gone = Promise.withResolvers<void>();
      answer = () =>
        answerEvents(async (stream) => {
          await stream.send({ event: 'token', data: { type: 'token', content: 'a' } });
          await once(stream.signal, 'abort');
          gone.resolve();
        });
      for await (const event of client().stream('nodes.request', call)) {
        expect(event).toEqual({ type: 'token', content: 'a' });
        break;
      }
      await gone.promise;
    });

    test.each([
      ['ends without a last event', { type: 'token', content: 'a' }, 'platform.unreachable'],
      ['has an event that the contract lacks', { type: 'shell', command: 'x' }, 'platform.protocol'],
      ['has an event that is too large', { type: 'token', content: 'x'.repeat(400 * 1024) }, 'platform.protocol'],
    ])('fails if it %s', async (_, data, code) => {
      answer = () => answerEvents(async (stream) => void (await stream.send({ event: 'x', data })));
      expect(await failure(all(client().stream('nodes.request', call)))).toEqual([code, undefined]);
    });

    test('throws the error that the relay answers instead', async () => {
      answer = () => {
        throw new PlatformError('project.device-offline', 'offline');
      };
      expect(await failure(all(client().stream('nodes.request', call)))).toEqual(['project.device-offline', undefined]);
    });
  });
});

describe('the client of the accounts API at something else than a relay', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  /** Returns the failure of a call to a server that answers like this. */
  async function against(handle: RequestListener): Promise<readonly [string, number | undefined]> {
    const server = createServer(handle).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return failure(client({ origin, token: 'secret' }).call('relay.get'));
  }

  test('follows no redirect, which would carry its token elsewhere', async () => {
    const paths: (string | undefined)[] = [];
    const result = await against((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { Location: '/elsewhere' }).end();
    });
    expect([result[0], paths]).toEqual(['platform.unreachable', ['/api/v1/relay']]);
  });

  test.each([
    ['a proxy whose relay is down', 502, 'text/html', '<h1>Bad gateway</h1>', 'platform.unreachable', 2000],
    ['an unknown code', 400, 'application/json', '{"error":"x","code":"toString"}', 'platform.protocol', 2000],
    ['another page', 200, 'text/html', '<html>', 'platform.protocol', undefined],
    ['no JSON', 200, 'application/json', '{', 'platform.protocol', undefined],
    [
      'a length that is none',
      200,
      'application/json',
      '{"version":{"length":{"toString":1}}}',
      'platform.protocol',
      undefined,
    ],
  ])('names what is wrong with %s', async (_, status, type, body, code, retryAfter) => {
    const headers = { 'Content-Type': type, ...(retryAfter === undefined ? {} : { 'Retry-After': '2' }) };
    expect(await against((_request, response) => response.writeHead(status, headers).end(body))).toEqual([
      code,
      retryAfter,
    ]);
  });

  test('reads no endless answer', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'a');
    const [code] = await against((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      more();
    });
    expect(code).toBe('platform.protocol');
  });

  test('buffers no endless event of a stream', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'a');
    let sent = 0;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: ');
      const more = (): void => {
        do sent += chunk.length;
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      more();
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { params, input } = SAMPLE_REQUESTS['nodes.request'];
    expect((await failure(all(client({ origin }).stream('nodes.request', { params, input }))))[0]).toBe(
      'platform.protocol',
    );
    // The limit of an event, and what is under way in the sockets; without it, the whole stream's 256 MiB.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test('is unreachable where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failure(client({ origin: `http://127.0.0.1:${port}` }).call('relay.get'))).toEqual([
      'platform.unreachable',
      undefined,
    ]);
  });
});
