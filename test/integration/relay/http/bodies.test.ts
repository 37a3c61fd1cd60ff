import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerEmpty, answerJson, type HttpError, type ServerFeature } from '#relay/http/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { exchange, request } from '#test/support/raw-http.ts';

const HOST = 'Host: relay.example';
const JSON_TYPE = 'Content-Type: application/json';
const CLOSE = 'Connection: close';
const MAX = 64 * 1024;

/** A route that sends a body back, one that never looks at it, and one whose handler waits. */
function echo(): ServerFeature & { release(): void; parsed: unknown[] } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const parsed: unknown[] = [];
  return {
    name: 'echo',
    prefix: '/api',
    parsed,
    release: resolve,
    requests: [
      {
        method: 'POST',
        path: '/api/echo',
        async handle({ json }) {
          const value = await json();
          parsed.push(value);
          return answerJson({ echo: value, again: (await json()) === value });
        },
      },
      { method: 'POST', path: '/api/deaf', handle: () => answerEmpty() },
      {
        method: 'POST',
        path: '/api/mute',
        async handle({ json }) {
          parsed.push(await json());
          return answerEmpty();
        },
      },
      {
        method: 'POST',
        path: '/api/slow',
        async handle({ json }) {
          const value = await json();
          await promise;
          return answerJson(value);
        },
      },
    ],
  };
}

let relay: FeatureRelay;
afterEach(() => relay.stop());

function post(path: string, lines: readonly string[], body = ''): string {
  return request([`POST ${path} HTTP/1.1`, HOST, ...lines], body);
}

