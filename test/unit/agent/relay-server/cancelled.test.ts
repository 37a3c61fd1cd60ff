import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SshServices } from '#agent/forwards/ssh/index.ts';
import { createRelayServers } from '#agent/relay-server/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { AppHandlers, CallInput } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

/** A server that takes connections and never answers, so that a task waits there. */
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
});
let handlers: Partial<AppHandlers>;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const core = { audit: { record: () => undefined }, clock: systemClock, crypto, logger: silentLogger };
  const home = join(tmpdir(), 'no-home');
  const module = createRelayServers({ ...core, views: { broadcast: () => undefined } } as never, {
    relayServers: {
      file: new MemoryDocumentFile(),
      sshConfigFile: join(home, 'config'),
      user: 'ada',
      packages: {} as never,
    },
    network: { relay: { status: { url: null, state: 'none' } } } as never,
    sshServices: new SshServices({
      file: new MemoryDocumentFile(),
      machine: { home, environment: {}, knownHostsFile: join(home, 'known_hosts') },
      clock: systemClock,
      logger: silentLogger,
    }),
    version: '0.1.0',
  });
  handlers = module.handlers ?? {};
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

/** Runs a task as a client does, until the server has its connection. */
async function run(signal = new AbortController().signal) {
  const { port } = server.address() as AddressInfo;
  const input: CallInput<'relayServers.run'> = {
    task: 'deploy',
    server: { host: '127.0.0.1', port, login: { method: 'password' } },
  };
  const shown: string[] = [];
  const ended = handlers['relayServers.run']?.(input, {
    signal,
    progress: (progress: { kind: string; step?: string }) => shown.push(progress.step ?? progress.kind),
  } as never);
  return {
    shown,
    outcome: Promise.resolve(ended).then(
      () => 'done',
      (error: { code: string }) => error,
    ),
  };
}

const connected = async (count: number): Promise<void> => {
  await expect.poll(() => sockets.size, { timeout: 5000 }).toBe(count);
};
const cancel = () => handlers['relayServers.cancel']?.({}, {} as never);

it('a second task is told which server the first one works at, and how to cancel it', async () => {
  const first = await run();
  await connected(1);
  const busy = await (await run()).outcome;
  expect(busy).toMatchObject({ code: 'relay-server.busy', details: { server: '127.0.0.1' } });
  const { what, next } = commandErrorText('relay-server.busy', '', { server: '127.0.0.1' });
  expect(what).toContain('127.0.0.1');
  expect(next).toContain('clawreach relay-server cancel');
  expect(await cancel()).toEqual({ server: '127.0.0.1' });
  expect(await first.outcome).toMatchObject({ code: 'relay-server.cancelled' });
});

it('a cancelled task blocks no other: the next one starts when it has ended', async () => {
  const first = await run();
  await connected(1);
  const cancelled = cancel();
  const second = await run();
  expect(second.shown).toEqual(['undo']);
  await cancelled;
  expect(await first.outcome).toMatchObject({ code: 'relay-server.cancelled' });
  await connected(2);
  await cancel();
  expect(await second.outcome).toMatchObject({ code: 'relay-server.cancelled' });
});

it('a task ends with the client that started it, as after a killed command', async () => {
  const client = new AbortController();
  const first = await run(client.signal);
  await connected(1);
  client.abort();
  expect(await first.outcome).toMatchObject({ code: 'relay-server.cancelled' });
  expect(await cancel()).toEqual({ server: null });
});
