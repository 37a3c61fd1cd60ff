import { once } from 'node:events';
import {
  Agent,
  request as createRequest,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  type Server,
} from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POOL_LIMITS } from '#agent/forwards/proxies/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { httpRule, linkSides, portOf, Servers, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { curl, WebServers } from '#test/support/forwards/web.ts';

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let servers: Servers;
let proxy: number;
const web = new WebServers();
let newest: Server;
const agents: Agent[] = [];
/** Connections that came to targets. */
let arrived: Socket[] = [];
/** Idle connections to targets end after a time. */
let isIdleTimed = true;
const clock: Clock = {
  ...systemClock,
  setTimer: (delay, callback) =>
    systemClock.setTimer(delay === POOL_LIMITS.idle && !isIdleTimed ? 1_000_000 : delay, callback),
};

beforeEach(async () => {
  target = new TargetSide({ clock: systemClock });
  laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  isIdleTimed = true;
  sides = linkSides(clock, target, laptop);
  servers = new Servers();
  arrived = [];
  void sides.rules.manager.start();
  proxy = portOf(await sides.rules.manager.add({ rule: httpRule() }));
});

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await sides.close();
  target.close();
  await servers.close();
  web.close();
});

async function serve(answer: RequestListener): Promise<number> {
  return await web.listen(answer, '127.0.0.1', (server) => {
    newest = server;
    // Idle for so long that only the proxy ends anything.
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => arrived.push(socket));
  });
}

type Answer = Readonly<{ status: number; text: string; message: IncomingMessage }>;

/** An answer to nothing. */
const UNASKED = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';

/** A client of the proxy with a connection of its own, kept for its next request. */
function newClient(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

async function ask(
  port: number,
  options: RequestOptions & Readonly<{ client?: Agent; body?: string; path?: string }> = {},
): Promise<Answer> {
  const { client = newClient(), body, path = '/', ...more } = options;
  const request = createRequest({
    host: '127.0.0.1',
    port: proxy,
    path: `http://127.0.0.1:${port}${path}`,
    agent: client,
    ...more,
  });
  if (more.headers === undefined || !('Expect' in more.headers)) request.end(body);
  else request.once('continue', () => request.end(body));
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of message) text += String(piece);
  return { status: message.statusCode ?? 0, text, message };
}

async function until(probe: () => boolean): Promise<void> {
  await vi.waitUntil(probe, { timeout: 20_000, interval: 10 });
}

