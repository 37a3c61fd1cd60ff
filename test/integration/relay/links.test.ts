import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { openRawLink, openWebSocketLink, rawReady, RelayAgent } from '#test/support/relay-agent.ts';
import { connectPair, joinMember, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;
let owner: Member;
let member: Member;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay());
  owner = await joinOwner(relay);
  member = await joinMember(relay, owner);
});
afterAll(async () => {
  await stop();
});

/** One end of a joined link, whichever form it has. */
type End = Readonly<{
  resume(): void;
  write(bytes: Uint8Array): Promise<void>;
  /** Reads until so many bytes came. */
  read(count: number): Promise<Buffer>;
  pause(): void;
  end(): void;
  abort(): void;
  closed: Promise<unknown>;
}>;

function collector(): { add: (chunk: Buffer) => void; read: (count: number) => Promise<Buffer> } {
  let held: Buffer[] = [];
  let size = 0;
  let wanted: Readonly<{ count: number; resolve: (bytes: Buffer) => void }> | undefined;
  const serve = (): void => {
    if (wanted === undefined || size < wanted.count) return;
    const { count, resolve } = wanted;
    wanted = undefined;
    const all = Buffer.concat(held);
    held = [all.subarray(count)];
    size = all.length - count;
    resolve(all.subarray(0, count));
  };
  return {
    add(chunk) {
      held.push(chunk);
      size += chunk.length;
      serve();
    },
    read: (count) =>
      new Promise((resolve) => {
        wanted = { count, resolve };
        serve();
      }),
  };
}

async function rawEnd(socket: Socket): Promise<End> {
  await rawReady(socket);
  const { add, read } = collector();
  socket.on('data', add);
  socket.resume();
  return {
    async write(bytes) {
      if (!socket.write(bytes)) await once(socket, 'drain');
    },
    read,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.end(),
    abort: () => socket.resetAndDestroy(),
    closed: new Promise((resolve) => socket.once('close', resolve)),
  };
}

async function webSocketEnd(socket: WebSocket): Promise<End> {
  const [first] = (await once(socket, 'message')) as [Buffer];
  if (first.length !== 1 || first[0] !== 1) throw new Error('no ready byte');
  const { add, read } = collector();
  socket.on('message', (data: Buffer) => add(data));
  return {
    write: (bytes) => new Promise((resolve) => socket.send(bytes, () => resolve())),
    read,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.close(),
    abort: () => socket.terminate(),
    closed: new Promise((resolve) => socket.once('close', resolve)),
  };
}

type Form = 'raw' | 'websocket';

async function openEnd(form: Form, ticket: string): Promise<() => Promise<End>> {
  if (form === 'websocket') {
    const socket = await openWebSocketLink(relay, ticket);
    const end = webSocketEnd(socket);
    return () => end;
  }
  const socket = await openRawLink(relay, ticket);
  const end = rawEnd(socket);
  return () => end;
}

async function joinedPair(from: Form, to: Form): Promise<{ connection: string; left: End; right: End }> {
  const { connection, tickets } = await connectPair(owner, member);
  const first = await openEnd(from, tickets[0]);
  const second = await openEnd(to, tickets[1]);
  const [left, right] = await Promise.all([first(), second()]);
  return { connection, left, right };
}

async function bothHear(connection: string): Promise<string[]> {
  const closed = [owner, member].map(({ agent }) =>
    agent.next('closed', (message) => message.connection === connection),
  );
  return (await Promise.all(closed)).map(({ reason }) => reason);
}

test.each<[Form, Form]>([
  ['raw', 'raw'],
  ['raw', 'websocket'],
  ['websocket', 'raw'],
  ['websocket', 'websocket'],
])('32 MiB from %s to %s arrive byte for byte, while the other direction works', async (from, to) => {
  const { connection, left, right } = await joinedPair(from, to);
  const size = 32 * 1024 * 1024;
  const sent = createHash('sha256');
  const send = async (): Promise<void> => {
    let value = 0;
    for (let offset = 0; offset < size;) {
      // Sizes that fit no buffer of the relay.
      const chunk = Buffer.alloc(Math.min(size - offset, 60_001), (value += 1));
      chunk.writeUInt32BE(offset, 0);
      sent.update(chunk);
      await left.write(chunk);
      offset += chunk.length;
    }
  };
  const [received] = await Promise.all([right.read(size), send(), right.write(Buffer.from('pong'))]);
  expect(createHash('sha256').update(received).digest('hex')).toBe(sent.digest('hex'));
  expect((await left.read(4)).toString()).toBe('pong');
  left.end();
  await right.closed;
  expect(await bothHear(connection)).toEqual(['ended', 'ended']);
});

