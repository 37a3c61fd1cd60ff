import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MOST_UNHANDLED, serveSocket, type SocketWorkerScope } from '#renderer/store/connection/serve-socket.ts';
import { WorkerSocket, type SocketEvents, type SocketWorker } from '#renderer/store/connection/worker-socket.ts';

/** A WebSocket without a network. */
class FakeSocket extends EventTarget {
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly send = vi.fn<(bytes: ArrayBuffer) => void>();
  readonly close = vi.fn<(code?: number) => void>();

  receive(data: string | ArrayBuffer): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

const open: { close(): void }[] = [];
let socket: FakeSocket;
let connected: ReturnType<typeof vi.fn<(url: string, protocols: readonly string[]) => void>>;
let terminate: ReturnType<typeof vi.fn<() => void>>;
let fail: () => void;

beforeEach(() => {
  socket = new FakeSocket();
  connected = vi.fn();
  terminate = vi.fn();
});
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** Both sides, joined by ports in place of a worker. */
function start(): Readonly<{
  page: WorkerSocket;
  events: { [Name in keyof SocketEvents]: ReturnType<typeof vi.fn<SocketEvents[Name]>> };
}> {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const listen = (port: typeof port1) => (type: string, listener: (event: MessageEvent) => void) => {
    if (type === 'message') port.on('message', (data: unknown) => listener(new MessageEvent('message', { data })));
    else fail = () => listener(new MessageEvent('error'));
  };
  const scope = { postMessage: port2.postMessage.bind(port2), addEventListener: listen(port2) };
  serveSocket(scope as unknown as SocketWorkerScope, (url, protocols) => {
    connected(url, protocols);
    return socket as unknown as WebSocket;
  });
  const worker = { postMessage: port1.postMessage.bind(port1), addEventListener: listen(port1), terminate };
  const events = {
    text: vi.fn<SocketEvents['text']>(),
    binary: vi.fn<SocketEvents['binary']>(),
    sent: vi.fn<SocketEvents['sent']>(),
    closed: vi.fn<SocketEvents['closed']>(),
  };
  const page = new WorkerSocket(
    worker as unknown as SocketWorker,
    new URL('ws://127.0.0.1/api'),
    ['one', 'two'],
    events,
  );
  return { page, events };
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, 15_000);

describe('a socket in a worker', () => {
  test('connects with the address and the protocols of the page, and passes messages on in order and whole', async () => {
    const { page, events } = start();
    await until(() => expect(connected).toHaveBeenCalledWith('ws://127.0.0.1/api', ['one', 'two']));
    expect(socket.binaryType).toBe('arraybuffer');
    socket.receive('hello');
    socket.receive(Uint8Array.of(1, 2).buffer);
    socket.receive(Uint8Array.of(3).buffer);
    await until(() => expect(events.binary).toHaveBeenCalledTimes(2));
    expect(events.text.mock.calls).toEqual([['hello']]);
    expect(events.binary.mock.calls).toEqual([[Uint8Array.of(1, 2)], [Uint8Array.of(3)]]);
    // A view of a larger buffer, which stays the page's own.
    const large = Uint8Array.of(0, 7, 8, 0);
    page.send(large.subarray(1, 3));
    await until(() => expect(socket.send).toHaveBeenCalledTimes(1));
    expect(new Uint8Array(socket.send.mock.calls[0]?.[0] ?? new ArrayBuffer())).toEqual(Uint8Array.of(7, 8));
    expect(large).toEqual(Uint8Array.of(0, 7, 8, 0));
  });

  test('counts what is sent as buffered until the system has taken it', async () => {
    const { page, events } = start();
    await until(() => expect(connected).toHaveBeenCalled());
    socket.send.mockImplementation((bytes) => {
      socket.bufferedAmount += bytes.byteLength;
    });
    page.send(new Uint8Array(1000));
    expect(page.bufferedBytes).toBe(1000);
    await until(() => expect(socket.send).toHaveBeenCalled());
    socket.bufferedAmount = 400;
    await until(() => expect(page.bufferedBytes).toBe(400));
    socket.bufferedAmount = 0;
    await until(() => expect(page.bufferedBytes).toBe(0));
    expect(events.sent).toHaveBeenCalledTimes(2);
  });

  test('reports the end once, and ends the worker', async () => {
    const { page, events } = start();
    await until(() => expect(connected).toHaveBeenCalled());
    page.close();
    await until(() => expect(socket.close).toHaveBeenCalledWith(1000));
    socket.dispatchEvent(Object.assign(new Event('close'), { code: 4401, wasClean: true }));
    await until(() => expect(events.closed).toHaveBeenCalledWith(4401, true));
    expect(terminate).toHaveBeenCalledTimes(1);
    fail();
    expect(events.closed).toHaveBeenCalledTimes(1);
  });

  test('a worker whose script does not come is a lost connection', () => {
    const { events } = start();
    fail();
    expect(events.closed.mock.calls).toEqual([[1006, false]]);
    expect(terminate).toHaveBeenCalledTimes(1);
  });

  test('a page that handles what it gets may get any number of bytes, one that does not is cut off', async () => {
    const { events } = start();
    await until(() => expect(connected).toHaveBeenCalled());
    const piece = 8 * 1024 * 1024;
    for (let count = 1; count <= 8; count += 1) {
      socket.receive(new ArrayBuffer(piece));
      await until(() => expect(events.binary).toHaveBeenCalledTimes(count));
      // The report to the worker was sent before this answer of it.
      socket.receive('');
      await until(() => expect(events.text).toHaveBeenCalledTimes(count));
    }
    expect(socket.close).not.toHaveBeenCalled();
    for (let given = 0; given <= MOST_UNHANDLED; given += piece) socket.receive(new ArrayBuffer(piece));
    expect(socket.close).toHaveBeenCalledTimes(1);
  });
});
