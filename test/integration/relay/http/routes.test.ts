import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answerContent,
  answerEmpty,
  answerJson,
  HttpError,
  type RequestMethod,
  type RelayRequest,
  type ServerFeature,
} from '#relay/http/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { exchange, request } from '#test/support/raw-http.ts';

const HOST = 'Host: relay.example';
const CLOSE = 'Connection: close';
const COOKIE = 'Cookie: __Host-clawreach=abc';
const METHODS: readonly RequestMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

let relay: FeatureRelay;
afterEach(() => relay.stop());

/** Answers with what it has seen of the request. */
function see({ method, path, params, query, address, cookie, bearer, hasBody }: RelayRequest) {
  return answerJson({ method, path, params, query: [...query], address, cookie, bearer, hasBody });
}

function seeing(more: Partial<ServerFeature> = {}): ServerFeature {
  return {
    name: 'seeing',
    prefix: '/api',
    requests: METHODS.map((method) => ({ method, path: '/api/see/:what', handle: see })),
    ...more,
  };
}

/** A feature with one route. */
function one(
  handle: ServerFeature['requests'] extends readonly (infer Route)[] | undefined
    ? Route extends { handle: infer Handle }
      ? Handle
      : never
    : never,
): ServerFeature {
  return { name: 'one', prefix: '/api', requests: [{ method: 'GET', path: '/api/one', handle }] };
}

async function send(lines: readonly string[], body = ''): Promise<{ status: number; head: string; body: unknown }> {
  const answer = await exchange(relay.port, request([lines[0] ?? '', HOST, ...lines.slice(1), CLOSE], body));
  const [head = '', text = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    head,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
  };
}

describe('a route', () => {
  it('sees the request as it is', async () => {
    relay = await startFeatureRelay([seeing()]);
    const { status, body } = await send([
      'GET /api/see/a-b_c.d~e?x=1&x=%202&y HTTP/1.1',
      COOKIE,
      'Authorization: bearer a.b-c==',
    ]);
    expect([status, body]).toEqual([
      200,
      {
        method: 'GET',
        path: '/api/see/a-b_c.d~e',
        params: { what: 'a-b_c.d~e' },
        query: [
          ['x', '1'],
          ['x', ' 2'],
          ['y', ''],
        ],
        address: '127.0.0.1',
        cookie: 'abc',
        bearer: 'a.b-c==',
        hasBody: false,
      },
    ]);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', `Bearer ${'a'.repeat(1025)}`, 'Token a'])(
    'sees no token in Authorization: %s',
    async (value) => {
      relay = await startFeatureRelay([seeing()]);
      expect((await send(['GET /api/see/a HTTP/1.1', `Authorization: ${value}`])).body).not.toHaveProperty('bearer');
    },
  );

  it('sees no token in two headers', async () => {
    relay = await startFeatureRelay([seeing()]);
    const two = ['Authorization: Bearer a', 'Authorization: Bearer b'];
    expect((await send(['GET /api/see/a HTTP/1.1', ...two])).body).not.toHaveProperty('bearer');
  });

  it('answers HEAD as GET without its content', async () => {
    relay = await startFeatureRelay([seeing()]);
    const get = await send(['GET /api/see/a HTTP/1.1']);
    const head = await send(['HEAD /api/see/a HTTP/1.1']);
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.head.replace(/Date: .*/, '')).toBe(get.head.replace(/Date: .*/, ''));
  });

  it('answers other methods with those it has', async () => {
    relay = await startFeatureRelay([
      one(() => answerEmpty()),
      { ...seeing(), requests: seeing().requests?.slice(1) ?? [] },
    ]);
    for (const method of ['POST', 'OPTIONS', 'TRACE', 'DELETE']) {
      const { status, head, body } = await send([`${method} /api/one HTTP/1.1`]);
      expect([status, body]).toEqual([405, { error: 'Only GET, HEAD.', code: 'platform.method' }]);
      expect(head).toContain('\r\nAllow: GET, HEAD\r\n');
      expect(head).not.toMatch(/access-control/i);
    }
    expect((await send(['HEAD /api/see/a HTTP/1.1'])).head).toContain('\r\nAllow: POST, PUT, PATCH, DELETE\r\n');
  });

  it.each([
    '/api/see',
    '/api/see/',
    '/api/see/..',
    '/api/see/%2e%2e',
    '/api/see/a%2fb',
    '/api/see/a%2Fb',
    '/api/see/a/../b',
    '/api//see/a',
    '/api/see//a',
    '/api/see/a%0d%0aSet-Cookie:%20a=b',
    '/api/see/a%00',
    '/api/see/a\\b',
    '/api/see/a;x=1',
  ])('is not found at %s', async (path) => {
    relay = await startFeatureRelay([seeing()]);
    const { status, body } = await send([`GET ${path} HTTP/1.1`]);
    expect([status, body]).toEqual([404, { error: 'Nothing here.', code: 'platform.not-found' }]);
  });

  it.each(['//api/see/a', '/api', '/apix', '/API/see/a', '/healthz/api/see/a', 'http://relay.example/api/see/a', '*'])(
    'is not found at %s, where the feature is not',
    async (path) => {
      relay = await startFeatureRelay([seeing({ prefix: '/api/see' })]);
      const { status, body } = await send([`GET ${path} HTTP/1.1`]);
      expect([status, body]).toEqual([404, expect.stringContaining('Nothing here. This is a ClawReach relay')]);
    },
  );

  it('answers a client that would rather speak HTTP/2', async () => {
    relay = await startFeatureRelay([seeing()]);
    const lines = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'];
    const bytes = request(['POST /api/see/a HTTP/1.1', HOST, ...lines, 'Content-Length: 2'], '{}');
    expect(await exchange(relay.port, bytes, '}')).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"hasBody":true/);
  });

  it('has its headers in the answer, and cannot be made to split them', async () => {
    relay = await startFeatureRelay([
      one(({ query }) => {
        const location = query.get('to') ?? '';
        return answerEmpty({ status: 302, headers: { Location: location, 'Set-Cookie': ['a=1', 'b=2'] } });
      }),
    ]);
    const fine = await send(['GET /api/one?to=/here HTTP/1.1']);
    expect(fine.head).toMatch(/^HTTP\/1\.1 302 [^]*\r\nLocation: \/here\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
    const split = await send(['GET /api/one?to=a%0d%0aX-Evil:%20b HTTP/1.1']);
    expect([split.status, split.head.includes('Evil')]).toEqual([500, false]);
    expect(relay.failures).toHaveLength(1);
  });

  it('sends files with headers of its own', async () => {
    relay = await startFeatureRelay([
      one(() =>
        answerContent('text/css', Buffer.from('a {}'), {
          headers: { 'Cache-Control': 'max-age=1', 'Content-Security-Policy': "default-src 'self'" },
        }),
      ),
    ]);
    const { head, body } = await send(['GET /api/one HTTP/1.1']);
    expect(body).toBe('a {}');
    expect(head).toMatch(
      /Content-Type: text\/css\r\nCache-Control: max-age=1\r\nContent-Security-Policy: default-src 'self'\r\n/,
    );
    expect(head.match(/cache-control|content-security-policy/gi)).toHaveLength(2);
  });
});

