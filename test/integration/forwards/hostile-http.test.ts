import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { httpRule, linkSides, portOf, Servers, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let target: TargetSide;
let sides: LinkedSides;
let servers: Servers;
const clients: Socket[] = [];

beforeEach(() => {
  target = new TargetSide({ clock: systemClock });
  const laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  sides = linkSides(systemClock, target, laptop);
  servers = new Servers();
  void sides.rules.manager.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await sides.close();
  target.close();
  await servers.close();
});

/** What a client gets for a request whose target answers with these bytes. */
async function answered(bytes: string, more = ''): Promise<string> {
  const port = await servers.listen((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1')));
  });
  const proxy = portOf(await sides.rules.manager.add({ rule: httpRule() }));
  const client = connect({ host: '127.0.0.1', port: proxy });
  clients.push(client);
  let text = '';
  client.on('data', (got: Buffer) => {
    text += got.toString('latin1');
  });
  client.on('error', () => undefined);
  client.write(
    `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: ${more === '' ? 'close' : 'Upgrade'}\r\n${more}\r\n`,
  );
  await once(client, 'close');
  return text;
}

describe('a target that answers what no server may', () => {
  it.each([
    ['a control character in the reason', 'HTTP/1.1 200 \u0001\u001b[2J\r\nContent-Length: 2\r\n\r\nok'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 000', 'HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: a\u007f\u0001b\r\nContent-Length: 2\r\n\r\nok'],
    ['a switch nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nok'],
    ['a reset of the framing', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['no HTTP at all', '\u0000\u0001\u0002'],
  ])('gives the client an answer and nothing else: %s', async (_, bytes) => {
    expect(await answered(bytes)).toMatch(/^HTTP\/1\.1 \d\d\d /);
  });

  it.each([
    ['a control character in the reason', 'HTTP/1.1 101 \u0001\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nok'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['no HTTP at all', '\u0000\u0001\u0002'],
  ])('gives the client of an upgrade an answer and nothing else: %s', async (_, bytes) => {
    expect(await answered(bytes, 'Upgrade: x\r\n')).toMatch(/^HTTP\/1\.1 \d\d\d /);
  });
});
