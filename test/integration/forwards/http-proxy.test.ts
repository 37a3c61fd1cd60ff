import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { httpRule, linkSides, portOf, Servers, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { curl, WebServers } from '#test/support/forwards/web.ts';

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let servers: Servers;
const web = new WebServers();
const clients: Socket[] = [];
const requests: IncomingMessage[] = [];

beforeEach(() => {
  target = new TargetSide({ clock: systemClock, names: { 'office.test': ['127.0.0.1'] } });
  laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  sides = linkSides(systemClock, target, laptop);
  servers = new Servers();
  void sides.rules.manager.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  requests.splice(0);
  await sides.close();
  target.close();
  await servers.close();
  web.close();
});

/** Echoes what was asked; a body comes back as its digest. */
function serveHttp(host?: string): Promise<number> {
  return web.listen((request, response) => {
    requests.push(request);
    const digest = createHash('sha256');
    request.on('data', (bytes: Buffer) => digest.update(bytes));
    request.on('end', () => {
      response.setHeader('Connection', 'keep-alive, X-Private');
      response.setHeader('X-Private', 'hop');
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end(`${request.method} ${request.headers.host}${request.url} ${digest.digest('hex').slice(0, 8)}\n`);
    });
  }, host);
}

async function proxy(): Promise<number> {
  return portOf(await sides.rules.manager.add({ rule: httpRule() }));
}

function dial(port: number): { socket: Socket; text: () => string; over: Promise<unknown> } {
  const socket = connect({ host: '127.0.0.1', port });
  clients.push(socket);
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => undefined);
  return { socket, text: () => text, over: once(socket, 'close') };
}

async function until(probe: () => boolean): Promise<void> {
  await vi.waitUntil(probe, { timeout: 30_000, interval: 10 });
}

