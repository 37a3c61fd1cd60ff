import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { answerEvents, answerJson, type RequestMethod, type ServerFeature } from '#relay/http/index.ts';
import { startFeatureRelay } from '#test/support/feature-relay.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { request } from '#test/support/raw-http.ts';

const CASES = casesOf(100_000, 100);
/** Connections at the same time. */
const WIDTH = 50;

const HOST = 'Host: relay.example';
const TYPE = 'Content-Type: application/json';
const METHODS: readonly RequestMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const feature: ServerFeature = {
  name: 'open',
  prefix: '/api/v1',
  requests: [
    ...METHODS.map((method) => ({
      method,
      path: '/api/v1/things/:thing',
      handle: async ({
        params,
        query,
        cookie,
        bearer,
        hasBody,
        json,
      }: Parameters<NonNullable<ServerFeature['requests']>[number]['handle']>[0]) =>
        answerJson({ params, query: [...query], cookie, bearer, body: hasBody ? await json() : null }),
    })),
    {
      method: 'GET',
      path: '/api/v1/stream',
      handle: () =>
        answerEvents(async (stream) => {
          await stream.send({ event: 'one', data: 1 });
        }),
    },
  ],
  sockets: [
    {
      path: '/api/v1/events',
      maxPayload: 1000,
      maxBuffered: 10_000,
      accept: () => (socket) => {
        socket.onMessage = (message) => socket.send(message);
      },
    },
  ],
};

const VALID = [
  request([
    'GET /api/v1/things/a-b?x=1&y=%20 HTTP/1.1',
    HOST,
    'Cookie: a=b; __Host-clawreach=abc',
    'Authorization: Bearer abc',
  ]),
  request(['POST /api/v1/things/a HTTP/1.1', HOST, TYPE, 'Content-Length: 17'], '{"a": [1, "grün"]}'.slice(0, 17)),
  request(
    ['PUT /api/v1/things/a HTTP/1.1', HOST, TYPE, 'Transfer-Encoding: chunked'],
    '5\r\n{"a":\r\n4\r\n"b"}\r\n0\r\n\r\n',
  ),
  request(['POST /api/v1/things/a HTTP/1.1', HOST, TYPE, 'Expect: 100-continue', 'Content-Length: 2'], '{}'),
  request(
    [
      'PATCH /api/v1/things/a HTTP/1.1',
      HOST,
      TYPE,
      'Cookie: __Host-clawreach=abc',
      'Origin: http://relay.example',
      'Content-Length: 2',
    ],
    '{}',
  ),
  request(['OPTIONS /api/v1/things/a HTTP/1.1', HOST, 'Origin: https://evil.example']),
  request(['GET /api/v1/stream HTTP/1.1', HOST]),
  `${request(['HEAD /api/v1/things/a HTTP/1.1', HOST])}${request(['GET /api/v1/nowhere HTTP/1.1', HOST])}`,
  `${request(['GET /api/v1/events HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='])}\x81\x82\0\0\0\0hi`,
].map((text) => Buffer.from(text, 'latin1'));

