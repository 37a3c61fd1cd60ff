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

/** A status line that a server may say, and a head without anything that drives a terminal. */
const ANSWER = /^HTTP\/1\.1 \d\d\d [\t\u0020-\u007e\u0080-\u00ff]*\r\n(?:[\t\u0020-\u007e\u0080-\u00ff]+\r\n)*\r\n/;

describe('a target that answers what no server may', () => {
  it.each([
    ['a control character in the reason', 'HTTP/1.1 200 \u0001\u001b[2J\r\nContent-Length: 2\r\n\r\nok'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 000', 'HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: a\u007f\u0001b\r\nContent-Length: 2\r\n\r\nok'],
    ['a switch nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nok'],
    ['a reset of the framing', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['no HTTP at all', '\u0000\u0001\u0002'],
  ])('gives the client an answer and nothing else: %s [S-FWD-8]', async (_, bytes) => {
    expect(await answered(bytes)).toMatch(ANSWER);
  });

  it.each([
    ['a control character in the reason', 'HTTP/1.1 101 \u0001\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nok'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['no HTTP at all', '\u0000\u0001\u0002'],
  ])('gives the client of an upgrade an answer and nothing else: %s [S-FWD-8]', async (_, bytes) => {
    expect(await answered(bytes, 'Upgrade: x\r\n')).toMatch(ANSWER);
  });
});

describe('a page of a stranger in a browser of this machine', () => {
  /** What a browser sends to the port of a proxy that it is not set to use, and whether any of it got to the target. */
  async function sent(bytes: (target: number) => string): Promise<Readonly<{ text: string; reached: number }>> {
    let reached = 0;
    const port = await servers.listen((socket) => {
      reached += 1;
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret');
    });
    const proxy = portOf(await sides.rules.manager.add({ rule: httpRule() }));
    const client = connect({ host: '127.0.0.1', port: proxy });
    clients.push(client);
    let text = '';
    client.on('data', (got: Buffer) => {
      text += got.toString('latin1');
    });
    client.on('error', () => undefined);
    client.end(bytes(port));
    await once(client, 'close');
    return { text, reached };
  }
  const body = (port: number): string => `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`;

  it.each([
    ['a page', () => 'GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n'],
    ['a name that means the target', (port: number) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
    ['a path that is an address', (port: number) => `GET /http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      'a form whose text is a request',
      (port: number) =>
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${body(port).length}\r\n\r\n${body(port)}`,
    ],
    [
      'a WebSocket with a request behind it',
      (port: number) =>
        `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n${body(port)}`,
    ],
  ])('gets nothing through the proxy: %s [S-FWD-7]', async (_, bytes) => {
    const { text, reached } = await sent(bytes);
    expect(reached).toBe(0);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(text.toLowerCase()).not.toContain('access-control-');
  });
});
