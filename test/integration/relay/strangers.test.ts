import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { openWebSocketLink } from '#test/support/relay-agent.ts';
import { connectPair, joinMember, joinOwner, startTestRelay } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;

beforeAll(async () => {
  // Long enough that no time-out ends what a bound should.
  ({ relay, stop } = await startTestRelay({ limits: { helloTimeout: 600_000 } }));
});
afterAll(async () => {
  await stop();
});

/** A data connection of WebSocket form, after the upgrade. */
async function upgraded(): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1');
  await once(socket, 'connect');
  const lines = [
    'GET /v1/link HTTP/1.1',
    `Host: 127.0.0.1:${relay.port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  socket.resume();
  return socket;
}

test('a message without an end does not lie in memory before the ticket', async () => {
  const socket = await upgraded();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  // A binary message of a million bytes (RFC 6455 section 5.2), of which a thousand come.
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 0, 0, 0, 0]);
  socket.write(Buffer.concat([head, Buffer.alloc(1000)]));
  await closed;
  expect(socket.bytesWritten).toBeLessThan(2000);
});

test('a ticket and long messages behind it pass', async () => {
  const owner = await joinOwner(relay);
  const member = await joinMember(relay, owner);
  const { tickets } = await connectPair(owner, member);
  const [left, right] = await Promise.all(tickets.map((ticket) => openWebSocketLink(relay, ticket)));
  if (left === undefined || right === undefined) throw new Error('two tickets');
  await Promise.all([once(left, 'message'), once(right, 'message')]);
  left.send(new Uint8Array(900_000));
  let received = 0;
  while (received < 900_000) {
    const [data] = (await once(right, 'message')) as [Buffer];
    received += data.length;
  }
  expect(received).toBe(900_000);
  left.close();
  await Promise.all([once(right, 'close'), owner.agent.close(), member.agent.close()]);
});
