import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APP_WIRE_LIMITS,
  AppApiClient,
  AppApiServer,
  encodeWireMessage,
  type AppChannel,
} from '#shared/app-api/index.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

const WINDOW = APP_WIRE_LIMITS.channelWindow;

function connect() {
  const [clientSide, serverSide] = createTransportPair();
  const connection = new AppApiServer().serveConnection(serverSide, createHandlers());
  const client = new AppApiClient(clientSide);
  return { client, connection, clientSide, serverSide };
}

async function readAll(channel: AppChannel): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) pieces.push(bytes);
  return concatBytes(...pieces);
}

describe('a channel', () => {
  test('carries any pieces in order in both directions and ends each by itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(150_000), { maxLength: 8 }),
        fc.array(fc.nat(150_000), { maxLength: 8 }),
        async (down, up) => {
          const { client, connection } = connect();
          const agentEnd = connection.openChannel();
          const clientEnd = client.channel(agentEnd.id);
          const send = async (channel: AppChannel, sizes: readonly number[]) => {
            const pieces = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
            for (const piece of pieces) await channel.write(piece);
            channel.end();
            return concatBytes(...pieces);
          };
          const [sentDown, sentUp, gotUp, gotDown] = await Promise.all([
            send(agentEnd, down),
            send(clientEnd, up),
            readAll(agentEnd),
            readAll(clientEnd),
          ]);
          expect(Buffer.compare(gotDown, sentDown)).toBe(0);
          expect(Buffer.compare(gotUp, sentUp)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('makes the writer wait for a slow reader: never more than a window is under way', async () => {
    const { client, connection, serverSide } = connect();
    const agentEnd = connection.openChannel();
    let written = false;
    const writing = agentEnd.write(new Uint8Array(WINDOW * 3)).then(() => {
      written = true;
    });
    await settle();
    const sentBytes = (): number => serverSide.sent.reduce((sum, message) => sum + message.length - 5, 0);
    expect(sentBytes()).toBe(WINDOW);
    const clientEnd = client.channel(agentEnd.id);
    let read = 0;
    while (read < WINDOW * 2) {
      read += (await clientEnd.read())?.length ?? 0;
      await settle();
      expect(sentBytes()).toBeLessThanOrEqual(read + WINDOW);
      expect(written).toBe(sentBytes() === WINDOW * 3);
    }
    await clientEnd.read();
    await writing;
  });

  test('waits while the transport itself is full', async () => {
    const { connection, serverSide } = connect();
    const channels = Array.from({ length: 10 }, () => connection.openChannel());
    serverSide.stall(true);
    const writes = channels.map((channel) => channel.write(new Uint8Array(WINDOW)));
    await settle();
    expect(serverSide.bufferedBytes).toBeLessThan(1024 * 1024 + 10 * (APP_WIRE_LIMITS.data + 5));
    serverSide.stall(false);
    await Promise.all(writes);
  });

  test('lets a reader finish what arrived, then rejects, when the connection is lost', async () => {
    const { client, connection, clientSide } = connect();
    const agentEnd = connection.openChannel();
    await agentEnd.write(new Uint8Array([1, 2, 3]));
    await settle();
    const clientEnd = client.channel(agentEnd.id);
    const stuck = codeOf(() => agentEnd.write(new Uint8Array(WINDOW * 2)));
    const waiting = codeOf(() => agentEnd.read());
    await settle();
    clientSide.end();
    clientSide.other?.end();
    expect(await stuck).toBe('control.lost');
    expect(await waiting).toBe('control.lost');
    expect(await clientEnd.read()).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('that is closed here reads as ended and takes no more, and what crossed it harms nothing', async () => {
    const { client, connection } = connect();
    const agentEnd = connection.openChannel();
    const clientEnd = client.channel(agentEnd.id);
    const reading = agentEnd.read();
    const crossing = clientEnd.write(new Uint8Array(100));
    agentEnd.close();
    agentEnd.close();
    await crossing;
    await settle();
    expect(await reading).toBeNull();
    expect(await agentEnd.read()).toBeNull();
    expect(await codeOf(() => agentEnd.write(new Uint8Array(1)))).toBe('control.channel-ended');
    expect(await clientEnd.read()).toBeNull();
    expect(connection.closed.aborted).toBe(false);
  });

  test('writes nothing after its end', async () => {
    const { connection } = connect();
    const agentEnd = connection.openChannel();
    agentEnd.end();
    agentEnd.end();
    expect(await codeOf(() => agentEnd.write(new Uint8Array(1)))).toBe('control.channel-ended');
  });

  test('is one of at most 64, and ids are never used twice', async () => {
    const { connection } = connect();
    const channels = Array.from({ length: 64 }, () => connection.openChannel());
    expect(await codeOf(() => connection.openChannel())).toBe('control.busy');
    channels[10]?.close();
    expect(connection.openChannel().id).toBe(65);
  });
});

describe('a user interface that breaks the rules of channels loses its connection:', () => {
  const data = (channel: number, length: number): Uint8Array =>
    encodeWireMessage({ kind: 'data', channel, bytes: new Uint8Array(length) });
  const full = Array.from({ length: WINDOW / APP_WIRE_LIMITS.data }, () => data(1, APP_WIRE_LIMITS.data));
  const cases: Readonly<Record<string, readonly Uint8Array[]>> = {
    'data for a channel it does not have': [data(2, 1)],
    'channel zero': [data(0, 1)],
    'credit for a channel it does not have': [encodeWireMessage({ kind: 'credit', channel: 7, bytes: 1 })],
    'more data than a window': [...full, data(1, 1)],
    'credit for what was never sent': [encodeWireMessage({ kind: 'credit', channel: 1, bytes: 1 })],
    'data after its end': [encodeWireMessage({ kind: 'end', channel: 1 }), data(1, 1)],
    'a second end': [encodeWireMessage({ kind: 'end', channel: 1 }), encodeWireMessage({ kind: 'end', channel: 1 })],
  };
  test.each(Object.entries(cases))('%s', async (_name, messages) => {
    const { connection, clientSide } = connect();
    expect(connection.openChannel().id).toBe(1);
    for (const message of messages.slice(0, -1)) clientSide.send(message);
    await settle();
    expect(connection.closed.aborted).toBe(false);
    for (const message of messages.slice(-1)) clientSide.send(message);
    await settle();
    expect(connection.closed.aborted).toBe(true);
  });
});
