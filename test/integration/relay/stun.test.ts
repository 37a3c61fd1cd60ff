import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { runRelay } from '#test/support/relay-clients.ts';

/** A binding request with that transaction. */
function request(transaction: number, type = 1): Uint8Array {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt32BE(0x2112_a442, 4);
  bytes.writeUInt32BE(transaction, 16);
  return bytes;
}

const sockets: Socket[] = [];
async function client(): Promise<Socket & { readonly heard: Buffer[] }> {
  const heard: Buffer[] = [];
  const socket = Object.assign(createSocket('udp4'), { heard });
  socket.on('message', (message) => void heard.push(message));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  sockets.push(socket);
  return socket;
}

/** Asks until the answer with that transaction is there: datagrams may be lost. */
async function ask(socket: Socket & { readonly heard: Buffer[] }, port: number, transaction: number): Promise<Buffer> {
  for (let tries = 0; tries < 200; tries += 1) {
    socket.send(request(transaction), port, '127.0.0.1');
    await Promise.race([once(socket, 'message'), new Promise((resolve) => void setTimeout(resolve, 50))]);
    const answer = socket.heard.find((message) => message.readUInt32BE(16) === transaction);
    if (answer !== undefined) return answer;
  }
  throw new Error('no answer came');
}

async function metrics(relay: RunningRelay): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${relay.port}/metrics`)).text();
  const lines = text.matchAll(/^clawreach_relay_stun_requests_total\{outcome="([a-z-]+)"\} (\d+)$/gmu);
  return new Map(Array.from(lines, ([, outcome = '', count]) => [outcome, Number(count)]));
}

describe('the STUN port of a relay', () => {
  let relay: RunningRelay;
  let dispose: () => Promise<void>;

  beforeAll(async () => {
    ({ relay, dispose } = await runRelay({ rates: { stunPerAddress: { burst: 40, perSecond: 0.001 } } }));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await dispose();
  });

  it('has the number of the relay, and tells who asks where it is seen', async () => {
    expect(relay.stunPort).toBe(relay.port);
    const socket = await client();
    const answer = await ask(socket, relay.port, 7);
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
    expect((answer.readUInt32BE(28) ^ 0x2112_a442) >>> 0).toBe(0x7f00_0001);
  });

  it('says nothing to anything else [S-RELAY-5]', async () => {
    const socket = await client();
    for (const datagram of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(0),
      Buffer.alloc(1200),
      request(8, 0x0101),
      request(8, 3),
    ])
      socket.send(datagram, relay.port, '127.0.0.1');
    // What came behind them is answered, and nothing before it.
    await ask(socket, relay.port, 9);
    expect(socket.heard.every((message) => message.readUInt32BE(16) === 9)).toBe(true);
    expect((await metrics(relay)).get('malformed')).toBe(5);
  });

  it('falls silent for an address that asks too much, whose sender may be forged [S-RELAY-5]', async () => {
    const socket = await client();
    let limited = 0;
    for (let round = 0; round < 100 && limited < 50; round += 1) {
      for (let index = 0; index < 20; index += 1) socket.send(request(100 + index), relay.port, '127.0.0.1');
      await new Promise((resolve) => void setTimeout(resolve, 10));
      limited = (await metrics(relay)).get('limited') ?? 0;
    }
    expect(limited).toBeGreaterThanOrEqual(50);
    const { port } = socket.address();
    expect(port).toBeGreaterThan(0);
    expect((await metrics(relay)).get('answered')).toBeLessThanOrEqual(40);
    expect(socket.heard.length).toBeLessThanOrEqual(40);
  });
});

describe('a relay without a STUN port', () => {
  it('has none when it is off, and none when another program has that number', async () => {
    const taken = await client();
    const off = await runRelay({ stun: 'off' });
    expect(off.relay.stunPort).toBeUndefined();
    await off.dispose();
    await expect(runRelay({ stun: taken.address().port })).rejects.toMatchObject({ code: 'relay.stun-port' });
  });
});