describe('a connection to a target', () => {
  it('is used for the next request, of any client, and is in no table between them', async () => {
    const port = await serve((request, response) => response.end(`${request.url}`));
    for (const path of ['/a', '/b', '/c']) expect((await ask(port, { path })).text).toBe(path);
    expect(arrived).toHaveLength(1);
    expect(sides.rules.manager.listConnections()).toEqual([]);
    expect(sides.rules.manager.list()[0]).toMatchObject({ connections: 0, total: 3, problem: null });
    expect(sides.rules.manager.list()[0]?.bytesIn).toBeGreaterThan(300);
    expect(sides.mine().statistics().streamsOpen).toBe(1);
  });

  it('serves one request at a time, and each gets its own answer', async () => {
    const port = await serve((request, response) => void setImmediate(() => response.end(`${request.url}`)));
    const names = Array.from({ length: 60 }, (_, index) => `/${index}`);
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(names.map((path) => ask(port, { path })));
      expect(answers.map(({ text }) => text)).toEqual(names);
    }
    expect(arrived.length).toBeLessThan(300);
    expect(sides.rules.manager.listConnections()).toEqual([]);
    expect(sides.mine().statistics().streamsOpen).toBeLessThanOrEqual(POOL_LIMITS.connections);
    await until(() => arrived.filter(({ destroyed }) => !destroyed).length <= POOL_LIMITS.connections);
  });

  it('is free again after every form of answer, and none runs into the next one', async () => {
    const port = await serve((request, response) => {
      switch (request.url) {
        case '/none':
          return response.writeHead(204).end();
        case '/same':
          return response.writeHead(304, { ETag: '"a"' }).end();
        case '/chunks':
          response.write('one ');
          return response.end('two');
        default:
          return response.writeHead(200, { 'Content-Length': 5 }).end('whole');
      }
    });
    const client = newClient();
    const get = async (path: string, method = 'GET'): Promise<string> => {
      const { status, text, message } = await ask(port, { client, path, method });
      return `${status} ${text} ${message.headers['content-length'] ?? message.headers['transfer-encoding'] ?? '-'}`;
    };
    for (let round = 0; round < 3; round += 1) {
      expect(await get('/whole', 'HEAD')).toBe('200  5');
      expect(await get('/none')).toBe('204  -');
      expect(await get('/same')).toBe('304  -');
      expect(await get('/chunks')).toBe('200 one two chunked');
      expect(await get('/none', 'OPTIONS')).toBe('204  -');
      expect(await get('/whole')).toBe('200 whole 5');
    }
    expect(arrived).toHaveLength(1);
    expect(await curl('--proxy', `http://127.0.0.1:${proxy}`, '--head', `http://127.0.0.1:${port}/whole`)).toMatch(
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 5\r\n/,
    );
  });

  it('carries what comes after a body in chunks, both ways', async () => {
    let trailers: NodeJS.Dict<string> = {};
    const port = await serve((request, response) => {
      request.resume();
      request.once('end', () => {
        trailers = request.trailers;
        response.write('body');
        response.addTrailers({ 'X-Sum': '42', 'Content-Type': 'text/x' });
        response.end();
      });
    });
    const client = newClient();
    const request = createRequest({
      host: '127.0.0.1',
      port: proxy,
      method: 'POST',
      path: `http://127.0.0.1:${port}/`,
      agent: client,
    });
    request.write('up');
    request.addTrailers([['X-Mine', '7']]);
    request.end();
    const [message] = (await once(request, 'response')) as [IncomingMessage];
    message.resume();
    await once(message, 'end');
    expect([trailers, message.trailers]).toEqual([{ 'x-mine': '7' }, { 'x-sum': '42' }]);
    expect((await ask(port, { client })).text).toBe('body');
    expect(arrived).toHaveLength(1);
  });

  it('is not kept where the target ends it, says for how long it would, or has more to say than was asked [S-FWD-4]', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/close') response.setHeader('Connection', 'close');
      if (request.url === '/soon') response.setHeader('Keep-Alive', 'timeout=1');
      response.end('ok');
      if (request.url === '/more') setImmediate(() => request.socket.write(UNASKED));
    });
    isIdleTimed = false;
    for (const path of ['/close', '/soon', '/more']) {
      expect((await ask(port, { path })).text).toBe('ok');
      await until(() => sides.mine().statistics().streamsOpen === 0);
    }
    expect((await ask(port)).text).toBe('ok');
    expect(arrived).toHaveLength(4);
    // What comes unasked later, too, before the next request.
    expect(sides.mine().statistics().streamsOpen).toBe(1);
    arrived[3]?.write(UNASKED);
    await until(() => sides.mine().statistics().streamsOpen === 0);
    expect((await ask(port)).text).toBe('ok');
    expect(arrived).toHaveLength(5);
  });
});

