import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PortTransport } from '#renderer/store/connection/port-transport.ts';
import type { AppTransportHandlers } from '#shared/app-api/index.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

function connect(): Readonly<{ transport: PortTransport; far: MessageChannel['port2'] }> {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  // Node's ports speak as those of a page do, and are typed as those of Node.
  return { transport: new PortTransport(port1 as unknown as MessagePort), far: port2 };
}

function listen(): Readonly<{
  [Name in keyof AppTransportHandlers]: ReturnType<typeof vi.fn<AppTransportHandlers[Name]>>;
}> {
  return {
    message: vi.fn<AppTransportHandlers['message']>(),
    drain: vi.fn<AppTransportHandlers['drain']>(),
    closed: vi.fn<AppTransportHandlers['closed']>(),
  };
}

describe('a transport over a port', () => {
  test('carries whole messages in both directions, and stores those that came early', async () => {
    const { transport, far } = connect();
    far.postMessage(Uint8Array.of(1, 2));
    const heard = new Promise((resolve) => {
      far.once('message', resolve);
    });
    transport.send(Uint8Array.of(7));
    await expect(heard).resolves.toEqual(Uint8Array.of(7));
    const handlers = listen();
    transport.setHandlers(handlers);
    far.postMessage(Uint8Array.of(3));
    await vi.waitFor(() => expect(handlers.message).toHaveBeenCalledTimes(2), 15_000);
    expect(handlers.message.mock.calls).toEqual([[Uint8Array.of(1, 2)], [Uint8Array.of(3)]]);
  });

  test('sends a view without the buffer behind it', async () => {
    const { transport, far } = connect();
    const heard = new Promise<Uint8Array>((resolve) => {
      far.once('message', resolve);
    });
    transport.send(new Uint8Array(1024).subarray(8, 12));
    expect((await heard).buffer.byteLength).toBe(4);
  });

  test('reports the end of the other side once, and sends no more', async () => {
    const { transport, far } = connect();
    const handlers = listen();
    transport.setHandlers(handlers);
    far.close();
    await vi.waitFor(() => expect(handlers.closed).toHaveBeenCalledTimes(1), 15_000);
    transport.send(Uint8Array.of(1));
    transport.close();
    expect(handlers.closed.mock.calls).toEqual([[undefined]]);
  });

  test('reports an end that came before a handler was set', async () => {
    const { transport } = connect();
    transport.close();
    const handlers = listen();
    transport.setHandlers(handlers);
    expect(handlers.closed).toHaveBeenCalledTimes(1);
  });

  test('ends when something else than bytes comes', async () => {
    const { transport, far } = connect();
    const handlers = listen();
    transport.setHandlers(handlers);
    far.postMessage({ type: 'call' });
    await vi.waitFor(() => expect(handlers.closed).toHaveBeenCalledTimes(1), 15_000);
    expect(handlers.closed.mock.calls[0]?.[0]).toBeInstanceOf(TypeError);
    expect(handlers.message).not.toHaveBeenCalled();
  });
});
