import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { APP_CALLS, APP_EVENTS, APP_WIRE_LIMITS, type AppTransport } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { CALL_NAMES, EVENT_NAMES } from '../../../../src-main/desktop/bridge-names.ts';
import { Connector, type ConnectEvent, type ConnectedContents } from '../../../../src-main/desktop/window/connector.ts';
import { MainPortTransport } from '../../../../src-main/desktop/window/port-transport.ts';

class FakePort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = false;
  closed = 0;
  postMessage = (message: unknown): void => void this.sent.push(message);
  start = (): void => {
    this.started = true;
  };
  close = (): void => {
    this.closed += 1;
  };
}

function transport(port: FakePort): MainPortTransport {
  return new MainPortTransport(port);
}

function handlers() {
  return {
    message: vi.fn<(bytes: Uint8Array) => void>(),
    drain: vi.fn<() => void>(),
    closed: vi.fn<(error?: Error) => void>(),
  };
}

describe('the names that the page gets', () => {
  it('are those of the schema', () => {
    expect(CALL_NAMES.toSorted()).toEqual(Object.keys(APP_CALLS).toSorted());
    expect(EVENT_NAMES.toSorted()).toEqual(Object.keys(APP_EVENTS).toSorted());
  });
});

describe('a port', () => {
  it('is not read before somebody listens', () => {
    const port = new FakePort();
    const end = transport(port);
    expect(port.started).toBe(false);
    end.setHandlers(handlers());
    expect(port.started).toBe(true);
  });

  it('carries bytes in arrays of their own, never the buffer they are a view of', () => {
    const port = new FakePort();
    const large = new Uint8Array(1024);
    transport(port).send(large.subarray(8, 12));
    transport(port).send(Buffer.from('hello'));
    const [view, pooled] = port.sent as Uint8Array[];
    expect(view?.buffer.byteLength).toBe(4);
    expect(pooled?.buffer.byteLength).toBe(5);
    expect(pooled?.constructor).toBe(Uint8Array);
  });

  it.each([
    ['text', 'hello'],
    ['nothing', null],
    ['an object', { type: 'call' }],
    ['too much', new Uint8Array(APP_WIRE_LIMITS.message + 1)],
  ])('is closed on %s', async (_what, data) => {
    const port = new FakePort();
    const listener = handlers();
    transport(port).setHandlers(listener);
    port.emit('message', { data });
    port.emit('message', { data: new Uint8Array([1]) });
    await Promise.resolve();
    expect(port.closed).toBe(1);
    expect(listener.message).not.toHaveBeenCalled();
    expect(listener.closed).toHaveBeenCalledOnce();
  });

  it('tells its end once, from whichever side it comes', async () => {
    const port = new FakePort();
    const end = transport(port);
    const listener = handlers();
    end.setHandlers(listener);
    port.emit('close');
    end.close();
    await Promise.resolve();
    expect(listener.closed).toHaveBeenCalledOnce();
    end.send(new Uint8Array([1]));
    expect(port.sent).toEqual([]);
  });
});

class FakeContents extends EventEmitter {
  mainFrame = { url: 'app://clawreach/index.html', parent: null, postMessage: vi.fn() };
}

function connected(): {
  contents: FakeContents;
  ports: FakePort[];
  attached: AppTransport[];
  listening: boolean[];
  connect: (event: Partial<ConnectEvent>) => void;
  isOwn: (event: Partial<ConnectEvent>) => boolean;
} {
  const contents = new FakeContents();
  const ports: FakePort[] = [];
  const attached: AppTransport[] = [];
  const listening: boolean[] = [];
  const connector = new Connector({
    createChannel: () => {
      const port = new FakePort();
      ports.push(port);
      return { port1: port, port2: new FakePort() };
    },
    attach: (end) => {
      attached.push(end);
      end.setHandlers(handlers());
    },
    listening: (value) => listening.push(value),
    logger: silentLogger,
  });
  connector.follow(contents as unknown as ConnectedContents);
  const connect = (event: Partial<ConnectEvent>): void =>
    connector.connect({ sender: contents, senderFrame: contents.mainFrame, ...event });
  const isOwn = (event: Partial<ConnectEvent>): boolean =>
    connector.isOwnPage({ sender: contents, senderFrame: contents.mainFrame, ...event });
  return { contents, ports, attached, listening, connect, isOwn };
}

describe('a connection', () => {
  it('goes to the main frame of our page', () => {
    const { contents, attached, connect } = connected();
    connect({});
    expect(attached.length).toBe(1);
    expect(contents.mainFrame.postMessage).toHaveBeenCalledWith('clawreach:port', null, [expect.anything()]);
  });

  it.each([
    ['another window', { sender: new EventEmitter() }],
    ['a frame that is gone', { senderFrame: null }],
    [
      'a frame inside the page',
      { senderFrame: { url: 'app://clawreach/index.html', parent: {}, postMessage: vi.fn() } },
    ],
  ])('is refused to %s [S-APP-1]', (_who, event) => {
    const { attached, connect, isOwn } = connected();
    connect(event as unknown as Partial<ConnectEvent>);
    expect(attached).toEqual([]);
    expect(isOwn(event as unknown as Partial<ConnectEvent>)).toBe(false);
  });

  it.each([
    'https://evil.example/',
    'app://clawreach.evil/',
    'app://evil/',
    'about:blank',
    'file:///tmp/index.html',
    '',
  ])('is refused to the page %s [S-APP-1]', (url) => {
    const { contents, attached, connect, isOwn } = connected();
    expect(isOwn({})).toBe(true);
    contents.mainFrame.url = url;
    connect({});
    expect(attached).toEqual([]);
    expect(isOwn({})).toBe(false);
  });

  it('is one for each load of the page: the next closes the one before [S-APP-1]', () => {
    const { contents, ports, connect } = connected();
    connect({});
    connect({});
    expect(ports.map(({ closed }) => closed)).toEqual([1, 0]);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(ports[1]?.closed).toBe(0);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(ports[1]?.closed).toBe(1);
  });

  it('ends with the process of the page', () => {
    const { contents, ports, connect } = connected();
    connect({});
    contents.emit('render-process-gone');
    expect(ports[0]?.closed).toBe(1);
  });

  it("counts as listened to from the page's first word on, until it ends", () => {
    const { contents, ports, listening, connect } = connected();
    connect({});
    expect(listening).toEqual([]);
    ports[0]?.emit('message', { data: new Uint8Array([0]) });
    ports[0]?.emit('message', { data: new Uint8Array([0]) });
    expect(listening).toEqual([true]);
    contents.emit('destroyed');
    expect(listening).toEqual([true, false]);
  });
});
