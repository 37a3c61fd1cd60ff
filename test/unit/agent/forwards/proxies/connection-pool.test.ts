import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough, Writable, duplexPair, type Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { ForwardConnector, type RemoteConnection } from '#agent/forwards/rules/index.ts';
import { forwardRequest, POOL_LIMITS, ConnectionPool } from '#agent/forwards/proxies/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let kept: ConnectionPool;
let way: string;
/** Far ends, as their target sees them. */
let ends: Duplex[];
/** In the table of connections now, and since the beginning. */
let counted: { now: number; total: number };

const server = createServer((_, response) => response.end('ok'));
const TARGET = { host: 'Office.test', port: 80 };
const CLIENT = new PassThrough() as unknown as Socket;

beforeEach(() => {
  clock = new FakeClock();
  way = 'link';
  ends = [];
  counted = { now: 0, total: 0 };
  const connector = new ForwardConnector({
    context: {
      connections: {
        answered: () => undefined,
        open: () => {
          counted.now += 1;
          counted.total += 1;
          let isOpen = true;
          const close = (): void => {
            if (isOpen) counted.now -= 1;
            isOpen = false;
          };
          return { id: counted.total, meter: { in: () => undefined, out: () => undefined }, close };
        },
      } as unknown as ConstructorParameters<typeof ForwardConnector>[0]['context']['connections'],
      report: () => undefined,
    },
    upstream: { connect: () => Promise.resolve(farConnection()), listen: () => Promise.reject(new Error('not here')) },
    upstreamName: 'office',
  });
  kept = new ConnectionPool({ clock, connector, upstreamKey: () => way });
});

function farConnection(): RemoteConnection {
  const [near, far] = duplexPair();
  ends.push(far);
  server.emit('connection', far);
  return {
    address: null,
    carry: () => Promise.reject(new Error('not here')),
    toDuplex: () => near,
    destroy: () => void near.destroy(),
  };
}

/** One request by a new connection, or by one that is there. @returns whether it was there */
async function use(host = TARGET.host): Promise<boolean> {
  const target = { ...TARGET, host };
  const found = kept.take(target, CLIENT, true);
  const connection = found ?? (await kept.make(target, CLIENT, new AbortController().signal));
  const request = Object.assign(new PassThrough(), { method: 'GET', headers: {}, rawHeaders: [], socket: CLIENT });
  const response = Object.assign(
    new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    }),
    { writeHead: () => undefined, chunkedEncoding: false },
  );
  request.end();
  await forwardRequest(
    connection,
    { target, authority: host, path: '/' },
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
  );
  return found !== undefined;
}

describe('connections that are kept', () => {
  it('end after four seconds without a request, and each request begins them anew', async () => {
    expect(await use()).toBe(false);
    await clock.advance(POOL_LIMITS.idle - 1);
    expect(await use()).toBe(true);
    await clock.advance(POOL_LIMITS.idle - 1);
    expect([kept.size, clock.pending]).toEqual([1, 1]);
    await clock.advance(1);
    expect([kept.size, clock.pending, ends.length]).toEqual([0, 0, 1]);
    expect(counted).toEqual({ now: 0, total: 2 });
    expect(await use()).toBe(false);
  });

  it('are one target’s, whatever the case of its name, and one way’s', async () => {
    await use();
    expect(await use('office.TEST')).toBe(true);
    expect(await use('other.test')).toBe(false);
    way = 'ssh';
    expect(await use()).toBe(false);
    expect(kept.size).toBe(3);
  });

  it('are thirty-two of a rule: the one idle longest makes room', async () => {
    for (let index = 0; index < POOL_LIMITS.connections + 1; index += 1) await use(`host-${index}.test`);
    expect([kept.size, clock.pending]).toEqual([POOL_LIMITS.connections, POOL_LIMITS.connections]);
    expect(await use('host-0.test')).toBe(false);
    expect(await use('host-2.test')).toBe(true);
  });

  it('are given up when the target ends them', async () => {
    await use();
    const closed = once(ends[0] as Duplex, 'close');
    ends[0]?.destroy();
    await closed;
    expect(await use()).toBe(false);
    expect(counted.now).toBe(0);
  });

  it('end with the rule, and none is kept after that', async () => {
    await use();
    kept.close();
    expect([kept.size, clock.pending]).toEqual([0, 0]);
    await use();
    expect([kept.size, clock.pending, counted.now]).toEqual([0, 0, 0]);
  });
});
