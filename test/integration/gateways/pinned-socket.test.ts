import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GATEWAY_SOCKET_LIMITS } from '#node/openclaw/index.ts';
import {
  attempt,
  listeningEar,
  machine,
  makeCertificate,
  place,
  plainServer,
  webServer,
  type Certificate,
  type Listening,
} from './servers.ts';

let gateway: Certificate;
let other: Certificate;
let trusted: Certificate;
beforeAll(async () => {
  [gateway, other, trusted] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate('localhost')]);
});

const running: Listening[] = [];
async function started<Server extends Listening>(server: Promise<Server>): Promise<Server> {
  const result = await server;
  running.push(result);
  return result;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const signal = (): AbortSignal => new AbortController().signal;

describe('the certificate', () => {
  test('is judged before any byte of the upgrade: another one than pinned hears nothing at all [S-GW-1]', async () => {
    const ear = await started(listeningEar(other));
    const { ended, calls } = attempt(place(ear.port), gateway.fingerprint);
    const { code, error } = await ended;
    expect([code, calls]).toEqual([1006, ['error', 'close']]);
    expect(error).toMatchObject({
      name: 'GatewayError',
      code: 'gateway.fingerprint-changed',
      details: { fingerprint: other.fingerprint, before: gateway.fingerprint, trusted: false },
    });
    expect(await ear.heard()).toBe('');
  });

  test('that the system trusts is no way past a pin [S-GW-1]', async () => {
    const ear = await started(listeningEar(trusted));
    const { ended } = attempt(place(ear.port, { host: 'localhost' }), gateway.fingerprint, { ca: [trusted.cert] });
    expect((await ended).error).toMatchObject({ code: 'gateway.fingerprint-changed', details: { trusted: true } });
    expect(await ear.heard()).toBe('');
  });

  test('that nobody trusts, without a pin, is told of and hears nothing [S-GW-1]', async () => {
    const ear = await started(listeningEar(gateway));
    const { ended } = attempt(place(ear.port), null);
    const { error } = await ended;
    expect(error).toMatchObject({
      code: 'gateway.fingerprint-unknown',
      details: { fingerprint: gateway.fingerprint },
    });
    expect(await ear.heard()).toBe('');
  });

  test('of a trusted authority for another name hears nothing either [S-GW-1]', async () => {
    const ear = await started(listeningEar(trusted));
    const { ended } = attempt(place(ear.port), null, { ca: [trusted.cert] });
    expect((await ended).error).toMatchObject({
      code: 'gateway.fingerprint-unknown',
      details: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(await ear.heard()).toBe('');
  });

  test('that is pinned, or trusted for this name, is connected to: without Origin, compression or a session', async () => {
    const hello = (websocket: WebSocket): void => websocket.send('{"a":"ü"}');
    const [pinned, known] = await Promise.all([
      started(webServer({ certificate: gateway, connected: hello })),
      started(webServer({ certificate: trusted, connected: hello })),
    ]);
    const attempts = [
      attempt(place(pinned.port, { path: '/a' }), gateway.fingerprint),
      attempt(place(known.port, { host: 'localhost' }), null, { ca: [trusted.cert] }),
    ];
    for (const { opened, socket, ended, messages, calls } of attempts) {
      await opened;
      await expect.poll(() => messages, { timeout: 20_000 }).toEqual(['{"a":"ü"}']);
      expect(socket.isOpen()).toBe(true);
      socket.close(1000, 'done');
      expect(await ended).toEqual({ code: 1000, reason: 'done', error: undefined });
      expect(calls).toEqual(['open', 'close']);
      expect(socket.isOpen()).toBe(false);
    }
    for (const { headers, port } of [pinned, known]) {
      expect(headers[0]).not.toHaveProperty('origin');
      expect(headers[0]).not.toHaveProperty('sec-websocket-extensions');
      expect(headers[0]?.['host']).toMatch(new RegExp(`^(?:127\\.0\\.0\\.1|localhost):${port}$`));
    }
  });

  test('that was replaced stops the next connection', async () => {
    const server = await started(webServer({ certificate: gateway, connected: () => undefined }));
    const first = attempt(place(server.port), gateway.fingerprint);
    await first.opened;
    first.abort.abort();
    expect(await first.ended).toMatchObject({ code: 1006, error: undefined });
    const ear = await started(listeningEar(other));
    const second = attempt(place(ear.port), gateway.fingerprint);
    expect((await second.ended).error).toMatchObject({ code: 'gateway.fingerprint-changed' });
    expect(await ear.heard()).toBe('');
  });

  test('is shown by a look, which sends nothing [S-GW-1]', async () => {
    const [ear, known] = [await started(listeningEar(gateway)), await started(listeningEar(trusted))];
    expect(await machine().probe(place(ear.port), { signal: signal() })).toMatchObject({
      fingerprint: gateway.fingerprint,
      trusted: false,
      subject: 'openclaw-gateway',
      validUntil: expect.any(Number) as number,
    });
    const seen = await machine([trusted.cert]).probe(place(known.port, { host: 'localhost' }), { signal: signal() });
    expect(seen).toMatchObject({ fingerprint: trusted.fingerprint, trusted: true });
    expect([await ear.heard(), await known.heard()]).toEqual(['', '']);
  });
});

describe('what does not answer as a gateway', () => {
  const rubbish = (socket: Socket): void => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');

  test.each([
    ['a plain answer at a port for TLS', { tls: true }, rubbish, 'gateway.plain-port'],
    [
      'a port that hangs up in the middle of TLS',
      { tls: true },
      (socket: Socket) => void socket.destroy(),
      'gateway.tls',
    ],
    [
      'a port that hangs up on what is not TLS',
      { tls: false },
      (socket: Socket) => void socket.destroy(),
      'gateway.plain-port',
    ],
    [
      'an alert of TLS',
      { tls: false },
      (socket: Socket) => void socket.end(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70)),
      'gateway.plain-port',
    ],
    [
      'another protocol',
      { tls: false },
      (socket: Socket) => void socket.end('220 mail ready\r\n'),
      'gateway.not-gateway',
    ],
    [
      'a page',
      { tls: false },
      (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n<html>'),
      'gateway.not-gateway',
    ],
    [
      'a login',
      { tls: false },
      (socket: Socket) => void socket.end('HTTP/1.1 302 Found\r\nLocation: https://x/\r\n\r\n'),
      'gateway.proxy-login',
    ],
    [
      'a proxy without its gateway',
      { tls: false },
      (socket: Socket) => void socket.end('HTTP/1.1 502 Bad\r\n\r\n'),
      'gateway.unavailable',
    ],
  ])('%s is told apart', async (_name, kind, accept, code) => {
    const server = await started(plainServer(accept));
    const { ended, calls } = attempt(place(server.port, kind), null);
    expect((await ended).error).toMatchObject({ code });
    expect(calls).toEqual(['error', 'close']);
  });

  test('a port where nothing listens, and a name that does not exist, are told apart', async () => {
    const server = await plainServer(() => undefined);
    await server.close();
    expect((await attempt(place(server.port), null).ended).error).toMatchObject({
      code: 'gateway.refused',
      details: { host: '127.0.0.1', port: server.port },
    });
    const nowhere = place(1, { host: 'nowhere.invalid' });
    expect((await attempt(nowhere, null).ended).error).toMatchObject({ code: 'gateway.name' });
  });

  test.each([
    ['TLS', { tls: true }],
    ['the upgrade', { tls: false }],
  ])('silence in %s ends in time [S-GW-3]', async (_name, kind) => {
    const server = await started(plainServer(() => undefined));
    const { ended } = attempt(place(server.port, kind), null, { connectTimeout: 50 });
    expect((await ended).error).toMatchObject({ code: 'gateway.timeout' });
    const looked = machine(undefined, 50).probe(place(server.port), { signal: signal() });
    await expect(looked).rejects.toMatchObject({ code: 'gateway.timeout' });
  });

  test('nothing is sent in the clear into a public network, nor with a fingerprint [S-GW-1]', async () => {
    const refused = attempt(place(1, { host: 'gateway.example', tls: false }), null);
    expect((await refused.ended).error).toMatchObject({ code: 'gateway.plain-refused' });
    const pinned = attempt(place(1, { tls: false }), gateway.fingerprint);
    expect((await pinned.ended).error).toMatchObject({ code: 'gateway.fingerprint-plain' });
  });
});

describe('whoever answers', () => {
  async function connected(talk: (websocket: WebSocket) => void): Promise<ReturnType<typeof attempt>> {
    const server = await started(webServer({ certificate: gateway, connected: talk }));
    const result = attempt(place(server.port), gateway.fingerprint);
    await result.opened;
    return result;
  }

  test('is ended when more comes than a challenge before anything was sent, also in a frame that never ends [S-GW-3]', async () => {
    const { ended, messages } = await connected((websocket) => {
      websocket.send('a'.repeat(GATEWAY_SOCKET_LIMITS.challenge), { fin: false });
    });
    expect(await ended).toMatchObject({ code: 1006, error: { code: 'gateway.not-gateway' } });
    expect(messages).toEqual([]);
  });

  test('is ended when more comes than a greeting before it has accepted this device [S-GW-3]', async () => {
    const { ended, socket } = await connected((websocket) => {
      websocket.on('message', () => websocket.send('a'.repeat(GATEWAY_SOCKET_LIMITS.hello + 1)));
    });
    socket.send('connect');
    expect(await ended).toMatchObject({ code: 1006, error: { code: 'gateway.not-gateway' } });
  });

  test('may send frames up to 25 MiB once it has accepted this device, and none above', async () => {
    const { ended, socket, messages } = await connected((websocket) => {
      websocket.on('message', (data) => {
        websocket.send('a'.repeat(Number(Buffer.isBuffer(data) ? data.toString('utf8') : 0)));
      });
    });
    socket.welcome(1000);
    socket.send(String(GATEWAY_SOCKET_LIMITS.message));
    await expect.poll(() => messages[0]?.length, { timeout: 60_000 }).toBe(GATEWAY_SOCKET_LIMITS.message);
    expect(() => socket.send('a'.repeat(1001))).toThrow(
      expect.objectContaining({ code: 'gateway.too-large', details: { size: 1001, limit: 1000 } }),
    );
    socket.send(String(GATEWAY_SOCKET_LIMITS.message + 1));
    await ended;
    expect(messages).toHaveLength(1);
    expect(() => socket.send('a')).toThrow(expect.objectContaining({ code: 'gateway.closed' }));
  }, 120_000);

  test('speaks in text: binary frames end the connection', async () => {
    const { ended } = await connected((websocket) => websocket.send(Uint8Array.of(1, 2)));
    expect(await ended).toMatchObject({ code: 1006, error: { code: 'gateway.not-gateway' } });
  });

  test('ends with a code and words that are handed on', async () => {
    const { ended } = await connected((websocket) => websocket.close(4001, 'device removed'));
    expect(await ended).toEqual({ code: 4001, reason: 'device removed', error: undefined });
  });

  test('does not keep a connection that this side has closed, however silent it is', async () => {
    const { ended, socket } = await connected((websocket) => websocket.pause());
    socket.close(7, 'x'.repeat(500));
    expect((await ended).code).toBe(1006);
  });
});

test('an attempt that is given up ends at once and once, whatever it was at', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const server = await started(plainServer((socket) => accepted.resolve(socket)));
  const early = attempt(place(server.port), null);
  early.abort.abort();
  expect(await early.ended).toEqual({ code: 1006, reason: '', error: undefined });
  const late = attempt(place(server.port), null);
  const socket = await accepted.promise;
  const gone = once(socket, 'close');
  late.socket.close();
  socket.resume();
  expect(await late.ended).toEqual({ code: 1006, reason: '', error: undefined });
  await gone;
  expect([early.calls, late.calls]).toEqual([['close'], ['close']]);
});
