import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answerEvents,
  answerStream,
  type EventStream,
  type HttpLimits,
  type ServerFeature,
} from '#relay/http/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { exchange, request } from '#test/support/raw-http.ts';

const HOST = 'Host: relay.example';

let relay: FeatureRelay;
let clock: FakeClock;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await relay.stop();
});

async function start(
  handle: (stream: EventStream) => Promise<void>,
  limits: Partial<HttpLimits> = {},
  perAddress?: number,
): Promise<void> {
  clock = new FakeClock();
  const feature: ServerFeature = {
    name: 'streams',
    requests: [{ method: 'GET', path: '/stream', handle: () => answerEvents(handle) }],
  };
  relay = await startFeatureRelay([feature], { clock, limits, ...(perAddress === undefined ? {} : { perAddress }) });
}

/** A client that reads as told. */
async function open(): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect(relay.port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(request(['GET /stream HTTP/1.1', HOST]));
  return { socket, text: () => text };
}

const untilGone = (stream: EventStream): Promise<void> =>
  new Promise((resolve) => stream.signal.addEventListener('abort', () => resolve()));

describe('an event stream', () => {
  it('sends each event at once, on one line whatever is in it', async () => {
    let stream: EventStream | undefined;
    await start((opened) => {
      stream = opened;
      return untilGone(opened);
    });
    const { text } = await open();
    await vi.waitFor(() => expect(text()).toContain('\r\n\r\n'));
    expect(text()).toMatch(/Content-Type: text\/event-stream\r\n/);
    expect(text()).toMatch(/Cache-Control: no-store\r\n/);
    expect(await stream?.send({ event: 'token', data: { text: 'a\n\nevent: done\ndata: \r\u2028' } })).toBe(true);
    expect(await stream?.send({ data: undefined })).toBe(true);
    await vi.waitFor(() => expect(text()).toContain('null'));
    const events = text()
      .slice(text().indexOf('\r\n\r\n') + 4)
      .split('\r\n')
      .filter((_line, index) => index % 2 === 1);
    expect(events.map((event) => Buffer.from(event, 'latin1').toString())).toEqual([
      `event: token\ndata: ${JSON.stringify({ text: 'a\n\nevent: done\ndata: \r\u2028' })}\n\n`,
      'data: null\n\n',
    ]);
    await expect(stream?.send({ event: 'a\ndata: b', data: 1 })).rejects.toThrow('not a name');
  });

  it('ends with its producer, and the connection with it', async () => {
    await start(async (stream) => {
      await stream.send({ data: 1 });
    });
    expect(await exchange(relay.port, request(['GET /stream HTTP/1.1', HOST]))).toMatch(
      /Connection: close[^]*data: 1\n\n/,
    );
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  it('answers HEAD without beginning', async () => {
    let calls = 0;
    await start(async () => {
      calls += 1;
      await Promise.resolve();
    });
    expect(await exchange(relay.port, request(['HEAD /stream HTTP/1.1', HOST]))).toContain('text/event-stream');
    expect(calls).toBe(0);
  });

  it('notices that its client has gone', async () => {
    const sent: (boolean | undefined)[] = [];
    let stream: EventStream | undefined;
    await start(async (opened) => {
      stream = opened;
      await untilGone(opened);
      sent.push(await opened.send({ data: 1 }));
    });
    const { socket } = await open();
    await vi.waitFor(() => expect(stream).toBeDefined());
    socket.destroy();
    await vi.waitFor(() => expect(sent).toEqual([false]));
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    expect(relay.failures).toEqual([]);
  });

  it('goes at the speed of its client', async () => {
    let sent = 0;
    await start(async (stream) => {
      while (sent < 400 && (await stream.send({ data: 'x'.repeat(100_000) }))) sent += 1;
    });
    const { socket, text } = await open();
    socket.pause();
    // The kernel takes some megabytes; what lies here is less than the limit.
    let before = -1;
    await vi.waitFor(
      () => {
        const now = sent;
        const stands = now === before && now > 0;
        before = now;
        expect(stands).toBe(true);
      },
      { interval: 200 },
    );
    expect(sent).toBeLessThan(400);
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    expect(sent).toBe(400);
    expect(text().match(/data: /g)).toHaveLength(400);
  });

  it('is cut if its producer does not wait and its client does not read', async () => {
    let stream: EventStream | undefined;
    await start(
      (opened) => {
        stream = opened;
        return untilGone(opened);
      },
      { streamBuffer: 100_000 },
    );
    const { socket } = await open();
    socket.pause();
    await vi.waitFor(() => expect(stream).toBeDefined());
    const results: Promise<boolean>[] = [];
    while (stream?.signal.aborted === false && results.length < 1000) {
      results.push(stream.send({ data: 'x'.repeat(50_000) }));
      await new Promise(setImmediate);
    }
    expect(stream?.signal.aborted).toBe(true);
    expect((await Promise.all(results)).at(-1)).toBe(false);
  });

  it('sends a comment in each interval, and drops who takes nothing for two', async () => {
    let stream: EventStream | undefined;
    await start((opened) => {
      stream = opened;
      return untilGone(opened);
    });
    const { socket, text } = await open();
    await vi.waitFor(() => expect(text()).toContain('\r\n\r\n'));
    for (const expected of [1, 2, 3]) {
      await clock.advance(18_000);
      await vi.waitFor(() => expect(text().match(/\r\n:\n\n\r\n/g)).toHaveLength(expected));
    }
    socket.pause();
    let room: Promise<boolean> | undefined = undefined;
    let isBehind = false;
    while (!isBehind) {
      room = stream?.send({ data: 'x'.repeat(500_000) });
      isBehind =
        (await Promise.race([room, new Promise((resolve) => setTimeout(resolve, 100, 'behind'))])) === 'behind';
    }
    await clock.advance(18_000);
    expect(stream?.signal.aborted).toBe(false);
    await clock.advance(18_000);
    await vi.waitFor(() => expect(stream?.signal.aborted).toBe(true));
    expect(await room).toBe(false);
  });

  it('no longer counts as a stranger’s connection, and has a limit of its own', async () => {
    await start(untilGone, { streams: 3 }, 1);
    for (let index = 0; index < 3; index += 1) {
      const { text } = await open();
      await vi.waitFor(() => expect(text()).toContain('event-stream'));
      await vi.waitFor(() => expect(relay.gate.size).toBe(0));
    }
    const { text } = await open();
    await vi.waitFor(() => expect(text()).toMatch(/^HTTP\/1\.1 503 [^]*platform\.busy/));
    sockets.pop()?.destroy();
    sockets.pop()?.destroy();
    await vi.waitFor(() => expect(relay.gate.size).toBe(0));
    const next = await open();
    await vi.waitFor(() => expect(next.text()).toContain('200 OK'));
  });

  it('ends when the relay stops', async () => {
    let isOver = false;
    await start(async (stream) => {
      await untilGone(stream);
      isOver = true;
    });
    const { socket, text } = await open();
    await vi.waitFor(() => expect(text()).toContain('event-stream'));
    const closed = once(socket, 'close');
    relay.drain();
    await closed;
    expect(isOver).toBe(true);
    // The last chunk: the client knows that the stream is whole.
    expect(text().endsWith('0\r\n\r\n')).toBe(true);
  });

  it('that fails is cut and reported', async () => {
    const failure = new Error('no node');
    await start(async (stream) => {
      await stream.send({ data: 1 });
      throw failure;
    });
    const answer = await exchange(relay.port, request(['GET /stream HTTP/1.1', HOST]));
    expect(answer).toMatch(/data: 1/);
    expect(answer.endsWith('0\r\n\r\n')).toBe(false);
    expect(relay.failures).toEqual([failure]);
  });
});

describe('a long answer', () => {
  async function chunks(make: () => AsyncIterable<string>): Promise<void> {
    clock = new FakeClock();
    relay = await startFeatureRelay(
      [
        {
          name: 'long',
          requests: [{ method: 'GET', path: '/stream', handle: () => answerStream('text/csv', make()) }],
        },
      ],
      { clock },
    );
  }

  it('is made as it is read, and no further than its client has read', async () => {
    let made = 0;
    let isReturned = false;
    await chunks(async function* () {
      try {
        while (true) {
          made += 1;
          yield 'x'.repeat(100_000);
          await new Promise(setImmediate);
        }
      } finally {
        isReturned = true;
      }
    });
    const { socket, text } = await open();
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(1_000_000));
    socket.destroy();
    await vi.waitFor(() => expect(isReturned).toBe(true));
    expect(made).toBeLessThan(1000);
    expect(relay.failures).toEqual([]);
  });

  it('is cut where it fails', async () => {
    await chunks(async function* () {
      yield 'a,b\n';
      await Promise.reject(new Error('database'));
    });
    const answer = await exchange(relay.port, request(['GET /stream HTTP/1.1', HOST]));
    expect([answer.includes('a,b\n'), answer.endsWith('0\r\n\r\n')]).toEqual([true, false]);
    expect(relay.failures).toEqual([new Error('database')]);
  });

  it('is whole otherwise', async () => {
    await chunks(async function* () {
      yield 'a,b\n';
      yield await Promise.resolve('1,2\n');
    });
    const answer = await fetch(`${relay.url}/stream`);
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/csv', 'a,b\n1,2\n']);
  });
});
