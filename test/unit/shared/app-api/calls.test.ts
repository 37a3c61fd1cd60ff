import { describe, expect, test } from 'vitest';
import { AppApiClient, AppApiServer, type AppHandlers, type CallContext } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { plainPeer } from '#test/support/app-views.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

const RELAY = {
  url: 'wss://relay.test',
  state: 'online',
  problem: null,
  retryAt: null,
  secure: true,
  keyId: null,
} as const;

function connect(given: Partial<AppHandlers>, limits = {}) {
  const [clientSide, serverSide] = createTransportPair();
  const server = new AppApiServer({ limits });
  const connection = server.serveConnection(serverSide, createHandlers(given));
  return { client: new AppApiClient(clientSide), server, connection, clientSide, serverSide };
}

describe('a call', () => {
  test('brings checked input to its handler and its output back', async () => {
    const { client } = connect({ 'relay.ready': ({ timeout }) => Promise.resolve({ ...RELAY, retryAt: timeout }) });
    expect(await client.call('relay.ready', { timeout: 5 })).toEqual({ ...RELAY, retryAt: 5 });
  });

  test('brings code, message and details of the agent to the caller', async () => {
    const { client } = connect({
      'agent.stop': () =>
        Promise.reject(new ClawReachError('peer.unknown', 'no such peer', { details: { name: 'office' } })),
    });
    const error = await client.call('agent.stop', {}).catch((error: unknown) => error);
    expect(error).toMatchObject({
      name: 'AppApiError',
      code: 'peer.unknown',
      message: 'no such peer',
      details: { name: 'office' },
    });
  });

  test('hides what an unexpected error says', async () => {
    const { client } = connect({ 'agent.stop': () => Promise.reject(new Error('secret at /home/x')) });
    const error = await client.call('agent.stop', {}).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'internal' });
    expect(String(error)).not.toContain('secret');
  });

  test('is refused without reaching the handler when its input is wrong', async () => {
    const { client } = connect({ 'relay.ready': () => Promise.resolve(RELAY) });
    expect(await codeOf(() => client.call('relay.ready', { timeout: -1 }))).toBe('control.invalid');
    expect(await codeOf(() => client.call('toString' as 'agent.stop', {}))).toBe('control.unknown-call');
    expect(await codeOf(() => client.call('__proto__' as 'agent.stop', {}))).toBe('control.unknown-call');
  });

  test('fails as internal when the handler answers something that was not agreed', async () => {
    const { client } = connect({ 'relay.ready': () => Promise.resolve({ ...RELAY, state: 'fine' as 'online' }) });
    expect(await codeOf(() => client.call('relay.ready', { timeout: 0 }))).toBe('internal');
  });

  test('fails as too large when the answer does not fit a message, and the connection goes on', async () => {
    const { client } = connect({
      'audit.list': ({ limit }) =>
        Promise.resolve(Array.from({ length: limit }, () => ({ at: 1, event: 'x'.repeat(2000), fields: {} }))),
    });
    expect(await codeOf(() => client.call('audit.list', { limit: 1000 }))).toBe('control.too-large');
    expect(await client.call('audit.list', { limit: 2 })).toHaveLength(2);
  });

  test('reports progress before its answer', async () => {
    const peer = plainPeer();
    const words = ['one', 'two', 'three', 'four'];
    const { client } = connect({
      'pairing.result': async (_input, { progress }) => {
        progress('joined');
        progress('confirming');
        return { peer, words };
      },
    });
    const seen: string[] = [];
    const result = await client.call('pairing.result', { pairing: 1 }, { onProgress: (step) => seen.push(step) });
    expect(seen).toEqual(['joined', 'confirming']);
    expect(result.words).toEqual(words);
  });

  test('that is cancelled rejects at once and aborts its handler', async () => {
    let context: CallContext<'relay.ready'> | undefined;
    const { client } = connect({
      'relay.ready': (_input, given) => {
        context = given;
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const code = codeOf(() => client.call('relay.ready', { timeout: 0 }, { signal: controller.signal }));
    await settle();
    expect(context?.signal.aborted).toBe(false);
    controller.abort();
    expect(await code).toBe('control.cancelled');
    await settle();
    expect(context?.signal.aborted).toBe(true);
    expect(await codeOf(() => client.call('relay.ready', { timeout: 0 }, { signal: controller.signal }))).toBe(
      'control.cancelled',
    );
  });

  test('rejects with control.lost when the connection ends, and its handler is aborted', async () => {
    let signal: AbortSignal | undefined;
    const { client, clientSide, connection, server } = connect({
      'relay.ready': (_input, context) => {
        signal = context.signal;
        return new Promise(() => undefined);
      },
    });
    const code = codeOf(() => client.call('relay.ready', { timeout: 0 }));
    await settle();
    expect(server.connectionCount).toBe(1);
    clientSide.close();
    expect(await code).toBe('control.lost');
    expect(signal?.aborted).toBe(true);
    expect(connection.closed.aborted).toBe(true);
    expect(server.connectionCount).toBe(0);
    expect(await codeOf(() => client.call('agent.stop', {}))).toBe('control.lost');
    expect((await client.closed)?.code).toBe('control.lost');
  });

  test('beyond the limit of calls at once is refused, and room comes back', async () => {
    const finish: (() => void)[] = [];
    const { client } = connect({
      'agent.stop': () =>
        new Promise((resolve) => {
          finish.push(() => resolve({}));
        }),
    });
    const running = Array.from({ length: 64 }, () => client.call('agent.stop', {}));
    expect(await codeOf(() => client.call('agent.stop', {}))).toBe('control.busy');
    for (const go of finish.splice(0)) go();
    await Promise.all(running);
    const next = client.call('agent.stop', {});
    await settle();
    finish[0]?.();
    expect(await next).toEqual({});
  });
});

describe('an event', () => {
  test('reaches the listeners of every user interface until they are taken off', async () => {
    const { client, server } = connect({});
    const seen: unknown[] = [];
    const off = client.on('approvals.changed', (payload) => seen.push(payload));
    server.broadcast('approvals.changed', []);
    await settle();
    off();
    server.broadcast('approvals.changed', []);
    await settle();
    expect(seen).toEqual([[]]);
  });

  test('for one connection reaches no other', async () => {
    const [first, firstServer] = createTransportPair();
    const [second, secondServer] = createTransportPair();
    const server = new AppApiServer();
    const connection = server.serveConnection(firstServer, createHandlers());
    server.serveConnection(secondServer, createHandlers());
    const seen: string[] = [];
    new AppApiClient(first).on('terminal.ended', () => seen.push('first'));
    new AppApiClient(second).on('terminal.ended', () => seen.push('second'));
    connection.emit('terminal.ended', { channel: 1, exitCode: 0, signal: null, code: null });
    await settle();
    expect(seen).toEqual(['first']);
  });

  test('disconnects a user interface that takes nothing, and no other', async () => {
    const { server, connection, serverSide } = connect({}, { sendQueue: 10_000 });
    const [other, otherServer] = createTransportPair();
    const healthy = server.serveConnection(otherServer, createHandlers());
    const client = new AppApiClient(other);
    serverSide.stall(true);
    for (let count = 0; count < 1000 && !connection.closed.aborted; count += 1) {
      server.broadcast('approvals.changed', []);
      await settle(1);
    }
    expect(connection.closed.aborted).toBe(true);
    expect(healthy.closed.aborted).toBe(false);
    expect(await codeOf(() => client.call('agent.stop', {}))).toBe('test.refused');
  });
});

test('a user interface that floods calls and reads no answer is disconnected with a bounded queue', async () => {
  const { client, connection, serverSide } = connect({}, { sendQueue: 50_000 });
  serverSide.stall(true);
  const calls: Promise<string>[] = [];
  let highest = 0;
  for (let count = 0; count < 5000 && !connection.closed.aborted; count += 1) {
    calls.push(codeOf(() => client.call('relay.ready', { timeout: -1 })));
    highest = Math.max(highest, serverSide.bufferedBytes);
    if (count % 50 === 0) await settle(1);
  }
  expect(connection.closed.aborted).toBe(true);
  expect(highest).toBeLessThan(100_000);
  for (const code of await Promise.all(calls)) expect(code).toBe('control.lost');
});

test('an agent that answers nonsense ends the connection of the client', async () => {
  const { client, serverSide } = connect({});
  const pending = codeOf(() => client.call('agent.stop', {}));
  serverSide.send(new Uint8Array([0, 1, 2]));
  expect(await pending).toBe('control.protocol');
});
