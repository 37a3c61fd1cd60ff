import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, it } from 'vitest';
import { startTestRelay } from '#test/support/relay-project.ts';

/** All that comes until the other side ends the connection. */
async function heard(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => void pieces.push(piece));
  await once(socket, 'close');
  return Buffer.concat(pieces).toString();
}

it.concurrent.each(['off', 'own'] as const)(
  'a connection on which no request comes, such as a browser opens ahead, is closed without a word; TLS %s',
  async (mode) => {
    const { relay, stop } = await startTestRelay({ limits: { helloTimeout: 300 }, accounts: {}, tls: { mode } });
    const open = (): Socket =>
      mode === 'off'
        ? connect(relay.port, '127.0.0.1')
        : connectTls({ host: '127.0.0.1', port: relay.port, rejectUnauthorized: false });
    try {
      const unused = open();
      const begun = open();
      begun.write('GET /healthz HTTP/1.1\r\nHost: a\r\n');
      const [nothing, answer] = await Promise.all([heard(unused), heard(begun)]);
      expect(nothing).toBe('');
      // It is the time limit that ends both.
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    } finally {
      await stop();
    }
  },
);