test.each<[Form, Form]>([
  ['raw', 'raw'],
  ['raw', 'websocket'],
])('readers at both ends of %s and %s that stop again and again still get every byte', async (from, to) => {
  const { connection, left, right } = await joinedPair(from, to);
  const size = 24 * 1024 * 1024;
  const [there, back] = [randomBytes(size), randomBytes(size)];
  const send = async (end: End, bytes: Buffer): Promise<void> => {
    for (let offset = 0; offset < size; offset += 150_001) await end.write(bytes.subarray(offset, offset + 150_001));
  };
  let stopped = false;
  const stutter = setInterval(() => {
    stopped = !stopped;
    for (const end of [left, right]) (stopped ? end.pause : end.resume)();
  }, 7);
  const [atRight, atLeft] = await Promise.all([
    right.read(size),
    left.read(size),
    send(left, there),
    send(right, back),
  ]);
  clearInterval(stutter);
  expect(atRight.equals(there)).toBe(true);
  expect(atLeft.equals(back)).toBe(true);
  for (const end of [left, right]) end.resume();
  left.end();
  expect(await bothHear(connection)).toEqual(['ended', 'ended']);
});

test.each<[Form, Form]>([
  ['raw', 'raw'],
  ['websocket', 'raw'],
  ['raw', 'websocket'],
])('what one side sent before it ended or broke still arrives (%s to %s)', async (from, to) => {
  const orderly = await joinedPair(from, to);
  await orderly.left.write(Buffer.alloc(500_000, 7));
  orderly.left.end();
  expect((await orderly.right.read(500_000)).every((byte) => byte === 7)).toBe(true);
  await orderly.right.closed;
  await orderly.left.closed;
  expect(await bothHear(orderly.connection)).toEqual(['ended', 'ended']);

  const broken = await joinedPair(from, to);
  broken.left.abort();
  await broken.right.closed;
  expect(await bothHear(broken.connection)).toEqual(['ended', 'ended']);
});

test('cancel ends a joined link on both sides', async () => {
  const { connection, left, right } = await joinedPair('raw', 'raw');
  owner.agent.send({ type: 'cancel', connection });
  await Promise.all([left.closed, right.closed]);
  expect(await bothHear(connection)).toEqual(['cancelled', 'cancelled']);
});

test('a slow reader holds up its own writer, within bounds, and no other pair [S-RELAY-10]', async () => {
  const slow = await joinedPair('raw', 'raw');
  slow.right.pause();
  let written = 0;
  const flood = (async () => {
    const chunk = Buffer.alloc(256 * 1024);
    for (let count = 0; count < 400; count += 1) {
      await slow.left.write(chunk);
      written += chunk.length;
    }
  })();
  const quick = await joinedPair('raw', 'websocket');
  for (let round = 0; round < 50; round += 1) {
    await quick.left.write(Buffer.alloc(32 * 1024, round));
    expect((await quick.right.read(32 * 1024))[0]).toBe(round);
  }
  // Kernel buffers of two sockets, 1 MiB in the relay, and what this end holds: far below 100 MiB.
  expect(written).toBeLessThan(40 * 1024 * 1024);
  slow.left.abort();
  slow.right.abort();
  await Promise.race([flood, slow.left.closed]);
  await bothHear(slow.connection);
  quick.left.end();
  await bothHear(quick.connection);
});

test('a ticket is good once, for its own place [S-RELAY-10]', async () => {
  const { connection, tickets } = await connectPair(owner, member);
  const left = rawEnd(await openRawLink(relay, tickets[0]));
  const thief = await openRawLink(relay, tickets[0]);
  await expect(rawReady(thief)).rejects.toThrow(/closed/);
  const right = rawEnd(await openRawLink(relay, tickets[1]));
  const [first, second] = await Promise.all([left, right]);
  await first.write(Buffer.from('mine'));
  expect((await second.read(4)).toString()).toBe('mine');
  first.end();
  await bothHear(connection);
  const late = await openRawLink(relay, tickets[1]);
  await expect(rawReady(late)).rejects.toThrow(/closed/);
});

test('tickets of two connections never make a pair [S-RELAY-10]', async () => {
  const one = await connectPair(owner, member);
  const two = await connectPair(owner, member);
  const mixed = await Promise.all([
    openRawLink(relay, one.tickets[0]).then((socket) => rawEnd(socket)),
    openRawLink(relay, two.tickets[1]).then((socket) => rawEnd(socket)),
    openRawLink(relay, two.tickets[0]).then((socket) => rawEnd(socket)),
    openRawLink(relay, one.tickets[1]).then((socket) => rawEnd(socket)),
  ]);
  await mixed[0].write(Buffer.from('one'));
  await mixed[2].write(Buffer.from('two'));
  expect((await mixed[3].read(3)).toString()).toBe('one');
  expect((await mixed[1].read(3)).toString()).toBe('two');
  for (const end of mixed) end.end();
  await bothHear(one.connection);
  await bothHear(two.connection);
});

