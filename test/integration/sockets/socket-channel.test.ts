import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { SocketChannel } from '../../../src-node/sockets/socket-channel.ts';

test('what a record was sealed into is freed as soon as the channel has copied it, and arrives as it was', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [far] = (await once(server, 'connection')) as [Socket];
  const channel = new SocketChannel(socket, systemClock);
  const larger = new Uint8Array(randomBytes(100_000));
  const sent: Buffer[] = [];
  const pieces: Uint8Array[] = [];
  for (let record = 0; record < 40; record += 1) {
    const whole = [Uint8Array.of(1, 2), new Uint8Array(65_000 - record), larger.subarray(record, record + 20_000)];
    crypto.getRandomValues(whole[1] ?? new Uint8Array());
    sent.push(...whole.map((piece) => Buffer.from(piece)));
    pieces.push(...whole);
    channel.write(whole);
  }
  // The header and the view of something larger stay.
  expect(new Set(pieces.map(({ length }) => length))).toEqual(new Set([2, 0, 20_000]));
  channel.close();
  const received: Buffer[] = [];
  for await (const chunk of far) received.push(chunk as Buffer);
  expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
  far.destroy();
  server.close();
});
