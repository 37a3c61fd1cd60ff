import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  HttpError,
  type RouteSocket,
  type ServerFeature,
  type SocketArrival,
  type SocketRoute,
} from '#relay/http/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { exchange, request } from '#test/support/raw-http.ts';

const KEY = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

type Harness = Readonly<{
  feature: ServerFeature;
  arrivals: SocketArrival[];
  sockets: RouteSocket[];
  closes: unknown[];
}>;

/** A feature with one WebSocket that sends everything back. */
function echo(route: Partial<SocketRoute> = {}, more: Partial<ServerFeature> = {}): Harness {
  const arrivals: SocketArrival[] = [];
  const sockets: RouteSocket[] = [];
  const closes: unknown[] = [];
  const feature: ServerFeature = {
    name: 'echo',
    sockets: [
      {
        path: '/session',
        maxPayload: 10_000,
        maxBuffered: 100_000,
        accept(arrival) {
          arrivals.push(arrival);
          return (socket) => {
            sockets.push(socket);
            socket.onMessage = (message) => {
              if (message === 'auth') arrival.authenticated();
              if (message === 'fail') throw new Error('handler');
              socket.send(message);
            };
            socket.onClose = (code, reason) => closes.push([code, reason]);
          };
        },
        ...route,
      },
    ],
    ...more,
  };
  return { feature, arrivals, sockets, closes };
}

let relay: FeatureRelay;
let clock: FakeClock;
const clients: (WebSocket | Socket)[] = [];

async function start(feature: ServerFeature, more: Parameters<typeof startFeatureRelay>[1] = {}): Promise<void> {
  clock = new FakeClock();
  relay = await startFeatureRelay([feature], { clock, ...more });
}

afterEach(async () => {
  for (const client of clients.splice(0)) {
    if (client instanceof WebSocket) client.terminate();
    else client.destroy();
  }
  await relay.stop();
});

async function open(headers: Record<string, string> = {}, path = '/session'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${relay.port}${path}`, { headers });
  clients.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

/** Status and body of a refused upgrade. */
async function refused(headers: Record<string, string> = {}): Promise<unknown[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${relay.port}/session`, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  expect(response.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  return [response.statusCode, JSON.parse(Buffer.concat(chunks).toString()) as unknown];
}

async function closed(socket: WebSocket): Promise<unknown[]> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

/** An open WebSocket by hand, which answers no ping. */
async function bare(): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1');
  clients.push(socket);
  socket.on('error', () => undefined);
  socket.write(
    request([
      'GET /session HTTP/1.1',
      'Host: a',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      KEY,
    ]),
  );
  await once(socket, 'data');
  return socket;
}