test('guessed tickets, bytes before the answer and text frames end the data connection', async () => {
  await expect(rawReady(await openRawLink(relay, toBase64Url(new Uint8Array(32))))).rejects.toThrow(/closed/);
  const { connection, tickets } = await connectPair(owner, member);
  const eager = await openRawLink(relay);
  eager.write(Buffer.concat([Buffer.from(tickets[0], 'base64url'), Buffer.from('x')]));
  await expect(rawReady(eager)).rejects.toThrow(/closed/);
  // Nothing was shown: the ticket is still good. Bytes while waiting end the connection for both.
  const early = await openRawLink(relay, tickets[0]);
  // A round trip of another connection: by then the ticket was read, and 'x' comes alone.
  const other = await openRawLink(relay);
  early.write('x');
  other.destroy();
  await expect(rawReady(early)).rejects.toThrow(/closed/);
  expect(await bothHear(connection)).toEqual(['ended', 'ended']);
  const texts = await openWebSocketLink(relay);
  texts.send('not binary');
  await once(texts, 'close');
  const huge = await openWebSocketLink(relay);
  huge.send(Buffer.alloc(1024 * 1024 + 1));
  await once(huge, 'close');
});

test('tickets run out, unanswered rings too, and a dribbled ticket is cut off', async () => {
  const { relay: quick, stop: stopQuick } = await startTestRelay({
    limits: { ticketLife: 300, acceptTimeout: 300, helloTimeout: 600 },
  });
  const first = await joinOwner(quick);
  const second = await joinMember(quick, first);
  const { connection, tickets } = await connectPair(first, second);
  expect(await first.agent.next('closed')).toMatchObject({ connection, reason: 'ticket' });
  await second.agent.next('closed');
  await expect(rawReady(await openRawLink(quick, tickets[0]))).rejects.toThrow(/closed/);

  const ring = 'cd'.repeat(16);
  first.agent.send({ type: 'connect', connection: ring, to: second.device.peerId, message1: 'AAAA' });
  expect(await first.agent.next('refused')).toMatchObject({ connection: ring, reason: 'timeout' });
  expect(await second.agent.next('closed')).toMatchObject({ connection: ring, reason: 'timeout' });

  const dribble = await openRawLink(quick);
  const timer = setInterval(() => dribble.writable && dribble.write('x'), 100);
  await expect(rawReady(dribble)).rejects.toThrow(/closed/);
  clearInterval(timer);
  await stopQuick();
});

test('a link outlives the control connections it was made on', async () => {
  const first = await joinOwner(relay);
  const second = await joinMember(relay, first);
  const { tickets } = await connectPair(first, second);
  const ends = await Promise.all(tickets.map(async (ticket) => rawEnd(await openRawLink(relay, ticket))));
  await Promise.all([first.agent.close(), second.agent.close()]);
  const [left, right] = ends;
  await left?.write(Buffer.from('still here'));
  expect((await right?.read(10))?.toString()).toBe('still here');
  left?.end();
  await right?.closed;
});

test('leaving ends what has not been joined', async () => {
  const second = await joinMember(relay, owner);
  const { connection, tickets } = await connectPair(owner, second);
  const waiting = await openRawLink(relay, tickets[0]);
  await second.agent.close();
  await expect(rawReady(waiting)).rejects.toThrow(/closed/);
  expect(await owner.agent.next('closed')).toMatchObject({ connection, reason: 'left' });
});

test('a relay that is stopped for good announces no restart', async () => {
  const { relay: leaving, stop: stopLeaving } = await startTestRelay({ announceRestart: false });
  const { agent } = await joinOwner(leaving);
  await leaving.close({ drain: 0 });
  expect((await agent.next('error')).code).toBe('shutdown');
  await agent.closed;
  expect(agent.waiting.map(({ type }) => type)).not.toContain('restarting');
  await stopLeaving();
});

test('draining tells everybody, takes nothing new, and waits for the links in use', async () => {
  const { relay: leaving, stop: stopLeaving } = await startTestRelay();
  const first = await joinOwner(leaving);
  const second = await joinMember(leaving, first);
  const { tickets } = await connectPair(first, second);
  const [left, right] = await Promise.all(tickets.map(async (ticket) => rawEnd(await openRawLink(leaving, ticket))));
  const closing = leaving.close({ drain: 20_000 });
  expect(await first.agent.next('restarting')).toMatchObject({ type: 'restarting' });
  await second.agent.next('restarting');
  expect(await new RelayAgent(leaving).arrived).toBe(false);
  first.agent.send({ type: 'connect', connection: 'ef'.repeat(16), to: second.device.peerId, message1: 'AAAA' });
  expect((await first.agent.next('refused')).reason).toBe('gone');
  await left?.write(Buffer.from('last words'));
  expect((await right?.read(10))?.toString()).toBe('last words');
  left?.end();
  await closing;
  expect((await first.agent.next('error')).code).toBe('shutdown');
  await first.agent.closed;
  await stopLeaving();
});
