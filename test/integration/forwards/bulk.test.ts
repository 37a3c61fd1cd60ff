import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { bridgeRule, linkSides, portOf, Servers, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let target: TargetSide;
let sides: LinkedSides;
let servers: Servers;

beforeEach(() => {
  target = new TargetSide({ clock: systemClock });
  const laptop = target.addPeer('laptop');
  target.allow(laptop, '127.0.0.1:*');
  sides = linkSides(systemClock, target, laptop);
  servers = new Servers();
  void sides.rules.manager.start();
});

afterEach(async () => {
  await sides.close();
  target.close();
  await servers.close();
});

async function digest(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of socket) hash.update(piece as Buffer);
  return hash.digest('hex');
}

test('forty connections at once bring their own bytes and nobody else’s, both ways [S-FWD-9]', async () => {
  const bodies = Array.from({ length: 40 }, () => randomBytes(2 * 1024 * 1024 + 17));
  const sums = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
  const echo = await servers.listen((socket) => socket.pipe(socket));
  const port = portOf(await sides.rules.manager.add({ rule: bridgeRule(echo) }));
  const came = await Promise.all(
    bodies.map((body) => {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.end(body);
      return digest(socket);
    }),
  );
  expect(came).toEqual(sums);
});

test('a reader that reads nothing makes the sender wait, and holds up nobody else', async () => {
  const body = randomBytes(1024 * 1024);
  const source = await servers.listen((socket) => socket.end(Buffer.concat(Array.from({ length: 32 }, () => body))));
  const view = await sides.rules.manager.add({ rule: bridgeRule(source) });
  const lazy = connect({ host: '127.0.0.1', port: portOf(view) }).pause();
  const busy = connect({ host: '127.0.0.1', port: portOf(view) });
  const sum = createHash('sha256');
  for (let count = 0; count < 32; count += 1) sum.update(body);
  const wanted = sum.digest('hex');
  expect(await digest(busy)).toBe(wanted);
  const [first] = sides.rules.manager.listConnections();
  expect(first?.bytesIn).toBeLessThan(24 * 1024 * 1024);
  expect(await digest(lazy)).toBe(wanted);
});