describe('an error', () => {
  it('that was meant is the answer, of either kind', async () => {
    const errors = [
      new HttpError(402, 'one.price', 'It has a price.', { retryAfter: 1500, headers: { 'X-Price': '1' } }),
      new PlatformError('platform.rate', 'Too often.', { retryAfter: 2001 }),
    ];
    relay = await startFeatureRelay([
      one(({ query }) => {
        throw errors[Number(query.get('which'))] ?? new Error('no such error');
      }),
    ]);
    const first = await send(['GET /api/one?which=0 HTTP/1.1']);
    expect([first.status, first.body]).toEqual([
      402,
      { error: 'It has a price.', code: 'one.price', retryAfter: 1500 },
    ]);
    expect(first.head).toMatch(/X-Price: 1\r\nRetry-After: 2\r\n/);
    const second = await send(['GET /api/one?which=1 HTTP/1.1']);
    expect([second.status, second.body]).toEqual([
      429,
      { error: 'Too often.', code: 'platform.rate', retryAfter: 2001 },
    ]);
    expect(second.head).toContain('\r\nRetry-After: 3\r\n');
    expect(relay.failures).toEqual([]);
  });

  it('that was not meant says nothing to the client, and is reported', async () => {
    const secret = new Error('SQLITE_ERROR: no such column: password');
    relay = await startFeatureRelay([
      one(async () => {
        await Promise.reject(secret);
        return answerEmpty();
      }),
    ]);
    const { status, head, body } = await send(['GET /api/one HTTP/1.1']);
    expect([status, body]).toEqual([500, { error: 'The relay could not do that.', code: 'platform.internal' }]);
    expect(head).toContain("default-src 'none'");
    expect(relay.failures).toEqual([secret]);
  });
});

