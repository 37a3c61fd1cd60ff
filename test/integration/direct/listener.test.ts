import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingDirectHandshake, DirectListening } from '#shared/direct/index.ts';
import { frameMessage } from '#shared/handshake/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createDirectSockets } from '#node/sockets/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { listen as hear, soon } from '#test/support/compliance/channel-ends.ts';

const sockets = createDirectSockets({ clock: systemClock });
const signal = new AbortController().signal;
const MESSAGE = Uint8Array.from({ length: 300 }, (_, index) => index);

describe('a direct listener', () => {
  let listening: DirectListening;
  let knocks: IncomingDirectHandshake[];

  beforeEach(async () => {
    knocks = [];
    listening = await sockets.listen({ port: 0, loopback: true, onHandshake: (knock) => void knocks.push(knock) });
  });
  afterEach(() => listening.close());

  const target = (): { host: string; port: number } => ({ host: '127.0.0.1', port: listening.port });

  it('hands over message 1, sends message 2 and becomes a channel', async () => {
    const dialed = sockets.dial(target(), MESSAGE, signal);
    await soon(() => knocks.length === 1);
    const [knock] = knocks;
    expect(knock?.message1).toEqual(MESSAGE);
    expect(knock?.address).toMatch(/^127\.0\.0\.1:\d+$/);
    const far = knock?.accept(Uint8Array.of(1, 2, 3));
    const { message2, channel } = await dialed;
    expect(Array.from(message2)).toEqual([1, 2, 3]);
    const [atNear, atFar] = [hear(channel), far === undefined ? undefined : hear(far)];
    channel.write([Uint8Array.of(7)]);
    far?.write([Uint8Array.of(8, 9)]);
    await soon(() => atNear.bytes.length === 2 && atFar?.bytes.length === 1);
    expect([atNear.bytes, atFar?.bytes]).toEqual([[8, 9], [7]]);
    channel.close();
    await soon(() => atFar?.closed === 1);
    expect(atFar?.error).toBeUndefined();
  });

  it.each([1, 2, 3, 100, 299, 301])(
    'reads message 1 in pieces of %i bytes, and keeps what came behind it',
    async (size) => {
      const stranger = connect({ ...target(), noDelay: true });
      const bytes = Uint8Array.from([...frameMessage(MESSAGE), 51, 52, 53]);
      for (let start = 0; start < bytes.length; start += size) {
        stranger.write(bytes.slice(start, start + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await soon(() => knocks.length === 1);
      stranger.write(Uint8Array.of(54));
      await soon(() => stranger.writableLength === 0);
      const channel = knocks[0]?.accept(Uint8Array.of(1));
      if (channel === undefined) throw new Error('no channel');
      const heard = hear(channel);
      stranger.write(Uint8Array.of(55));
      await soon(() => heard.bytes.length === 5);
      expect(knocks[0]?.message1).toEqual(MESSAGE);
      expect(heard.bytes).toEqual([51, 52, 53, 54, 55]);
      stranger.destroy();
    },
  );

  it('keeps what the listener sends right behind message 2', async () => {
    const dialed = sockets.dial(target(), MESSAGE, signal);
    await soon(() => knocks.length === 1);
    const far = knocks[0]?.accept(Uint8Array.of(1, 2, 3));
    far?.write([new Uint8Array(700_000).fill(4)]);
    far?.close();
    const { channel } = await dialed;
    const heard = hear(channel);
    await soon(() => heard.closed === 1);
    expect(heard.bytes).toHaveLength(700_000);
    expect(heard.error).toBeUndefined();
  });

  it('gives a channel that has ended when the dialer is gone', async () => {
    const stranger = connect(target());
    stranger.end(frameMessage(MESSAGE));
    await soon(() => knocks.length === 1);
    stranger.destroy();
    await soon(() => stranger.closed);
    const [knock] = knocks;
    if (knock === undefined) throw new Error('nobody knocked');
    const heard = hear(knock.accept(Uint8Array.of(1)));
    await soon(() => heard.closed === 1);
    expect(heard.bytes).toEqual([]);
  });

  it('gives a connection five seconds, and a dial three', async () => {
    const clock = new FakeClock();
    const slow = createDirectSockets({ clock });
    const patient = await slow.listen({ port: 0, loopback: true, onHandshake: () => undefined });
    const at = { host: '127.0.0.1', port: patient.port };
    const stranger = connect(at).on('error', () => undefined);
    const dialed = slow.dial(at, MESSAGE, signal).catch((error: unknown) => error);
    // Two connections of the listener, the stranger's and the dialer's, and the dialer's own time.
    await soon(() => clock.pending === 3);
    await clock.advance(2999);
    expect(clock.pending).toBe(3);
    await clock.advance(1);
    expect(await dialed).toMatchObject({ code: 'direct.no-answer' });
    await clock.advance(1999);
    expect(stranger.destroyed).toBe(false);
    await clock.advance(1);
    await soon(() => stranger.destroyed);
    await patient.close();
    expect(clock.pending).toBe(0);
  });

  it('ends everything that came by it when it is closed', async () => {
    const [accepted, waiting] = [sockets.dial(target(), MESSAGE, signal), connect(target())];
    await once(waiting, 'connect');
    await soon(() => knocks.length === 1);
    knocks[0]?.accept(Uint8Array.of(1));
    const heard = hear((await accepted).channel);
    waiting.on('error', () => undefined);
    await Promise.all([listening.close(), listening.close()]);
    await soon(() => heard.closed === 1 && waiting.closed);
    await expect(sockets.dial(target(), MESSAGE, signal)).rejects.toMatchObject({ code: 'direct.connection-refused' });
  });

  it('takes another port when its own is in use, and says which', async () => {
    const second = await sockets.listen({ port: listening.port, loopback: true, onHandshake: () => undefined });
    expect(second.port).not.toBe(listening.port);
    expect(second.port).toBeGreaterThan(0);
    await second.close();
  });

  it('takes IPv4 and IPv6 at once where the machine has both', async () => {
    const both = await sockets.listen({ port: 0, loopback: false, onHandshake: (knock) => void knocks.push(knock) });
    for (const host of both.ipv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
      const dialed = sockets.dial({ host, port: both.port }, MESSAGE, signal);
      await soon(() => knocks.length === 1);
      const [knock] = knocks.splice(0);
      expect(knock?.address).toMatch(host === '::1' ? /^\[::1\]:\d+$/ : /^127\.0\.0\.1:\d+$/);
      knock?.accept(Uint8Array.of(1));
      (await dialed).channel.destroy();
    }
    await both.close();
  });
});

describe('a direct dialer', () => {
  const servers: { close(): void }[] = [];
  const open = new Set<Socket>();
  afterEach(() => {
    for (const socket of open) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function answering(answer: (socket: Socket) => void): Promise<{ host: string; port: number }> {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { host: '127.0.0.1', port: address.port };
  }

  it.each([
    ['a length of zero', (socket: Socket): void => void socket.write(Uint8Array.of(0, 0))],
    ['a length above the limit', (socket: Socket): void => void socket.write(Uint8Array.of(8, 1))],
    ['a web server', (socket: Socket): void => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an end', (socket: Socket): void => void socket.end()],
    ['half an answer and an end', (socket: Socket): void => void socket.end(Uint8Array.of(1, 0, 5))],
    ['a reset', (socket: Socket): void => void socket.resetAndDestroy()],
  ])('takes %s for no answer', async (_what, answer) => {
    const at = await answering(answer);
    await expect(sockets.dial(at, MESSAGE, signal)).rejects.toMatchObject({ code: 'direct.no-answer' });
  });

  it('waits no longer than it has time, and leaves nothing behind', async () => {
    let closed = false;
    const at = await answering((socket) => {
      socket.resume().on('close', () => {
        closed = true;
      });
    });
    const quick = createDirectSockets({ clock: systemClock, dialTimeout: 100 });
    await expect(quick.dial(at, MESSAGE, signal)).rejects.toMatchObject({ code: 'direct.no-answer' });
    await soon(() => closed);
  });

  it('stops at once when it is told to', async () => {
    const at = await answering((socket) => void socket.resume());
    const controller = new AbortController();
    const dialed = sockets.dial(at, MESSAGE, controller.signal);
    controller.abort();
    await expect(dialed).rejects.toMatchObject({ code: 'direct.aborted' });
    await expect(sockets.dial(at, MESSAGE, controller.signal)).rejects.toMatchObject({ code: 'direct.aborted' });
  });
});