describe('a target that ends a kept connection', () => {
  /** Ends connections with the second request that comes on them. @returns what was asked */
  async function serveOnce(last: (socket: Socket) => void): Promise<{ port: number; asked: string[] }> {
    const asked: string[] = [];
    const port = await servers.listen((socket) => {
      let count = 0;
      socket.on('data', (bytes: Buffer) => {
        asked.push(bytes.toString('latin1').split(' ', 1)[0] ?? '');
        count += 1;
        if (count === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else last(socket);
      });
    });
    return { port, asked };
  }

  it.each([
    ['resets it', (socket: Socket) => void socket.resetAndDestroy()],
    ['ends it', (socket: Socket) => void socket.end()],
  ])('and %s instead of an answer is asked again, once, by a new one', async (_, last) => {
    const { port, asked } = await serveOnce(last);
    const client = newClient();
    expect((await ask(port, { client })).text).toBe('ok');
    expect((await ask(port, { client })).text).toBe('ok');
    expect(asked).toEqual(['GET', 'GET', 'GET']);
    expect(sides.rules.manager.list()[0]).toMatchObject({ problem: null });
  });

  it('after the first byte of an answer is not asked again [S-FWD-4]', async () => {
    const { port, asked } = await serveOnce((socket) => {
      socket.write('HTTP/1.1 2', () => socket.end());
    });
    const client = newClient();
    await ask(port, { client });
    expect(await ask(port, { client })).toMatchObject({ status: 502 });
    expect(asked).toEqual(['GET', 'GET']);
  });

  it('never gets anything twice that is not to be done twice: that has a connection of its own [S-FWD-4]', async () => {
    const { port, asked } = await serveOnce((socket) => socket.resetAndDestroy());
    const client = newClient();
    await ask(port, { client });
    expect((await ask(port, { client, method: 'POST' })).text).toBe('ok');
    expect((await ask(port, { client, method: 'PUT', body: 'x', headers: { 'Content-Length': 1 } })).text).toBe('ok');
    expect(asked).toEqual(['GET', 'POST', 'PUT']);
    expect(servers.open).toBe(3);
  });
});

describe('a body that waits to be called for', () => {
  const EXPECT = { Expect: '100-continue', 'Content-Length': 4 };

  it('is sent when the target wants it', async () => {
    const port = await serve(() => undefined);
    let calls = 0;
    newest.on('checkContinue', (request: IncomingMessage, response) => {
      calls += 1;
      response.writeContinue();
      request.pipe(response);
    });
    const client = newClient();
    for (let round = 0; round < 2; round += 1)
      expect((await ask(port, { client, method: 'POST', headers: EXPECT, body: 'body' })).text).toBe('body');
    expect(calls).toBe(2);
  });

  it('is not sent when the target refuses it, and nothing follows on either connection', async () => {
    const port = await serve(() => undefined);
    newest.on('checkContinue', (_: IncomingMessage, response) => response.writeHead(413).end('too large'));
    const { status, text, message } = await ask(port, { method: 'POST', headers: EXPECT, body: 'body' });
    expect([status, text, message.headers.connection]).toEqual([413, 'too large', 'close']);
    await until(() => sides.mine().statistics().streamsOpen === 0);
  });
});

describe('a kept connection', () => {
  it('is ended at once when the right is taken away, and with the rule [S-FWD-4]', async () => {
    const port = await serve((_, response) => response.end('ok'));
    await ask(port);
    target.rights.set(laptop, 'forward', 'deny');
    await until(() => arrived[0]?.destroyed === true);
    expect(await ask(port)).toMatchObject({ status: 403 });
    target.rights.set(laptop, 'forward', 'allow');
    await ask(port);
    const [view] = sides.rules.manager.list();
    await sides.rules.manager.enable(view?.id ?? '', false);
    await until(() => arrived.length === 2 && arrived[1]?.destroyed === true);
    expect(sides.mine().statistics().streamsOpen).toBe(0);
  });

  it.each([
    ['NTLM', 'NTLM TlRMTVNTUAAB', undefined],
    ['Negotiate', undefined, 'Negotiate'],
  ])(
    'on which somebody logs in by %s takes nobody else’s requests, and ends with its client [S-FWD-4]',
    async (_, sent, offered) => {
      const port = await serve((request, response) => {
        if (offered !== undefined) response.setHeader('WWW-Authenticate', offered);
        response.end(String(arrived.indexOf(request.socket)));
      });
      const mine = newClient();
      const headers = sent === undefined ? {} : { Authorization: sent };
      expect((await ask(port, { client: mine, headers })).text).toBe('0');
      expect((await ask(port)).text).toBe('1');
      expect((await ask(port, { client: mine, method: 'POST', headers })).text).toBe('0');
      mine.destroy();
      await until(() => arrived[0]?.destroyed === true);
    },
  );
});
