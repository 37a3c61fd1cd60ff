import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ReservedPorts } from '#agent/targets/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { TcpListener } from '#node/forwarding/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { PeerListener } from '../../../src-main/agent/targets/peer-listener.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A port of a program of this machine that listens at all addresses. */
async function program(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0');
  await once(server, 'listening');
  ends.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** Opens it on a system that lets everybody have every port, as macOS and Windows do for one address beside all of them. */
async function open(port: number): Promise<Readonly<{ code: string; stillOpen: number }>> {
  let stillOpen = 0;
  const listen = async (): Promise<TcpListener> => {
    stillOpen += 1;
    return {
      address: `127.0.0.1:${port}`,
      port,
      close: async () => {
        stillOpen -= 1;
      },
    };
  };
  const { signal } = new AbortController();
  const session = { id: 's', closed: new Promise<never>(() => undefined) };
  const asker = { peerId: 'A' as PeerId, name: 'laptop', session };
  const link = { closed: new Promise(() => undefined), read: () => new Promise(() => undefined) };
  const listener = new PeerListener({
    requester: asker,
    session: session as never,
    control: { id: 1, cancelled: signal, accept: () => link } as never,
    allowed: { use: 'listen', host: '127.0.0.1', port, addresses: ['127.0.0.1'], once: false },
    policy: { check: () => Promise.reject(new Error('not asked')), watch: () => () => undefined },
    reservedPorts: new ReservedPorts(),
    clock: systemClock,
    logger: silentLogger,
    timeout: 1000,
    closing: signal,
    takeQuota: () => () => undefined,
    carry: () => Promise.resolve(),
    listen,
  });
  const code = await listener.open().then(() => 'open', errorCode);
  return { code, stillOpen };
}

describe('a port for a peer, on a system that gives away ports in use', () => {
  it('is not one at which a program of this machine is reached there [S-TARGET-3]', async () => {
    expect(await open(await program())).toEqual({ code: 'forward.port-in-use', stillOpen: 0 });
  });

  it('is any other one', async () => {
    const port = await program();
    for (const end of ends.splice(0)) await end();
    expect(await open(port)).toEqual({ code: 'open', stillOpen: 1 });
  });
});
