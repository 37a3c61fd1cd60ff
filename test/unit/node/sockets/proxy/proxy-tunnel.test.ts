import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { openTunnel } from '../../../../../src-node/sockets/proxy/proxy-tunnel.ts';

/** Says to everybody what the test wants. */
let server: Server;
let answer = '';

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(`${answer}\r\n\r\n`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => void server.close());

async function problemOf(said: string, login: Readonly<{ user?: string; password?: string }>): Promise<unknown> {
  answer = said;
  const { port } = server.address() as AddressInfo;
  const proxy = { host: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, ...login };
  const options = { clock: systemClock, signal: new AbortController().signal, timeout: 20_000 };
  return await openTunnel(proxy, 'relay.test:7474', options).then(
    () => 'open',
    ({ code, details }: Readonly<{ code: string; details: Readonly<Record<string, unknown>> }>) => ({
      code,
      ...details,
    }),
  );
}

describe('what a proxy says to a password', () => {
  const login = { user: 'ada', password: 'wrong' };

  it.each([
    ['HTTP/1.1 407 Proxy Authentication Required', 407],
    ['HTTP/1.0 401 Unauthorized', 401],
    ['HTTP/1.1 403 Forbidden', 403],
  ])('is a wrong password: %s [S-NET-3]', async (said, status) => {
    expect(await problemOf(said, login)).toMatchObject({ code: 'relay.proxy-auth', status, proxy: expect.any(String) });
  });

  it('is another matter where it was told nobody, and forbids it', async () => {
    expect(await problemOf('HTTP/1.1 403 Forbidden', {})).toMatchObject({ code: 'relay.proxy-forbidden' });
  });
});