/** A request of odd parts, each of which may be fine. */
const oddRequest: fc.Arbitrary<Uint8Array> = fc
  .record({
    method: fc.constantFrom(...METHODS, 'HEAD', 'OPTIONS', 'TRACE', 'get', 'BREW'),
    path: fc.array(
      fc.constantFrom(
        '/',
        '//',
        '/api',
        '/v1',
        '/api/v1',
        '/things',
        '/a',
        '/..',
        '/%2f',
        '%00',
        '?',
        'x=%ff&',
        '/stream',
        '/events',
        ';',
        ':',
        '#',
        '@',
        '*',
        '/%0d%0a',
        '\\',
      ),
      { minLength: 1, maxLength: 6 },
    ),
    headers: fc.uniqueArray(
      fc.constantFrom(
        TYPE,
        'Content-Type: text/plain',
        'Content-Encoding: br',
        'Cookie: __Host-clawreach=abc',
        'Cookie: __Host-clawreach=abc; __Host-clawreach=x',
        `Cookie: ${';'.repeat(500)}`,
        'Origin: http://relay.example',
        'Origin: null',
        'Sec-Fetch-Site: same-origin',
        'Sec-Fetch-Site: cross-site',
        'Authorization: Bearer abc',
        'Authorization: Bearer \x80',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Upgrade: h2c',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Protocol: a, a',
        'Expect: 100-continue',
        'Content-Length: 2',
        'Content-Length: 99999999999999999999',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: gzip, chunked',
      ),
      { maxLength: 5 },
    ),
    body: fc.constantFrom(
      '',
      '{}',
      '{',
      '"\xff"',
      '2\r\n{}\r\n0\r\n\r\n',
      '0\r\n\r\n',
      'ffffffffff\r\n',
      '\x81\x82\0\0\0\0hi',
      '\x88\x80\0\0\0\0',
      '\xff\xff',
    ),
    isSized: fc.boolean(),
  })
  .map(({ method, path, headers, body, isSized }) => {
    const length = isSized && body !== '' ? [`Content-Length: ${body.length}`] : [];
    return Buffer.from(request([`${method} ${path.join('')} HTTP/1.1`, HOST, ...headers, ...length], body), 'latin1');
  });

/** Bytes of the kind that others test decoders with, and requests of odd parts. */
const anyBytes = fc.oneof(
  { arbitrary: strangeBytes(VALID, 300).map(({ bytes }) => bytes), weight: 1 },
  { arbitrary: fc.constantFrom(...VALID), weight: 1 },
  { arbitrary: oddRequest, weight: 3 },
);

/** Answers that may be given to bytes of every kind. */
const STATUSES = new Set([100, 101, 200, 204, 400, 403, 404, 405, 408, 413, 415, 417, 426, 431, 503]);
const CODES = new Set(
  ['input', 'media-type', 'method', 'not-found', 'origin', 'too-large', 'timeout'].map((code) => `platform.${code}`),
);

function answerTo(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

it(`${CASES} generated requests all get a named answer, and leave nothing behind`, { timeout: 600_000 }, async () => {
  const relay = await startFeatureRelay([feature], { helloTimeout: 1000, limits: { pingInterval: 100 } });
  try {
    const counts = new Map<string, number>();
    const check = async (bytes: Uint8Array): Promise<void> => {
      const text = await answerTo(relay.port, bytes);
      // Whoever sends nothing gets nothing; empty lines in front of a request are nothing, too (RFC 9112, section 2.2).
      expect(text === '').toBe(/^[\r\n]*$/.test(Buffer.from(bytes).toString('latin1')));
      for (const [, status = ''] of text.matchAll(/^HTTP\/1\.1 (\d+)/gm)) {
        expect(STATUSES).toContain(Number(status));
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
      for (const [, code = ''] of text.matchAll(/"code":"([^"]*)"/g)) expect(CODES).toContain(code);
    };
    const cases = fc.sample(anyBytes, CASES);
    for (let start = 0; start < cases.length; start += WIDTH) {
      await Promise.all(cases.slice(start, start + WIDTH).map((strange) => check(strange)));
    }
    console.info(`requests: ${CASES} cases, ${JSON.stringify(Object.fromEntries(counts))}`);
    // Bad requests are not all that was tried.
    for (const status of ['101', '200', '400', '404', '405'])
      expect(counts.get(status) ?? 0).toBeGreaterThan(CASES / 100);
    expect(relay.failures).toEqual([]);
    await vi.waitFor(() => expect([relay.gate.size, relay.features.bodyBytes]).toEqual([0, 0]), { timeout: 10_000 });
    expect((await fetch(`${relay.url}/api/v1/things/a`)).status).toBe(200);
  } finally {
    await relay.stop();
  }
});
