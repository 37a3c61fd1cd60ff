import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createLinkFormMemory, createRelayDialer, type DataConnectionFormCache } from '#node/sockets/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { LINK_READY } from '#shared/relay-api/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { clientOf, newIdentity, online, runRelay } from '#test/support/relay-clients.ts';

const TICKET = new Uint8Array(32).fill(0x54);
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: clawreach-link\r\n\r\n';
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server of raw bytes; `serve` gets each connection and everything received so far. */
async function serve(
  answer: (socket: Socket, received: string, count: number) => void,
): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    const index = received.push('') - 1;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received[index] = `${received[index] ?? ''}${chunk.toString('latin1')}`;
      answer(socket, received[index] ?? '', received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { url: `ws://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`, received };
}

function dialLink(url: string, memory?: DataConnectionFormCache): Promise<unknown> {
  const dialer = createRelayDialer({
    clock: systemClock,
    probeTimeout: 100,
    ...(memory === undefined ? {} : { memory }),
  });
  return dialer.link(parseRelayUrl(url), { ticket: TICKET, signal: AbortSignal.timeout(10_000) });
}

describe('the certificate of a relay', () => {
  it('is not trusted by itself: its pin is told, and nothing is sent [S-RELAY-7]', async () => {
    const { relay, dispose } = await runRelay({ tls: { mode: 'own' } });
    cleanups.push(dispose);
    const client = clientOf(newIdentity(), { url: relay.url });
    client.start();
    expect(await codeOf(() => online(client))).toBe('relay.untrusted');
    expect(client.failure?.details).toMatchObject({ pin: toHex(relay.tlsPin ?? new Uint8Array(0)) });
    expect(client.status.state).toBe('failed');
  });

  it('is trusted by its pin, and no other [S-RELAY-7]', async () => {
    const { relay, dispose } = await runRelay({ tls: { mode: 'own' } });
    cleanups.push(dispose);
    const { tlsPin = new Uint8Array(0) } = relay;
    const right = clientOf(newIdentity(), { url: relay.url, tlsPin });
    right.start();
    await online(right);
    expect(right.tlsPin).toEqual(tlsPin);
    expect(right.status.secure).toBe(true);
    const wrong = clientOf(newIdentity(), { url: relay.url, tlsPin: tlsPin.map((byte) => byte ^ 1) });
    wrong.start();
    expect(await codeOf(() => online(wrong))).toBe('relay.pin-mismatch');
    await right.stop();
  });

  it('must be there at all', async () => {
    const { url } = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const dialer = createRelayDialer({ clock: systemClock });
    const endpoint = parseRelayUrl(url.replace('ws:', 'wss:'));
    expect(await codeOf(() => dialer.control(endpoint, { signal: AbortSignal.timeout(5000) }))).toBe('relay.tls');
  });
});

describe('a relay that cannot be reached', () => {
  const control = (url: string, signal = AbortSignal.timeout(5000)): Promise<unknown> =>
    createRelayDialer({ clock: systemClock }).control(parseRelayUrl(url), { signal });

  it('refuses the connection', async () => {
    const { url } = await serve(() => undefined);
    for (const cleanup of cleanups.splice(0)) await cleanup();
    expect(await codeOf(() => control(url))).toBe('relay.connection-refused');
  });

  it.each([
    [404, 'relay.not-a-relay'],
    [200, 'relay.not-a-relay'],
    [502, 'relay.unavailable'],
    [429, 'relay.rate'],
  ])('answers with status %i', async (status, code) => {
    const { url } = await serve((socket) =>
      socket.end(`HTTP/1.1 ${status} X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await codeOf(() => control(url))).toBe(code);
  });

  it('stops in the middle, or is given up', async () => {
    const { url } = await serve((socket) => socket.destroy());
    expect(await codeOf(() => control(url))).toBe('relay.unreachable');
    const silent = await serve(() => undefined);
    expect(await codeOf(() => control(silent.url, AbortSignal.timeout(50)))).toBe('relay.aborted');
    expect(await codeOf(() => control(silent.url, AbortSignal.abort()))).toBe('relay.aborted');
  });
});

describe('a data connection', () => {
  it('shows its ticket to nobody who has not switched protocols', async () => {
    const { url, received } = await serve((socket, text, count) => {
      if (count === 1 && text.includes('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\n\r\n');
      if (count === 2) socket.destroy();
    });
    await codeOf(() => dialLink(url));
    expect(received).toHaveLength(2);
    expect(received.join('')).not.toContain('TTTT');
    expect(received[1]).toContain('Upgrade: websocket');
  });

  it.each([
    ['swallows the upgrade', () => undefined],
    ['answers nonsense', (socket: Socket) => socket.write('SSH-2.0-x\r\n\r\n')],
    ['cuts the connection', (socket: Socket) => socket.destroy()],
  ])('finds another way when something in between %s, and remembers only what worked', async (_name, hinder) => {
    const memory = createLinkFormMemory(systemClock);
    const { url, received } = await serve((socket, text) => {
      if (text.includes('clawreach-link')) hinder(socket);
      else if (text.includes('\r\n\r\n')) socket.end('HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n');
    });
    expect(await codeOf(() => dialLink(url, memory))).toBe('relay.unavailable');
    expect(received.map((text) => /Upgrade: (\S+)/i.exec(text)?.[1])).toEqual(['clawreach-link', 'websocket']);
    expect(memory.recall(url.slice(5))).toBeUndefined();
  });

  it.each([
    ['another byte', Buffer.from([0x02])],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a zero before it', Buffer.from([0, LINK_READY])],
  ])('takes nothing for the ready byte but the ready byte: %s', async (_name, bytes) => {
    const { url, received } = await serve((socket, text) => {
      if (text.endsWith('\r\n\r\n')) socket.write(SWITCH);
      if (text.endsWith('TTTT')) socket.write(bytes);
    });
    expect(await codeOf(() => dialLink(url))).toBe('relay.data-connection');
    expect(received).toHaveLength(1);
  });

  it('tells that its ticket was not taken', async () => {
    const { url, received } = await serve((socket, text) => {
      if (text.endsWith('\r\n\r\n')) socket.write(SWITCH);
      if (text.endsWith('TTTT')) socket.end();
    });
    expect(await codeOf(() => dialLink(url))).toBe('relay.data-connection');
    // Shown once: never a second time in another form.
    expect(received).toHaveLength(1);
  });

  it('is refused for a ticket that belongs to nobody, in both forms', async () => {
    const { relay, dispose } = await runRelay();
    cleanups.push(dispose);
    expect(await codeOf(() => dialLink(relay.url))).toBe('relay.data-connection');
    const websocket: DataConnectionFormCache = { recall: () => 'websocket', remember: () => undefined };
    expect(await codeOf(() => dialLink(relay.url, websocket))).toBe('relay.data-connection');
  });
});