describe('the cookie', () => {
  it.each(METHODS)('counts on %s from a page of the relay', async (method) => {
    relay = await startFeatureRelay([seeing()]);
    const { status, body } = await send([`${method} /api/see/a HTTP/1.1`, COOKIE, 'Sec-Fetch-Site: same-origin']);
    expect([status, body]).toMatchObject([200, { method, cookie: 'abc' }]);
    const old = await send([`${method} /api/see/a HTTP/1.1`, COOKIE, 'Origin: http://relay.example']);
    expect(old.body).toMatchObject({ cookie: 'abc' });
  });

  it.each([
    ['another site', ['Sec-Fetch-Site: cross-site', 'Origin: https://evil.example']],
    ['a subdomain', ['Sec-Fetch-Site: same-site', 'Origin: http://a.relay.example']],
    ['another port', ['Origin: http://relay.example:8080']],
    ['a sandbox', ['Origin: null']],
    ['who knows where', []],
  ])('refuses every change that comes from %s', async (_case, lines) => {
    relay = await startFeatureRelay([seeing()]);
    for (const method of METHODS.slice(1)) {
      const cookies = [COOKIE, 'Cookie: __Host-clawreach=', 'Cookie: a=b; __Host-clawreach=x; __Host-clawreach=y'];
      for (const cookie of cookies) {
        const { status, body } = await send([`${method} /api/see/a HTTP/1.1`, cookie, ...lines]);
        expect([status, body]).toMatchObject([403, { code: 'platform.origin' }]);
      }
      // Without a cookie there is nothing to abuse.
      expect((await send([`${method} /api/see/a HTTP/1.1`, ...lines])).status).toBe(200);
    }
    expect(relay.refusals).toEqual(Array.from({ length: 12 }, () => 'origin'));
  });

  it('equals the public URL where there is one', async () => {
    relay = await startFeatureRelay([seeing()], { publicUrl: 'https://relay.example' });
    const from = (origin: string) => send(['POST /api/see/a HTTP/1.1', COOKIE, `Origin: ${origin}`]);
    expect((await from('https://relay.example')).status).toBe(200);
    expect((await from('http://relay.example')).status).toBe(403);
  });
});

describe('a feature for pages of every origin', () => {
  const open = () => seeing({ crossOrigin: { headers: ['authorization', 'apikey', 'content-type'] } });

  it('answers what a browser asks before a request', async () => {
    relay = await startFeatureRelay([open()]);
    const { status, head, body } = await send([
      'OPTIONS /api/see/a HTTP/1.1',
      'Origin: https://evil.example',
      'Access-Control-Request-Method: POST',
    ]);
    expect([status, body]).toEqual([204, '']);
    expect(head).toMatch(/Access-Control-Allow-Origin: \*\r\n/);
    expect(head).toContain('\r\nAccess-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n');
    expect(head).toContain('\r\nAccess-Control-Allow-Headers: authorization, apikey, content-type\r\n');
    expect(head).not.toMatch(/credentials/i);
  });

  it('lets every page read every answer, errors too, and takes no cookie', async () => {
    relay = await startFeatureRelay([open()]);
    const foreign = ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site', COOKIE];
    for (const [line, expected] of [
      ['POST /api/see/a', 200],
      ['GET /api/see/a', 200],
      ['GET /api/nowhere', 404],
      ['TRACE /api/see/a', 405],
      ['OPTIONS /api/nowhere', 404],
    ] as const) {
      const { status, head, body } = await send([`${line} HTTP/1.1`, ...foreign]);
      expect(status).toBe(expected);
      expect(head).toContain('\r\nAccess-Control-Allow-Origin: *\r\n');
      expect(body).not.toHaveProperty('cookie');
    }
    const own = await send(['GET /api/see/a HTTP/1.1', COOKIE, 'Sec-Fetch-Site: same-origin']);
    expect(own.body).not.toHaveProperty('cookie');
  });
});