describe('a WebSocket of a feature', () => {
  it('knows who arrives, and carries text and bytes', async () => {
    const { feature, arrivals, sockets, closes } = echo();
    await start(feature);
    const client = await open({ Authorization: 'Bearer abc', Origin: 'https://a.example' }, '/session?x=1');
    expect(arrivals[0]).toMatchObject({
      address: '127.0.0.1',
      host: `127.0.0.1:${relay.port}`,
      origin: 'https://a.example',
      cookie: undefined,
      bearer: 'abc',
    });
    expect(arrivals[0]?.query.get('x')).toBe('1');
    client.send('grün');
    expect(await once(client, 'message')).toEqual([Buffer.from('grün'), false]);
    client.send(Buffer.from([1, 2]));
    expect(await once(client, 'message')).toEqual([Buffer.from([1, 2]), true]);
    expect(sockets[0]?.sendJson({ a: 1 })).toBe(true);
    expect(String((await once(client, 'message'))[0])).toBe('{"a":1}');
    client.close(4000, 'bye');
    await once(client, 'close');
    await vi.waitFor(() => expect(closes).toEqual([[4000, 'bye']]));
    expect([sockets[0]?.isOpen, sockets[0]?.send('x')]).toEqual([false, false]);
    expect(clock.pending).toBe(0);
  });

  it('has its own largest message', async () => {
    const { feature } = echo();
    await start(feature);
    const client = await open();
    client.send('auth');
    await once(client, 'message');
    client.send('x'.repeat(10_000));
    await once(client, 'message');
    client.send('x'.repeat(10_001));
    expect(await closed(client)).toEqual([1009, '']);
  });

  it('ends with 1011 if its feature fails, which is reported', async () => {
    const { feature } = echo();
    await start(feature);
    const client = await open();
    client.send('fail');
    expect(await closed(client)).toEqual([1011, 'internal error']);
    expect(relay.failures).toEqual([new Error('handler')]);
  });

  it('may be refused before it opens, with a code or because its feature fails', async () => {
    const answers = [new HttpError(401, 'platform.signed-out', 'Sign in first.'), new Error('database')];
    const { feature } = echo({ accept: () => Promise.reject(answers.shift() ?? new Error('no more')) });
    await start(feature);
    expect(await refused()).toEqual([401, { error: 'Sign in first.', code: 'platform.signed-out' }]);
    expect(await refused()).toEqual([500, { error: 'The relay could not do that.', code: 'platform.internal' }]);
    expect(relay.failures).toEqual([new Error('database')]);
    await vi.waitFor(() => expect(relay.gate.size).toBe(0));
  });

  it('that isn’t asked for as one is answered 426', async () => {
    const { feature } = echo();
    await start(feature);
    const close = ['Host: a', 'Connection: close'];
    expect(await exchange(relay.port, request(['GET /session HTTP/1.1', ...close]))).toMatch(
      /^HTTP\/1\.1 426 [^]*Upgrade: websocket\r\n[^]*platform\.method/,
    );
    const raw = ['GET /session HTTP/1.1', 'Host: a', 'Connection: Upgrade', 'Upgrade: clawreach-link'];
    expect(await exchange(relay.port, request(raw))).toMatch(/^HTTP\/1\.1 426 [^]*platform\.method/);
    expect(await exchange(relay.port, request([...raw.slice(0, 3), 'Upgrade: websocket']))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['/session/', '/session/x', '//session', '/Session', '/%73ession', '/api/../session'])(
    'is not at %s',
    async (path) => {
      const { feature, arrivals } = echo();
      await start(feature);
      const lines = [`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: Upgrade', 'Upgrade: websocket', KEY];
      expect(await exchange(relay.port, request([...lines, 'Sec-WebSocket-Version: 13']))).toMatch(
        /^HTTP\/1\.1 404 [^]*Nothing here\. Agents connect to \/v1\/agent\.\n$/,
      );
      expect([arrivals, relay.refusals]).toEqual([[], ['path']]);
    },
  );

  it('leaves those of the relay where they are', async () => {
    await start(echo().feature);
    await open({}, '/v1/agent');
    expect(relay.features.find('/v1/agent')).toBeUndefined();
  });
});

describe('the cookie of a WebSocket', () => {
  const cookie = { Cookie: '__Host-clawreach=abc' };

  it('counts from a page of the relay', async () => {
    const { feature, arrivals } = echo();
    await start(feature);
    await open({ ...cookie, Origin: relay.url });
    expect(arrivals[0]?.cookie).toBe('abc');
  });

  it.each([{ Origin: 'https://evil.example' }, { Origin: 'http://127.0.0.1:1' }, { Origin: 'null' }, {}])(
    'refuses one from elsewhere: %j',
    async (headers) => {
      const { feature, arrivals } = echo();
      await start(feature);
      expect(await refused({ ...cookie, ...headers })).toMatchObject([403, { code: 'platform.origin' }]);
      expect([arrivals, relay.refusals]).toEqual([[], ['origin']]);
      // Who has another way to say who it is comes without one.
      await open(headers);
    },
  );

  it('is nothing to a feature for pages of every origin', async () => {
    const { feature, arrivals } = echo({}, { crossOrigin: { headers: [] } });
    await start(feature);
    await open({ ...cookie, Origin: 'https://evil.example' });
    await open({ ...cookie, Origin: relay.url });
    expect(arrivals.map((arrival) => arrival.cookie)).toEqual([undefined, undefined]);
  });
});

describe('a client that does not do its part', () => {
  it('is closed if it doesn’t authenticate in time, as the route says', async () => {
    const { feature } = echo({ authenticationTimeout: 5000, unauthenticated: { code: 4001, reason: 'Auth failed' } });
    await start(feature);
    const [late, known] = [await open(), await open()];
    known.send('auth');
    await once(known, 'message');
    const end = closed(late);
    await clock.advance(5000);
    expect(await end).toEqual([4001, 'Auth failed']);
    await clock.advance(5000);
    known.send('still here');
    expect(String((await once(known, 'message'))[0])).toBe('still here');
  });

  it('is dropped if it sends much before it has authenticated, and its message does not lie in memory', async () => {
    const { feature, closes } = echo({ maxPayload: 1024 * 1024, maxUnauthenticated: 1000 });
    await start(feature);
    const [stranger, known] = [await bare(), await open()];
    const end = new Promise((resolve) => stranger.once('close', resolve));
    // A message of a million bytes (RFC 6455 section 5.2), of which a thousand come.
    const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 0, 0, 0, 0]);
    stranger.write(Buffer.concat([head, Buffer.alloc(1000)]));
    await end;
    await vi.waitFor(() => expect(closes).toEqual([[1006, '']]));
    known.send('auth');
    await once(known, 'message');
    known.send(Buffer.alloc(900_000));
    expect((await once(known, 'message'))[0]).toHaveLength(900_000);
  });

  it('counts as a stranger until it has authenticated', async () => {
    const { feature } = echo();
    await start(feature, { perAddress: 2 });
    const first = await open();
    await open();
    expect(relay.gate.size).toBe(2);
    await expect(open()).rejects.toThrow(/hang up|ECONNRESET/);
    first.send('auth');
    await once(first, 'message');
    expect(relay.gate.size).toBe(1);
    await open();
  });

  it('counts by its own address behind a proxy', async () => {
    const { feature } = echo();
    await start(feature, { perAddress: 1, trustProxy: true });
    await open({ 'X-Forwarded-For': '192.0.2.1' });
    expect(await refused({ 'X-Forwarded-For': '192.0.2.1' })).toMatchObject([503, { code: 'platform.busy' }]);
    await open({ 'X-Forwarded-For': '192.0.2.2' });
  });

  it('connects at the rate of its address', async () => {
    const { feature, arrivals } = echo();
    await start(feature, { admitSocket: () => 1200 });
    expect(await refused()).toEqual([
      429,
      { error: 'Too many connections from your address.', code: 'platform.rate', retryAfter: 1200 },
    ]);
    expect(arrivals).toEqual([]);
  });

  it('is dropped after two pings without an answer', async () => {
    const { feature, closes } = echo({ authenticationTimeout: 600_000 });
    await start(feature);
    const [silent, alive] = [await bare(), await open()];
    const end = new Promise((resolve) => silent.once('close', resolve));
    const interval = async (): Promise<void> => {
      const pinged = once(alive, 'ping');
      await clock.advance(18_000);
      await pinged;
      // The answer has arrived when the one to a later message has.
      alive.send('x');
      await once(alive, 'message');
    };
    await interval();
    await interval();
    expect(silent.destroyed).toBe(false);
    await clock.advance(18_000);
    await end;
    await vi.waitFor(() => expect(closes).toEqual([[1006, '']]));
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });

  it('is closed with 1013 if it is too far behind, and holds no one up', async () => {
    const { feature, sockets, closes } = echo();
    await start(feature, { limits: { closeTimeout: 100 } });
    const slow = await bare();
    slow.pause();
    const quick = await open();
    const [toSlow, toQuick] = sockets;
    let received = 0;
    quick.on('message', () => {
      received += 1;
    });
    let sent = 0;
    while (toSlow?.send(Buffer.alloc(10_000)) === true && sent < 4000) {
      toQuick?.send(Buffer.alloc(10));
      sent += 1;
      if (sent % 20 === 0) await new Promise(setImmediate);
    }
    expect([toSlow?.isOpen, toSlow?.send('x')]).toEqual([false, false]);
    expect(toSlow?.buffered).toBeLessThan(200_000);
    await vi.waitFor(() => expect(received).toBe(sent));
    // It doesn't answer the close message, either.
    await vi.waitFor(() => expect(closes).toEqual([[1006, '']]), { timeout: 10_000 });
  });
});

describe('a relay that stops', () => {
  it('closes WebSockets with 1001, and takes no new ones', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { feature } = echo();
    const [route] = feature.sockets ?? [];
    let waits = false;
    await start({
      ...feature,
      sockets: [
        {
          ...(route ?? echo().feature.sockets?.[0] ?? ({} as SocketRoute)),
          async accept(arrival) {
            if (arrival.headers['x-wait'] !== undefined) {
              waits = true;
              await promise;
            }
            return (await route?.accept(arrival)) ?? (() => undefined);
          },
        },
      ],
    });
    const client = await open();
    const end = closed(client);
    const waiting = refused({ 'X-Wait': '1' });
    await vi.waitFor(() => expect(waits).toBe(true));
    relay.drain();
    expect(await end).toEqual([1001, 'Server shutting down']);
    resolve();
    expect(await waiting).toMatchObject([503, { code: 'platform.busy', retryAfter: 2000 }]);
  });

  it('drops a WebSocket that does not close', async () => {
    const { feature, closes } = echo();
    await start(feature);
    const silent = await bare();
    const end = new Promise((resolve) => silent.once('close', resolve));
    await relay.stop();
    await end;
    expect(closes).toEqual([[1006, '']]);
  });
});