describe('an HTTP proxy', () => {
  it('takes curl to names, IPv4 and IPv6, by absolute form and by CONNECT', async () => {
    const port = await serveHttp();
    const port6 = await serveHttp('::1');
    const at = ['--proxy', `http://127.0.0.1:${await proxy()}`];
    expect(await curl(...at, `http://office.test:${port}/a?b=c`)).toMatch(`GET office.test:${port}/a?b=c`);
    expect(await curl(...at, `http://[::1]:${port6}/`)).toMatch(`GET [::1]:${port6}/`);
    expect(await curl(...at, '--proxytunnel', `http://office.test:${port}/t`)).toMatch(`GET office.test:${port}/t`);
    expect(await curl(...at, '--proxytunnel', `http://[::1]:${port6}/t`)).toMatch(`GET [::1]:${port6}/t`);
    expect(target.looked).toEqual(['office.test', 'office.test']);
  });

  it('keeps the connection of a client for its next request, also to another target', async () => {
    const [first, second] = [await serveHttp(), await serveHttp()];
    const at = `http://127.0.0.1:${await proxy()}`;
    const urls = [first, second, first].flatMap((port) => ['--next', '--proxy', at, `http://127.0.0.1:${port}/`]);
    const format = ['--write-out', '%{num_connects} '];
    expect(await curl(...urls.slice(1).flatMap((arg) => (arg === '--proxy' ? [...format, arg] : [arg])))).toMatch(
      /^GET .*\n1 GET .*\n0 GET .*\n0 $/,
    );
  });

  it('passes bodies of known and of unknown length', async () => {
    const port = await serveHttp();
    const at = ['--proxy', `http://127.0.0.1:${await proxy()}`, '--data-binary', 'x'.repeat(100_000)];
    const digest = createHash('sha256').update('x'.repeat(100_000)).digest('hex').slice(0, 8);
    expect(await curl(...at, `http://127.0.0.1:${port}/`)).toMatch(digest);
    expect(await curl(...at, '--header', 'Transfer-Encoding: chunked', `http://127.0.0.1:${port}/`)).toMatch(digest);
    expect(requests.map(({ headers }) => [headers['content-length'], headers['transfer-encoding']])).toEqual([
      ['100000', undefined],
      [undefined, 'chunked'],
    ]);
  });

  it('keeps to itself what is between it and the client, and what is between it and the target [S-FWD-4]', async () => {
    const port = await serveHttp();
    const headers = [
      'Connection: close, X-Mine',
      'X-Mine: 1',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
      'X-Kept: 2',
    ];
    const answer = await curl(
      '--include',
      '--proxy',
      `http://user:secret@127.0.0.1:${await proxy()}`,
      ...headers.flatMap((header) => ['--header', header]),
      `http://someone:hidden@127.0.0.1:${port}/`,
    );
    expect(requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${port}`, 'x-kept': '2', connection: 'keep-alive' });
    const sent = requests[0]?.rawHeaders.map((text) => text.toLowerCase());
    for (const name of [
      'x-mine',
      'proxy-connection',
      'te',
      'proxy-authorization',
      'via',
      'forwarded',
      'x-forwarded-for',
    ])
      expect(sent).not.toContain(name);
    expect(answer).toMatch(/Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
    expect(answer).not.toMatch(/x-private/i);
  });

  it('asks for user and password [S-FWD-1]', async () => {
    const port = await serveHttp();
    const view = await sides.rules.manager.add({ rule: httpRule({ user: 'me' }), password: 'very:secret' });
    const url = `http://127.0.0.1:${port}/`;
    const at = `127.0.0.1:${portOf(view)}`;
    const status = ['--output', '/dev/null', '--write-out', '%{http_code} %{http_connect}'];
    expect(await curl('--proxy', `http://me:very%3Asecret@${at}`, url)).toMatch('GET');
    expect(await curl('--proxy', `http://me:very%3Asecret@${at}`, '--proxytunnel', url)).toMatch('GET');
    expect(await curl(...status, '--proxy', `http://me:wrong@${at}`, url)).toBe('407 000');
    await expect(curl(...status, '--proxy', `http://me:wrong@${at}`, '--proxytunnel', url)).rejects.toMatchObject({
      stdout: '000 407',
    });
    expect(await curl('--include', '--proxy', `http://${at}`, url)).toMatch(/Proxy-Authenticate: Basic realm=/);
    expect(requests).toHaveLength(2);
  });

  it('gives each failure its own status, with words', async () => {
    const closed = await servers.listen(() => undefined);
    await servers.close();
    const at = `http://127.0.0.1:${await proxy()}`;
    const get = (url: string): Promise<string> => curl('--proxy', at, '--write-out', '%{http_code}', url);
    expect(await get(`http://127.0.0.1:${closed}/`)).toMatch(/forward\.refused\)\n502$/);
    expect(await get('http://missing.test/')).toMatch(/forward\.name\)\n502$/);
    expect(await get('http://169.254.169.254/')).toMatch(/forward\.protected\)\n403$/);
    target.rights.set(laptop, 'forward', 'deny');
    expect(await get(`http://127.0.0.1:${closed}/`)).toMatch(/forward\.denied\)\n403$/);
    await expect(
      curl('--proxy', at, '--proxytunnel', '--write-out', '%{http_connect}', `http://127.0.0.1:${closed}/`),
    ).rejects.toMatchObject({ stdout: '403' });
  });

  it('answers a head that is too long with 431, and what is no request to a proxy with 400 [S-FWD-2]', async () => {
    const port = await proxy();
    for (const [head, status] of [
      [`GET http://127.0.0.1:1/ HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
      ['GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400],
      ['CONNECT nowhere HTTP/1.1\r\nHost: nowhere\r\n\r\n', 400],
      ['CONNECT a:0 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['no request at all\r\n\r\n', 400],
      ['GET http://127.0.0.1:1/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ] as const) {
      const client = dial(port);
      client.socket.write(head);
      await until(() => client.text() !== '');
      expect(client.text()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  it('cuts the answer for the client when the target cuts it [S-FWD-8]', async () => {
    const port = await servers.listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart', () => socket.resetAndDestroy());
      });
    });
    await expect(
      curl('--proxy', `http://127.0.0.1:${await proxy()}`, `http://127.0.0.1:${port}/`),
    ).rejects.toMatchObject({
      stdout: 'part',
    });
    await until(() => sides.mine().statistics().streamsOpen === 0);
  });

  it('ends the connection to the target when the client goes away', async () => {
    const port = await servers.listen((socket) => socket.resume());
    const client = dial(await proxy());
    client.socket.write(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => servers.open === 1);
    client.socket.destroy();
    await until(() => servers.open === 0);
    await until(() => sides.rules.manager.listConnections().length === 0);
    expect(sides.mine().statistics().streamsOpen).toBe(0);
  });

  it('carries a WebSocket that is asked for by absolute form', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = dial(await proxy());
    client.socket.write(
      `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await until(() => client.text().includes('\r\n\r\n'));
    expect(client.text()).toMatch(/^HTTP\/1\.1 101 [^]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    // A masked text frame "hi" (RFC 6455 section 5.2), with a mask of zeros.
    client.socket.write(Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69));
    await until(() => client.text().endsWith('\u0082\u0002hi'));
    client.socket.destroy();
    await until(() => sides.mine().statistics().streamsOpen === 0);
    server.close();
  });
});