describe('requests on one connection', () => {
  it('are answered in their order, one at a time', async () => {
    const running: string[] = [];
    let most = 0;
    relay = await startFeatureRelay([
      one(async ({ query }) => {
        const name = query.get('name') ?? '';
        running.push(name);
        most = Math.max(most, running.length);
        // The first takes longest.
        for (let turn = 0; turn < 20 - 4 * Number(name); turn += 1) await new Promise(setImmediate);
        running.pop();
        return answerJson(name);
      }),
    ]);
    const bytes = ['0', '1', '2', '3'].map((name) =>
      request([`GET /api/one?name=${name} HTTP/1.1`, HOST, ...(name === '3' ? [CLOSE] : [])]),
    );
    bytes.splice(2, 0, request(['GET /healthz HTTP/1.1', HOST]));
    const answer = await exchange(relay.port, bytes.join(''));
    expect(answer.match(/(?<=\r\n\r\n)("\d"|ok)/g)).toEqual(['"0"', '"1"', 'ok', '"2"', '"3"']);
    expect(most).toBe(1);
  });

  it('are at most eight that wait; then the connection ends', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    relay = await startFeatureRelay([
      one(async () => {
        calls += 1;
        await promise;
        return answerEmpty();
      }),
    ]);
    const flood = request(['GET /api/one HTTP/1.1', HOST]).repeat(30);
    const answered = exchange(relay.port, flood);
    await vi.waitFor(() => expect(calls).toBe(1));
    resolve();
    const answer = await answered;
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([
      ...Array.from({ length: 8 }, () => 'HTTP/1.1 204'),
      'HTTP/1.1 503',
    ]);
    expect(calls).toBe(8);
  });

  it('of a client that has gone are not carried out', async () => {
    const signals: AbortSignal[] = [];
    relay = await startFeatureRelay([
      one(async ({ signal }) => {
        signals.push(signal);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return answerEmpty();
      }),
    ]);
    const socket = connect(relay.port, '127.0.0.1');
    socket.write(request(['GET /api/one HTTP/1.1', HOST]).repeat(3));
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    socket.destroy();
    await vi.waitFor(() => expect(relay.gate.size).toBe(0));
    expect([signals.length, signals[0]?.aborted, relay.failures]).toEqual([1, true, []]);
  });

  it('end if no one reads the answer', async () => {
    const clock = new FakeClock();
    relay = await startFeatureRelay([one(() => answerContent('text/plain', Buffer.alloc(32 * 1024 * 1024)))], {
      clock,
    });
    const socket = connect(relay.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(request(['GET /api/one HTTP/1.1', HOST]));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(relay.gate.size).toBe(1);
    await vi.waitFor(async () => {
      await clock.advance(18_000);
      expect(relay.gate.size).toBe(0);
    });
    socket.destroy();
  });

  it('go on if the answer is read slowly', async () => {
    const clock = new FakeClock();
    const size = 24 * 1024 * 1024;
    relay = await startFeatureRelay([one(() => answerContent('text/plain', Buffer.alloc(size)))], { clock });
    const socket = connect(relay.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let received = 0;
    let next = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received < next || received >= size) return;
      socket.pause();
      next = received + 4 * 1024 * 1024;
      void clock.advance(18_000).then(() => socket.resume());
    });
    socket.write(request(['GET /api/one HTTP/1.1', HOST, CLOSE]));
    await closed;
    expect(received).toBeGreaterThan(size);
    expect(clock.monotonic() - new FakeClock().monotonic()).toBeGreaterThan(5 * 18_000);
  });
});

describe('a relay with features', () => {
  it('has a rate for each address', async () => {
    const asked: string[] = [];
    relay = await startFeatureRelay([seeing()], {
      admitRequest: (address) => {
        asked.push(address);
        return asked.length > 2 ? 1500 : 0;
      },
      trustProxy: true,
    });
    const lines = ['GET /api/see/a HTTP/1.1', 'X-Forwarded-For: 192.0.2.7'];
    expect((await send(lines)).status).toBe(200);
    // What isn't found costs a request, too.
    expect((await send(['GET /api/nowhere HTTP/1.1', 'X-Forwarded-For: 192.0.2.7'])).status).toBe(404);
    const { status, body } = await send(lines);
    expect([status, body]).toEqual([
      429,
      { error: 'Too many requests from your address.', code: 'platform.rate', retryAfter: 1500 },
    ]);
    expect([asked, relay.refusals]).toEqual([['192.0.2.7', '192.0.2.7', '192.0.2.7'], ['rate']]);
  });

  it('ends running requests before it stops, and takes no new ones', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isRunning = false;
    relay = await startFeatureRelay([
      one(async () => {
        isRunning = true;
        await promise;
        return answerJson('done');
      }),
    ]);
    const idle = connect(relay.port, '127.0.0.1');
    let late = '';
    idle.setEncoding('latin1').on('data', (chunk: string) => {
      late += chunk;
    });
    idle.write('GET /api/one HTTP/1.1\r\n');
    const answered = exchange(relay.port, request(['GET /api/one HTTP/1.1', HOST, CLOSE]));
    await vi.waitFor(() => expect(isRunning).toBe(true));
    relay.drain();
    idle.write(`${HOST}\r\n\r\n`);
    await vi.waitFor(() => expect(late).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 2\r\n[^]*platform\.busy/));
    const stopped = relay.stop();
    resolve();
    expect(await answered).toMatch(/"done"$/);
    await stopped;
    expect(relay.refusals).toEqual(['draining']);
  });

  it('stops although a request never ends', async () => {
    const clock = new FakeClock();
    let isRunning = false;
    relay = await startFeatureRelay(
      [
        one(() => {
          isRunning = true;
          return new Promise(() => undefined);
        }),
      ],
      { clock },
    );
    const answered = exchange(relay.port, request(['GET /api/one HTTP/1.1', HOST]));
    await vi.waitFor(() => expect(isRunning).toBe(true));
    const stopped = relay.stop();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.advance(2000);
    await stopped;
    expect(await answered).toBe('');
  });
});
