import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { httpRule, portOf, RuleSide, socksRule } from '#test/support/forwards/rule-side.ts';

let clock: FakeClock;
let side: RuleSide;
const clients: Socket[] = [];

beforeEach(() => {
  clock = new FakeClock();
  side = new RuleSide({ clock, session: () => Promise.reject(new Error('no link')) });
  void side.manager.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await side.manager.close();
  if (clock.pending > 0) throw new Error('a timer was left');
});

async function dial(port: number, ...pieces: readonly (string | Uint8Array)[]): Promise<Socket> {
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  clients.push(client);
  await once(client, 'connect');
  for (const piece of pieces) client.write(piece);
  return client;
}

test('a client of SOCKS that does not come to its request within ten seconds is ended without a word', async () => {
  const port = portOf(await side.manager.add({ rule: socksRule() }));
  const client = await dial(port, Uint8Array.of(5));
  await expect.poll(() => clock.pending).toBeGreaterThan(0);
  await clock.advance(9900);
  expect(client.destroyed).toBe(false);
  const over = once(client.resume(), 'close');
  await clock.advance(100);
  await over;
  expect(client.bytesRead).toBe(0);
});

test('a client of the HTTP proxy that does not end its head within ten seconds is told so', async () => {
  const port = portOf(await side.manager.add({ rule: httpRule() }));
  const client = await dial(port, 'GET http://127.0.0.1/ HTTP/1.1\r\nX: ');
  await expect.poll(() => clock.pending).toBeGreaterThan(0);
  const answered = once(client, 'data');
  await clock.advance(11_000);
  const [text] = (await answered) as [Buffer];
  expect(text.toString()).toMatch(/^HTTP\/1\.1 408 /);
});

test('a rule takes 256 clients that say nothing, resets further ones, and is free again when they go', async () => {
  const port = portOf(await side.manager.add({ rule: socksRule() }));
  const silent = await Promise.all(Array.from({ length: 256 }, () => dial(port)));
  await expect.poll(() => clock.pending).toBeGreaterThanOrEqual(256);
  const refused = connect(port, '127.0.0.1');
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  const over = Promise.all(silent.map((client) => once(client.resume(), 'close')));
  await clock.advance(10_000);
  await over;
  const next = await dial(port, Uint8Array.of(5, 1, 0));
  const [answer] = (await once(next, 'data')) as [Buffer];
  expect([...answer]).toEqual([5, 0]);
});
