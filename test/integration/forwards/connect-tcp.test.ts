import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock as clock } from '#node/clock/index.ts';
import { connectionError, connectTcp, connectToAddresses, lookupAll } from '#node/forwarding/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume());
  servers.push(server);
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const signal = new AbortController().signal;

describe('connecting to addresses', () => {
  it('takes the first that answers, also when the ones before it refuse', async () => {
    const port = await listen('127.0.0.3');
    const { socket, address } = await connectToAddresses(['::1', '127.0.0.1', '127.0.0.2', '127.0.0.3'], port, {
      clock,
      signal,
    });
    expect([address, socket.remoteAddress, socket.isPaused(), socket.allowHalfOpen]).toEqual([
      '127.0.0.3',
      '127.0.0.3',
      true,
      true,
    ]);
    socket.destroy();
  });

  it('tries the families in turns, whichever comes first', async () => {
    const port = await listen('::1');
    const late = { clock, signal, stagger: 60_000 };
    // With every other one refusing at once, the order alone decides how many are tried before.
    const { socket, address } = await connectToAddresses(['127.0.0.1', '127.0.0.2', '::1'], port, late);
    expect(address).toBe('::1');
    socket.destroy();
  });

  it('does not wait for one that is silent', async () => {
    const port = await listen('127.0.0.1');
    // A source address that answers nobody: the documentation network of RFC 5737, or no way there at all.
    const started = Date.now();
    const { socket, address } = await connectToAddresses(['192.0.2.1', '127.0.0.1'], port, { clock, signal });
    expect(address).toBe('127.0.0.1');
    expect(Date.now() - started).toBeLessThan(5000);
    socket.destroy();
  });

  it('gives up with what tells most, when it is told to, and with no address', async () => {
    const port = await listen('127.0.0.1');
    for (const server of servers.splice(0)) server.close();
    expect(await codeOf(() => connectToAddresses(['127.0.0.1', '127.0.0.2'], port, { clock, signal }))).toBe(
      'forward.refused',
    );
    expect(await codeOf(() => connectToAddresses([], port, { clock, signal }))).toBe('forward.failed');
    const aborted = AbortSignal.abort();
    expect(await codeOf(() => connectToAddresses(['127.0.0.1'], port, { clock, signal: aborted }))).toBe(
      'forward.failed',
    );
    const later = new AbortController();
    const running = codeOf(() => connectToAddresses(['127.0.0.1'], port, { clock, signal: later.signal }));
    later.abort();
    expect(await running).toBe('forward.failed');
  });

  it('looks up a host of our own choosing', async () => {
    const port = await listen('127.0.0.1');
    const socket = await connectTcp({ host: 'localhost', port }, { clock, signal });
    expect(socket.remotePort).toBe(port);
    socket.destroy();
    expect(await codeOf(() => connectTcp({ host: 'nothing.invalid', port }, { clock, signal }))).toBe('forward.name');
    expect(await lookupAll('localhost')).toContain('127.0.0.1');
  });
});

it.each([
  ['ECONNREFUSED', 'forward.refused'],
  ['ETIMEDOUT', 'forward.timeout'],
  ['EHOSTUNREACH', 'forward.host-unreachable'],
  ['EACCES', 'forward.host-unreachable'],
  ['ENETUNREACH', 'forward.network-unreachable'],
  ['EADDRNOTAVAIL', 'forward.network-unreachable'],
  ['EMFILE', 'forward.failed'],
])('%s is %s', (system, code) => {
  expect(connectionError(Object.assign(new Error('x'), { code: system })).code).toBe(code);
});
