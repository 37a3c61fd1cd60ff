import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { expect, it } from 'vitest';
import { SshRemoteConnection } from '#agent/forwards/ssh/remote-connection.ts';
import { HostKeys, SshConnection } from '#agent/forwards/ssh/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const MIB = 1024 * 1024;

it('a server that sends without regard to the window loses the connection, and takes no more memory than that [S-SSH-6]', () => {
  let closed = false;
  // As much of the library's channel as the connection needs: data is pushed into it whatever the window says.
  const channel = Object.assign(new PassThrough(), {
    stderr: new PassThrough(),
    incoming: { state: 'open' },
    close: () => {
      closed = true;
    },
  });
  const connection = new SshRemoteConnection(channel as unknown as ClientChannel, new PassThrough());
  let most = 0;
  for (let sent = 0; sent < 16 * MIB; sent += 32 * 1024) {
    if (!closed) channel.push(Buffer.alloc(32 * 1024));
    most = Math.max(most, channel.readableLength);
  }
  expect(closed).toBe(true);
  expect(most).toBeLessThanOrEqual(5 * MIB);
  connection.destroy();
});

it('a key agent that never answers does not hold up the end of a rule [S-SSH-6]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clawreach-agent-'));
  const place = process.platform === 'win32' ? `\\\\.\\pipe\\clawreach-${process.pid}` : join(folder, 'agent');
  const asked = Promise.withResolvers<undefined>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => asked.resolve(undefined));
  });
  await new Promise<void>((resolve) => void server.listen(place, resolve));
  const connection = new SshConnection({
    server: { host: '127.0.0.1', port: 22, user: 'me', login: { method: 'agent' } },
    peer: null,
    secret: null,
    machine: { home: folder, environment: { SSH_AUTH_SOCK: place } },
    hostKeys: new HostKeys({
      file: new MemoryDocumentFile(),
      clock: systemClock,
      logger: silentLogger,
      knownHosts: () => [],
    }),
    dial: () => Promise.reject(new Error('nothing is dialed')),
    clock: systemClock,
    logger: silentLogger,
    onState: () => undefined,
  });
  connection.start();
  await asked.promise;
  await connection.close();
  expect(connection.state.state).toBe('connecting');
  server.close();
  rmSync(folder, { recursive: true });
});