function withLength(body: string, path = '/api/echo', lines: readonly string[] = [CLOSE]): string {
  return post(path, [JSON_TYPE, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`, ...lines], body);
}

/** Status and JSON of the last answer. */
function parsed(answer: string): unknown[] {
  const last = answer.slice(answer.lastIndexOf('HTTP/1.1 '));
  const [head = '', body = ''] = last.split('\r\n\r\n');
  return [
    Number(head.split(' ')[1]),
    body === '' ? undefined : (JSON.parse(Buffer.from(body, 'latin1').toString()) as unknown),
  ];
}

async function send(bytes: string): Promise<unknown[]> {
  return parsed(await exchange(relay.port, Buffer.from(bytes, 'latin1')));
}

/** Status and code. */
async function refusal(bytes: string): Promise<unknown[]> {
  const [status, body] = await send(bytes);
  return [status, (body as { code?: string } | undefined)?.code];
}

async function open(bytes: string): Promise<{ socket: Socket; text: () => string; closed: Promise<unknown> }> {
  const socket = connect(relay.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write(bytes);
  return { socket, text: () => text, closed };
}

describe('a JSON body', () => {
  it('arrives in one piece, in chunks, and byte by byte', async () => {
    relay = await startFeatureRelay([echo()]);
    const body = JSON.stringify({ text: 'grün 🦀', list: [1, 2, null] });
    const expected = [200, { echo: JSON.parse(body) as unknown, again: true }];
    const utf8 = Buffer.from(body).toString('latin1');
    expect(await send(withLength(utf8))).toEqual(expected);
    const chunks = [...utf8].map((byte) => `1\r\n${byte}\r\n`).join('');
    expect(
      await send(post('/api/echo', [JSON_TYPE, CLOSE, 'Transfer-Encoding: chunked'], `${chunks}0\r\n\r\n`)),
    ).toEqual(expected);
    expect(relay.features.bodyBytes).toBe(0);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'has the type %s',
    async (type) => {
      relay = await startFeatureRelay([echo()]);
      expect(await send(post('/api/echo', [`Content-Type: ${type}`, CLOSE, 'Content-Length: 2'], '{}'))).toEqual([
        200,
        { echo: {}, again: true },
      ]);
    },
  );

  it.each([
    ['no type', []],
    ['text', ['Content-Type: text/plain']],
    ['a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['a type that begins alike', ['Content-Type: application/jsonp']],
    ['another character set', ['Content-Type: application/json; charset=latin1']],
    ['two types', ['Content-Type: application/json', 'Content-Type: text/plain']],
    ['two types in one header', ['Content-Type: application/json, text/plain']],
    ['a compressed body', ['Content-Type: application/json', 'Content-Encoding: gzip']],
  ])('is refused with %s', async (_case, lines) => {
    relay = await startFeatureRelay([echo()]);
    expect(await refusal(post('/api/echo', [...lines, CLOSE, 'Content-Length: 2'], '{}'))).toEqual([
      415,
      'platform.media-type',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['two values', '{}{}'],
    ['a byte order mark', '\xef\xbb\xbf{}'],
    ['a lone continuation byte', '"\x80"'],
    ['an overlong slash', '"\xc0\xaf"'],
    ['a surrogate in UTF-8', '"\xed\xa0\x80"'],
    ['half a surrogate pair', '"\\ud800"'],
    ['half a surrogate pair in a key', '{"\\uDC00": 1}'],
    ['Latin-1', '"gr\xfcn"'],
    ['NaN', 'NaN'],
    ['a comment', '{} // x'],
  ])('is refused with %s', async (_case, body) => {
    relay = await startFeatureRelay([echo()]);
    expect(await refusal(withLength(body))).toEqual([400, 'platform.input']);
  });

  it('may have a whole surrogate pair as escapes, and brackets as deep as fit', async () => {
    relay = await startFeatureRelay([echo()]);
    expect(await send(withLength('"\\ud83e\\udd80"'))).toEqual([200, { echo: '🦀', again: true }]);
    // The depth is for the route's schema: the server itself doesn't recurse.
    const deep = `${'['.repeat(MAX / 2)}${']'.repeat(MAX / 2)}`;
    expect((await send(withLength(deep, '/api/mute')))[0]).toBe(204);
  });

  it('has at most 64 KiB, announced or not', async () => {
    relay = await startFeatureRelay([echo()]);
    const largest = JSON.stringify('x'.repeat(MAX - 2));
    expect((await send(withLength(largest)))[0]).toBe(200);
    const larger = JSON.stringify('x'.repeat(MAX - 1));
    const expected = [413, 'platform.too-large'];
    expect(await refusal(withLength(larger))).toEqual(expected);
    const chunk = `${larger.length.toString(16)}\r\n${larger}\r\n`;
    expect(
      await refusal(post('/api/echo', [JSON_TYPE, CLOSE, 'Transfer-Encoding: chunked'], `${chunk}0\r\n\r\n`)),
    ).toEqual(expected);
    // The answer to what would have been a terabyte comes before its first byte.
    expect(await refusal(post('/api/echo', [JSON_TYPE, 'Content-Length: 1000000000000']))).toEqual(expected);
    expect(relay.features.bodyBytes).toBe(0);
  });

  it('that no one wants is dropped within limits, and its answer arrives', async () => {
    relay = await startFeatureRelay([echo()]);
    const huge = 'x'.repeat(32 * 1024 * 1024);
    const answer = await exchange(relay.port, post('/api/echo', [JSON_TYPE, `Content-Length: ${huge.length}`], huge));
    expect(answer.startsWith('HTTP/1.1 413 ')).toBe(true);
    expect(relay.features.bodyBytes).toBe(0);
  });

  it('that is still coming when it is answered does not reset the connection', async () => {
    relay = await startFeatureRelay([echo()]);
    const { socket, text, closed } = await open(post('/api/echo', [JSON_TYPE, 'Content-Length: 300000'], '['));
    const errors: unknown[] = [];
    await vi.waitFor(() => expect(text()).toContain('platform.too-large'));
    for (let piece = 0; piece < 3; piece += 1) {
      errors.push(await new Promise((resolve) => socket.write('x'.repeat(piece === 2 ? 99_999 : 100_000), resolve)));
    }
    await closed;
    expect(errors.filter(Boolean)).toEqual([]);
  });

  it('that no one wants leaves the connection in order', async () => {
    relay = await startFeatureRelay([echo()]);
    const body = JSON.stringify({ text: 'POST /api/echo HTTP/1.1' });
    const type = ['Content-Type: text/plain', `Content-Length: ${body.length}`];
    const answer = await exchange(
      relay.port,
      [
        post('/api/nowhere', type, body),
        post('/api/echo', type, body),
        request(['PUT /api/echo HTTP/1.1', HOST, ...type], body),
        post('/api/deaf', type, body),
        withLength('{"a":1}'),
      ].join(''),
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([404, 415, 405, 204, 200].map((status) => `HTTP/1.1 ${status}`));
    expect(parsed(answer)).toEqual([200, { echo: { a: 1 }, again: true }]);
  });

  it('that no one wants, and whose length no one knows, ends the connection', async () => {
    relay = await startFeatureRelay([echo()]);
    const smuggled = request(['GET /healthz HTTP/1.1', HOST]);
    const answer = await exchange(
      relay.port,
      post('/api/deaf', ['Transfer-Encoding: chunked'], `2\r\n{}\r\n0\r\n\r\n${smuggled}`),
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204']);
    expect(answer).toContain('Connection: close');
  });

  it('is asked for only once it is wanted', async () => {
    relay = await startFeatureRelay([echo()]);
    const expecting = [JSON_TYPE, 'Expect: 100-continue', 'Content-Length: 2'];
    const { socket, text, closed } = await open(post('/api/echo', [...expecting, CLOSE]));
    await vi.waitFor(() => expect(text()).toBe('HTTP/1.1 100 Continue\r\n\r\n'));
    socket.write('{}');
    await closed;
    expect(parsed(text())).toEqual([200, { echo: {}, again: true }]);
    const refused = await exchange(relay.port, post('/api/deaf', expecting));
    expect(refused).toMatch(/^HTTP\/1\.1 204 [^]*Connection: close/);
    const large = await exchange(relay.port, post('/api/echo', [...expecting.slice(0, 2), 'Content-Length: 99999']));
    expect(large).toMatch(/^HTTP\/1\.1 413 [^]*Connection: close/);
    const elsewhere = await exchange(relay.port, post('/elsewhere', expecting));
    expect(elsewhere).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 405 /);
  });

  it.each([
    ['its length is missing bytes', ['Content-Length: 100'], '{"a":'],
    ['its last chunk is missing', ['Transfer-Encoding: chunked'], '2\r\n{}\r\n'],
  ])('takes at most 10 s: %s', async (_case, lines, body) => {
    const clock = new FakeClock();
    relay = await startFeatureRelay([echo()], { clock });
    const { text, closed } = await open(post('/api/echo', [JSON_TYPE, ...lines], body));
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBeGreaterThan(0));
    await clock.advance(9999);
    expect(text()).toBe('');
    await clock.advance(1);
    await vi.waitFor(() => expect(text()).not.toBe(''));
    expect(parsed(text())).toMatchObject([408, { code: 'platform.timeout' }]);
    if (text().includes('Connection: close')) {
      await clock.advance(2000);
      await closed;
    }
    expect(relay.features.bodyBytes).toBe(0);
  });

  it('is ended by the time limit of the whole request, too', async () => {
    relay = await startFeatureRelay([echo()], { helloTimeout: 300 });
    const { text, closed } = await open(post('/api/echo', [JSON_TYPE, 'Content-Length: 100'], '{'));
    await closed;
    expect(parsed(text())).toMatchObject([408, { code: 'platform.timeout' }]);
    expect(text()).toContain('Connection: close');
  });

  it('of broken chunks is refused', async () => {
    relay = await startFeatureRelay([echo()]);
    const lines = [JSON_TYPE, 'Transfer-Encoding: chunked'];
    expect(await refusal(post('/api/echo', lines, '2\r\n{}\r\nzz\r\n'))).toEqual([400, 'platform.input']);
    expect(relay.features.bodyBytes).toBe(0);
  });

  it('of a client that has gone leaves nothing behind', async () => {
    const feature = echo();
    relay = await startFeatureRelay([feature]);
    const { socket, closed } = await open(post('/api/echo', [JSON_TYPE, 'Content-Length: 100'], '{'));
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBeGreaterThan(0));
    socket.destroy();
    await closed;
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(0));
    await vi.waitFor(() => expect(relay.gate.size).toBe(0));
    expect([feature.parsed, relay.failures]).toEqual([[], []]);
  });
});

describe('a handler that does not wait for the body', () => {
  it('leaves nothing of it behind', async () => {
    const late: Promise<unknown>[] = [];
    let keep: (() => Promise<unknown>) | undefined;
    relay = await startFeatureRelay([
      {
        name: 'hasty',
        requests: [
          {
            method: 'POST',
            path: '/hasty',
            async handle({ json }) {
              late.push(json().catch((error: unknown) => (error as HttpError).code));
              await vi.waitFor(() => expect(relay.features.bodyBytes).toBeGreaterThan(0));
              keep = json;
              return answerEmpty();
            },
          },
        ],
      },
    ]);
    const body = JSON.stringify('x'.repeat(5000));
    const { socket, text } = await open(withLength(body, '/hasty', []).slice(0, -3000));
    await vi.waitFor(() => expect(text()).toContain('204'));
    expect(await Promise.all(late)).toEqual(['platform.input']);
    expect(relay.features.bodyBytes).toBe(0);
    await expect(keep?.()).rejects.toThrow('incomplete');
    // The rest is dropped, and the connection goes on.
    socket.write(`${body.slice(-3000)}${withLength('{}', '/hasty')}`);
    await vi.waitFor(() => expect(text().match(/HTTP\/1\.1 204/g)).toHaveLength(2));
    expect([relay.features.bodyBytes, relay.failures]).toEqual([0, []]);
  });
});

describe('many bodies', () => {
  it('of one address have a share of the memory, and do not take that of others', async () => {
    const feature = echo();
    relay = await startFeatureRelay([feature], {
      limits: { bodiesPerAddress: 4 * MAX, bodies: 6 * MAX },
      trustProxy: true,
    });
    const body = JSON.stringify('x'.repeat(MAX - 2));
    const from = (address: string, path: string): string =>
      withLength(body, path, [CLOSE, `X-Forwarded-For: ${address}`]);
    const waiting = [1, 2, 3, 4].map(() => send(from('192.0.2.1', '/api/slow')));
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(4 * MAX));
    expect(await refusal(from('192.0.2.1', '/api/echo'))).toEqual([503, 'platform.busy']);
    expect((await send(from('192.0.2.2', '/api/echo')))[0]).toBe(200);
    feature.release();
    expect((await Promise.all(waiting)).map(([status]) => status)).toEqual([200, 200, 200, 200]);
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(0));
  });

  it('have memory by what has arrived, not by what was announced', async () => {
    relay = await startFeatureRelay([echo()]);
    const sockets = await Promise.all(
      Array.from({ length: 200 }, () => open(post('/api/echo', [JSON_TYPE, `Content-Length: ${MAX}`], '{'))),
    );
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(200 * 1024));
    expect(relay.gate.size).toBe(200);
    for (const { socket } of sockets) socket.destroy();
    await vi.waitFor(() => expect([relay.features.bodyBytes, relay.gate.size]).toEqual([0, 0]));
  });

  it('of strangers count as unfinished connections, behind a proxy by their own addresses', async () => {
    relay = await startFeatureRelay([echo()], { trustProxy: true, perAddress: 3 });
    const unfinished = (address: string): string =>
      post('/api/echo', [JSON_TYPE, 'Content-Length: 9', `X-Forwarded-For: ${address}`], '{');
    const sockets = await Promise.all([1, 2, 3].map(() => open(unfinished('192.0.2.1'))));
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(3 * 1024));
    const more = withLength('{}', '/api/echo', ['X-Forwarded-For: 192.0.2.1']);
    const [, refused] = [await exchange(relay.port, more), relay.refusals];
    expect(refused).toEqual(['busy']);
    expect(await refusal(more)).toEqual([503, 'platform.busy']);
    // The proxy sends the request of another client on the same connection as one that is done.
    const shared = await open(withLength('{}', '/api/echo', ['X-Forwarded-For: 192.0.2.2']));
    await vi.waitFor(() => expect(shared.text()).toContain('200 OK'));
    for (const { socket } of sockets) socket.destroy();
    await vi.waitFor(() => expect(relay.gate.size).toBe(1));
    const again = await Promise.all([1, 2, 3].map(() => open(unfinished('192.0.2.2'))));
    await vi.waitFor(() => expect(relay.features.bodyBytes).toBe(3 * 1024));
    for (const { socket } of [shared, ...again]) socket.destroy();
  });
});
