import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DialedPath } from '#shared/direct/index.ts';
import { frameMessage } from '#shared/handshake/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createDirectSockets } from '#node/sockets/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { listen, realTurn, soon } from '#test/support/compliance/channel-ends.ts';
import { handshakeWith, knock, listeningDevice, type ListeningDevice } from '#test/support/compliance/knocking.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const TIMEOUT = 400;
/** An agent’s is too short for a dial from the process that keeps a thousand other connections open. Milliseconds. */
const DIAL_TIMEOUT = 30_000;
const sockets = createDirectSockets({ clock: systemClock, dialTimeout: DIAL_TIMEOUT });
const signal = new AbortController().signal;

/** The beginning of a ClientHello of TLS 1.2. */
const TLS_HELLO = Uint8Array.from([
  0x16,
  0x03,
  0x01,
  0x00,
  0xc4,
  0x01,
  0x00,
  0x00,
  0xc0,
  0x03,
  0x03,
  ...randomBytes(190),
]);

describe('a stranger at the direct listener', () => {
  let friend: DeviceIdentity;
  let device: ListeningDevice;

  beforeEach(async () => {
    friend = newIdentity();
    device = await listeningDevice([friend], { timeout: TIMEOUT });
  });
  afterEach(() => device.close());

  /** Dials as a paired device; true when a byte came back through the path. */
  async function friendGetsIn(): Promise<boolean> {
    const started = await handshakeWith(friend, device.identity);
    const dialed = await dial(started.message1);
    const { sessionId } = await started.finish(dialed.message2);
    const heard = listen(dialed.channel);
    const answered = device.accepted.find(({ established }) => equalBytes(established.sessionId, sessionId));
    answered?.channel.write([Uint8Array.of(42)]);
    await soon(() => heard.bytes.length === 1);
    dialed.channel.destroy();
    return heard.bytes[0] === 42;
  }

  const dial = (message1: Uint8Array): Promise<DialedPath> =>
    sockets.dial({ host: '127.0.0.1', port: device.port }, message1, signal);

  it.each([
    ['says nothing', (): void => undefined],
    ['sends random bytes', (socket: Socket): void => void socket.write(randomBytes(4000))],
    ['asks for a web page', (socket: Socket): void => void socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['begins TLS', (socket: Socket): void => void socket.write(TLS_HELLO)],
    ['asks for SSH', (socket: Socket): void => void socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
    ['names a length of zero', (socket: Socket): void => void socket.write(Uint8Array.of(0, 0, 1, 2, 3))],
    ['names a length and says nothing more', (socket: Socket): void => void socket.write(Uint8Array.of(1, 0))],
    ['sends a whole message of rubbish', (socket: Socket): void => void socket.write(frameMessage(randomBytes(300)))],
    ['sends the shortest message', (socket: Socket): void => void socket.write(frameMessage(Uint8Array.of(1)))],
    ['sends the longest message', (socket: Socket): void => void socket.write(frameMessage(randomBytes(2048)))],
    ['sends a megabyte', (socket: Socket): void => void socket.write(randomBytes(1024 * 1024))],
  ])('that %s hears nothing and is ended when its time is over [S-LINK-2]', async (_what, speak) => {
    const { bytes, milliseconds } = await knock(device.port, speak);
    expect(bytes).toBe(0);
    expect(milliseconds).toBeGreaterThan(TIMEOUT - 50);
    expect(milliseconds).toBeLessThan(TIMEOUT + 1500);
    expect(device.accepted).toHaveLength(0);
    expect(await friendGetsIn()).toBe(true);
  });

  it('that sends one byte at a time has no more time than others [S-LINK-2]', async () => {
    const started = await handshakeWith(friend, device.identity);
    const bytes = frameMessage(started.message1);
    let sent = 0;
    const knocked = await knock(device.port, (socket) => {
      const timer = setInterval(() => {
        socket.write(bytes.slice(sent, sent + 1));
        sent += 1;
      }, 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(knocked.bytes).toBe(0);
    expect(knocked.milliseconds).toBeLessThan(TIMEOUT + 1500);
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(bytes.length);
    expect(device.accepted).toHaveLength(0);
  });

  it('that has a valid handshake of a device that is not paired hears nothing [S-LINK-1] [S-LINK-2]', async () => {
    const { message1 } = await handshakeWith(newIdentity(), device.identity);
    const { bytes, milliseconds } = await knock(device.port, (socket) => void socket.write(frameMessage(message1)));
    expect(bytes).toBe(0);
    expect(milliseconds).toBeGreaterThan(TIMEOUT - 50);
    expect(device.dropped).toEqual(['handshake.unknown-peer']);
  });

  it('that a paired device meant for somebody else hears nothing [S-LINK-2]', async () => {
    const { message1 } = await handshakeWith(friend, newIdentity());
    const { bytes, milliseconds } = await knock(device.port, (socket) => void socket.write(frameMessage(message1)));
    expect(bytes).toBe(0);
    expect(milliseconds).toBeGreaterThan(TIMEOUT - 50);
    expect(device.dropped).toEqual(['handshake.mac']);
  });

  it('that sends a recorded message 1 again hears nothing, and what it recorded goes on [S-LINK-4]', async () => {
    const started = await handshakeWith(friend, device.identity);
    const { message2, channel } = await dial(started.message1);
    await started.finish(message2);
    const heard = listen(channel);
    const replays = Array.from({ length: 5 }, () =>
      knock(device.port, (socket) => void socket.write(frameMessage(started.message1))),
    );
    for (const { bytes, milliseconds } of await Promise.all(replays)) {
      expect(bytes).toBe(0);
      expect(milliseconds).toBeGreaterThan(TIMEOUT - 50);
    }
    expect(device.dropped).toEqual(Array.from({ length: 5 }, () => 'handshake.replay'));
    expect(device.accepted).toHaveLength(1);
    device.accepted[0]?.channel.write([Uint8Array.of(1)]);
    await soon(() => heard.bytes.length === 1);
    channel.destroy();
  });

  it('has no more than its share looked at, and takes nothing from the share of others', async () => {
    const { message1 } = await handshakeWith(newIdentity(), device.identity);
    for (let round = 0; round < 4; round += 1) {
      const speak = (socket: Socket): void => void socket.write(frameMessage(message1));
      await Promise.all(Array.from({ length: 40 }, () => knock(device.port, speak)));
    }
    expect(device.dropped.length).toBeGreaterThanOrEqual(64);
    expect(device.dropped.length).toBeLessThan(120);
    const started = await handshakeWith(friend, device.identity);
    const elsewhere = knock(
      device.port,
      (socket) => {
        socket.on('data', () => socket.destroy());
        socket.write(frameMessage(started.message1));
      },
      '127.0.0.9',
    );
    expect((await elsewhere).bytes).toBeGreaterThan(100);
  });

  it('that ends what it sends half way through leaves nothing behind', async () => {
    const { message1 } = await handshakeWith(friend, device.identity);
    const { bytes } = await knock(device.port, (socket) => void socket.end(frameMessage(message1).subarray(0, 100)));
    expect(bytes).toBe(0);
    expect(device.accepted).toHaveLength(0);
  });

  it.runIf(process.platform === 'linux').each([
    ['one address', (): string => '127.0.0.1'],
    [
      'the address of nobody twice',
      (index: number): string => `127.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`,
    ],
  ])(
    'cannot keep a paired device out with a thousand half-open connections from %s [S-LINK-3]',
    async (_what, addressOf) => {
      // A thousand connections at both ends keep this process busy for longer than a handshake has elsewhere.
      await device.close();
      device = await listeningDevice([friend], { timeout: 4000 });
      const before = descriptors();
      const connections = Array.from({ length: 1000 }, (_, index) =>
        knock(
          device.port,
          (socket) => void (index % 3 === 0 && socket.write(randomBytes(index % 50))),
          addressOf(index),
        ),
      );
      const during = Array.from({ length: 5 }, async () => await friendGetsIn());
      expect(await Promise.all(during)).toEqual([true, true, true, true, true]);
      expect(await friendGetsIn()).toBe(true);
      const ends = await Promise.all(connections);
      expect(ends.every(({ bytes }) => bytes === 0)).toBe(true);
      expect(await friendGetsIn()).toBe(true);
      await soon(() => descriptors() <= before);
      expect(descriptors()).toBeLessThanOrEqual(before);
    },
  );

  it.runIf(process.platform === 'linux')(
    'never has more than its share of half-open connections [S-LINK-3]',
    async () => {
      // None of them is ended by its time, however slow the machine is.
      const limited = await listeningDevice([friend], { timeout: 120_000, halfOpen: 10, halfOpenPerAddress: 3 });
      const alive = new Set<Socket>();
      let refused = 0;
      const hold = async (from: string): Promise<void> => {
        await knock(
          limited.port,
          (socket) => {
            alive.add(socket);
            socket.on('close', () => alive.delete(socket));
          },
          from,
        );
        refused += 1;
      };
      const ends: Promise<void>[] = [];
      // As many as are alive at one moment may still be refused at the next one.
      for (let count = 0; count < 40; count += 1) ends.push(hold('127.0.0.1'));
      await soon(() => refused === 37);
      expect(alive.size).toBe(3);
      for (let count = 0; count < 40; count += 1) ends.push(hold(`127.0.1.${1 + count}`));
      await soon(() => refused === 70);
      for (let turns = 0; turns < 50; turns += 1) await realTurn();
      expect(alive.size).toBe(10);
      await limited.close();
      await Promise.all(ends);
      expect(alive.size).toBe(0);
    },
  );
});

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
