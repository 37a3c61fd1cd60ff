import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay());
});
afterAll(async () => {
  await stop();
});

/** Status of a request as it is written here, byte for byte. */
function status(port: number, lines: readonly string[], first = 'GET /metrics HTTP/1.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write([first, ...lines, 'Connection: close', '', ''].join('\r\n')),
    );
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])));
  });
}

describe('the metrics without a token', () => {
  it.each(['127.0.0.1', '127.0.0.1:7474', 'localhost', 'LOCALHOST:80', '[::1]:7474', '127.9.9.9'])(
    'are read by a program of this machine that asks for %s',
    async (host) => {
      expect(await status(relay.port, [`Host: ${host}`])).toBe(200);
    },
  );

  it.each([
    'attacker.example',
    'attacker.example:7474',
    'relay.example',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    '192.168.1.7:7474',
    '10.0.0.1',
    '[::2]',
    '[::ffff:10.0.0.1]',
    'localhost@attacker.example',
    '2130706433',
    '0x7f.1',
    '',
  ])('are not read by a page whose name was pointed here: Host: %s [S-RELAY-4]', async (host) => {
    expect(await status(relay.port, [`Host: ${host}`])).toBe(403);
  });

  it('are not read without a name, with two, or as an address of another form', async () => {
    expect(await status(relay.port, ['Host: localhost', 'Host: attacker.example'])).not.toBe(200);
    expect(await status(relay.port, [])).not.toBe(200);
    expect(await status(relay.port, ['Host: localhost'], 'GET /metrics HTTP/1.0')).toBe(403);
  });

  it.each([
    'Forwarded: for=1.2.3.4',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Host: relay.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Server: a',
    'X-Real-IP: 1.2.3.4',
    'Via: 1.1 proxy',
    'CF-Connecting-IP: 1.2.3.4',
    'CF-Ray: 1',
    'CDN-Loop: cloudflare',
    'True-Client-IP: 1.2.3.4',
    'X-Client-IP: 1.2.3.4',
    'X-Cluster-Client-IP: 1.2.3.4',
    'Fastly-Client-IP: 1.2.3.4',
    'X-Envoy-External-Address: 1.2.3.4',
    'X-Original-Forwarded-For: 1.2.3.4',
    'X-Azure-ClientIP: 1.2.3.4',
    'Fly-Client-IP: 1.2.3.4',
    'Max-Forwards: 10',
    'Proxy-Authorization: Basic eDp4',
  ])('are not read through a proxy of this machine that sends %s [S-RELAY-4]', async (header) => {
    expect(await status(relay.port, ['Host: localhost', header])).toBe(403);
  });

  it('are read by nobody where the relay is set up behind a proxy, which need not say that it is there [S-RELAY-4]', async () => {
    const trusting = await startTestRelay({ trustProxy: true });
    expect(await status(trusting.relay.port, ['Host: localhost'])).toBe(403);
    await trusting.stop();
    const named = await startTestRelay({
      publicUrls: ['wss://relay.example'],
    });
    expect(await status(named.relay.port, ['Host: localhost'])).toBe(403);
    await named.stop();
  });
});

describe('the metrics with a token', () => {
  it('are read by its holders from wherever they come, and by nobody else [S-RELAY-4]', async () => {
    const { relay: guarded, stop: end } = await startTestRelay({ metricsToken: 'a metrics token', trustProxy: true });
    const ask = (...lines: string[]) => status(guarded.port, lines);
    const right = 'Authorization: Bearer a metrics token';
    expect(await ask('Host: relay.example', 'X-Forwarded-For: 1.2.3.4', right)).toBe(200);
    expect(await ask('Host: localhost')).toBe(403);
    expect(await ask('Host: localhost', 'Authorization: Bearer another token')).toBe(403);
    expect(await ask('Host: localhost', 'Authorization: Basic a metrics token')).toBe(403);
    await end();
  });
});
