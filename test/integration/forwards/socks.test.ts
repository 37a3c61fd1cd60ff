import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { linkSides, portOf, Servers, socksRule, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { curl, WebServers } from '#test/support/forwards/web.ts';

const LONG_NAME = `${'a'.repeat(61)}.${'b'.repeat(61)}.${'c'.repeat(61)}.${'d'.repeat(61)}.test`;

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let servers: Servers;
const web = new WebServers();
const clients: Socket[] = [];

beforeEach(() => {
  target = new TargetSide({
    clock: systemClock,
    names: { 'office.test': ['127.0.0.1'], [LONG_NAME]: ['127.0.0.1'], 'metadata.test': ['169.254.169.254'] },
  });
  laptop = target.addPeer('laptop');
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
  web.close();
});

function serveHttp(host?: string): Promise<number> {
  return web.listen((request, response) => response.end(`${request.headers.host} ${request.url}`), host);
}

/** Sends bytes one after the other and gives what came back until the other side ends, or `wanted` bytes are there. */
async function exchange(port: number, bytes: readonly number[], wanted: number, piecewise = false): Promise<number[]> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  clients.push(socket);
  const came: number[] = [];
  socket.on('data', (chunk) => came.push(...chunk));
  const over = new Promise<void>((resolve) => {
    socket.once('error', () => resolve());
    socket.once('end', () => resolve());
    socket.on('data', () => {
      if (came.length >= wanted) resolve();
    });
  });
  for (const piece of piecewise ? bytes.map((byte) => [byte]) : [bytes]) {
    await new Promise((resolve) => {
      socket.write(Uint8Array.from(piece), resolve);
    });
  }
  await over;
  return came;
}

function ask(host: string, port: number, command = 1): number[] {
  return [5, 1, 0, 5, command, 0, 3, host.length, ...Buffer.from(host), port >> 8, port & 0xff];
}

describe('a SOCKS 5 proxy', () => {
  it('takes curl to names, IPv4 and IPv6, which are looked up at the peer', async () => {
    const port = await serveHttp();
    const port6 = await serveHttp('::1');
    const view = await sides.rules.manager.add({ rule: socksRule() });
    expect(view.url).toBe(`socks5h://127.0.0.1:${portOf(view)}`);
    const proxy = ['--proxy', view.url ?? ''];
    expect(await curl(...proxy, `http://office.test:${port}/name`)).toBe(`office.test:${port} /name`);
    expect(await curl(...proxy, `http://127.0.0.1:${port}/v4`)).toBe(`127.0.0.1:${port} /v4`);
    expect(await curl(...proxy, `http://[::1]:${port6}/v6`)).toBe(`[::1]:${port6} /v6`);
    expect(await curl(...proxy, `http://${LONG_NAME}:${port}/long`)).toBe(`${LONG_NAME}:${port} /long`);
    expect(target.looked).toEqual(['office.test', LONG_NAME]);
  });

  it('lets in who knows user and password, and nobody else [S-FWD-1]', async () => {
    const port = await serveHttp();
    const view = await sides.rules.manager.add({ rule: socksRule({ user: 'me' }), password: 'very secret' });
    const at = `127.0.0.1:${portOf(view)}`;
    const url = `http://127.0.0.1:${port}/`;
    expect(await curl('--proxy', `socks5h://me:very%20secret@${at}`, url)).toBe(`127.0.0.1:${port} /`);
    for (const login of ['me:wrong@', 'you:very%20secret@', ''])
      await expect(curl('--proxy', `socks5h://${login}${at}`, url)).rejects.toMatchObject({ code: 97 });
    expect(sides.rules.manager.view(view.id).total).toBe(1);
  });

  it('works when every byte comes by itself, and when all come at once with the first of the data', async () => {
    const port = await servers.listen((socket) => socket.pipe(socket));
    const proxy = portOf(await sides.rules.manager.add({ rule: socksRule() }));
    const bytes = [...ask('127.0.0.1', port), ...Buffer.from('early')];
    const answer = [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...Buffer.from('early')];
    expect(await exchange(proxy, bytes, answer.length)).toEqual(answer);
    expect(await exchange(proxy, bytes, answer.length, true)).toEqual(answer);
  });

  it('gives each failure its own reply', async () => {
    const closed = await servers.listen(() => undefined);
    await servers.close();
    const view = await sides.rules.manager.add({ rule: socksRule() });
    const reply = async (host: string, port: number, command = 1): Promise<number | undefined> =>
      (await exchange(portOf(view), ask(host, port, command), 12))[3];
    expect(await reply('127.0.0.1', closed)).toBe(5);
    expect(await reply('missing.test', 80)).toBe(4);
    expect(await reply('metadata.test', 80)).toBe(2);
    expect(await reply('169.254.169.254', 80)).toBe(2);
    expect(await reply('127.0.0.1', 0)).toBe(1);
    expect(await reply('not a name', 80)).toBe(4);
    expect(await reply('127.0.0.1', 80, 2)).toBe(7);
    expect(await reply('127.0.0.1', 80, 9)).toBe(7);
    target.rights.set(laptop, 'forward', 'deny');
    expect(await reply('127.0.0.1', closed)).toBe(2);
    expect(sides.rules.manager.view(view.id).problem).toMatchObject({ code: 'forward.denied' });
  });

  it('gives the answer to a client that ended its side with its request', async () => {
    const port = await servers.listen((socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (bytes: Buffer) => void pieces.push(bytes));
      socket.on('end', () => socket.end(Buffer.concat([Buffer.from('got '), ...pieces])));
    });
    const proxy = portOf(await sides.rules.manager.add({ rule: socksRule() }));
    const socket = connect({ host: '127.0.0.1', port: proxy, allowHalfOpen: true });
    clients.push(socket);
    socket.end(Uint8Array.from([...ask('127.0.0.1', port), ...Buffer.from('all')]));
    const came: Buffer[] = [];
    for await (const piece of socket) came.push(piece as Buffer);
    expect(Buffer.concat(came).subarray(12).toString()).toBe('got all');
  });

  it('ends clients that speak something else, without a word [S-FWD-7]', async () => {
    const proxy = portOf(await sides.rules.manager.add({ rule: socksRule() }));
    expect(await exchange(proxy, [...Buffer.from('GET / HTTP/1.1\r\n')], 1)).toEqual([]);
    expect(await exchange(proxy, [4, 1, 0, 80], 1)).toEqual([]);
    expect(await exchange(proxy, [5, 1, 9], 2)).toEqual([5, 0xff]);
  });

  it('forgets a client that is reset while its peer is being asked', async () => {
    target.rights.set(laptop, 'forward', 'ask');
    const port = await serveHttp();
    const view = await sides.rules.manager.add({ rule: socksRule() });
    void exchange(portOf(view), ask('127.0.0.1', port), 12);
    await vi.waitUntil(() => target.approvals.pendingCount === 1, { timeout: 30_000, interval: 10 });
    clients[0]?.resetAndDestroy();
    await vi.waitUntil(() => target.approvals.pendingCount === 0, { timeout: 30_000, interval: 10 });
    expect(sides.rules.manager.view(view.id)).toMatchObject({ state: 'ready', problem: null, connections: 0 });
  });
});
