import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from '#agent/messages/inbox/inbox.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import type { Resume, SenderLine } from '#shared/messages/index.ts';
import {
  addressText,
  BODY_BYTES,
  BOX_MESSAGES,
  encodeMessageLine,
  FLIGHT_BYTES,
  LINE_BYTES,
  LONGEST_MESSAGE_LIFE,
  MESSAGE_PARAMS,
  MOST_PAIRS,
  OWN_MESSAGES,
  signMessage,
  type UnsignedMessage,
} from '#shared/messages/index.ts';
import { LATEST_TIME } from '#shared/dates.ts';
import { LineReader } from '#shared/lines.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { OutgoingStream } from '#shared/link/index.ts';
import { markLookalikes, showDetail } from '#shared/visible-text/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { MemoryJournal } from '#test/support/messages/memory-journal.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
let stream: OutgoingStream;
let lines: LineReader;

/** A stream that the left device opens by itself, to say what its program would not. */
async function open(): Promise<Resume> {
  const session = world.sessionOf(world.left);
  if (session === undefined) throw new Error('no link');
  stream = session.open('message', MESSAGE_PARAMS);
  await stream.opened;
  lines = new LineReader(stream, LINE_BYTES);
  return JSON.parse((await lines.read()) ?? '') as Resume;
}

beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  world.connect();
  await open();
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

const id = (mark: string): string => mark.repeat(32);

function message(change: Partial<UnsignedMessage> = {}): UnsignedMessage {
  const now = world.clock.now();
  return {
    id: id('a'),
    from: addressText({ device: world.left.peerId, agent: 'coder' }),
    to: addressText({ device: world.right.peerId, agent: 'coder' }),
    epoch: '0123456789abcdef',
    seq: 1,
    time: now,
    expires: now + 60_000,
    thread: 'talk',
    media: 'text/plain',
    body: 'hello',
    auto: false,
    hops: 0,
    ...change,
  };
}

const say = (line: SenderLine): Promise<void> => stream.write(encodeMessageLine(line));
const send = async (change: Partial<UnsignedMessage> = {}): Promise<void> =>
  say({ type: 'message', message: await signMessage(world.left.identity, message(change)) });
const answer = async (): Promise<unknown> => {
  const line = await lines.read();
  return line === null ? null : JSON.parse(line);
};
/** What the other device made of what was said. */
async function outcome(): Promise<unknown> {
  const end = await stream.closed;
  return { end: end === 'finished' ? end : end.details['code'], received: world.right.received().length };
}
/** The other device has ended the stream for a breach of the protocol, and taken nothing. */
const REFUSED = { end: 1, received: 0 };

describe('a peer that says what no honest device does', () => {
  it('gets an honest message in', async () => {
    await send();
    expect(await answer()).toMatchObject({ type: 'receipt', state: 'stored' });
    expect(world.right.received()).toHaveLength(1);
  });

  it('changes a message after it was signed', async () => {
    const signed = await signMessage(world.left.identity, message());
    await say({ type: 'message', message: { ...signed, body: 'hello!' } });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('adds a field after it was signed', async () => {
    const signed = await signMessage(world.left.identity, message());
    await say({ type: 'message', message: { ...signed, extra: true } });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('signs with a key that is not its own', async () => {
    await say({ type: 'message', message: await signMessage(world.right.identity, message()) });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('writes as another device', async () => {
    await send({ from: addressText({ device: world.right.peerId, agent: 'coder' }) });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('writes to another device', async () => {
    await send({ to: addressText({ device: world.left.peerId, agent: 'coder' }) });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('leaves a number out', async () => {
    await send({ seq: 2 });
    expect(await outcome()).toEqual(REFUSED);
  });

  it('changes the order', async () => {
    await send({ seq: 1, id: id('a') });
    await send({ seq: 3, id: id('c') });
    await send({ seq: 2, id: id('b') });
    const end = await stream.closed;
    expect(end).toMatchObject({ code: 'link.reset', details: { code: 1 } });
    await settle();
    expect(world.right.received().map(({ id: came }) => came)).toEqual([id('a')]);
  });

  it('replays a message: under its number, under another one, on another stream, and after a restart there', async () => {
    await send();
    await answer();
    await send();
    expect(await answer()).toMatchObject({ state: 'stored' });
    await send({ seq: 2 });
    expect(await answer()).toMatchObject({ state: 'stored' });
    world.right.crash(1);
    await world.right.start();
    world.connect();
    expect((await open()).pairs).toMatchObject([{ last: 2 }]);
    await send({ epoch: 'fedcba9876543210', seq: 1 });
    expect(await answer()).toMatchObject({ state: 'stored' });
    expect(world.right.received()).toHaveLength(1);
    expect([...world.right.arrivals.values()]).toEqual([1]);
  });

  it('sends a message again that was refused, after the journal there was rewritten and a restart', async () => {
    world.right.agents.delete('coder');
    world.right.inboxDisk.waste = 1e9;
    await send();
    expect(await answer()).toMatchObject({ state: 'refused' });
    world.right.crash(1);
    world.right.agents.add('coder');
    await world.right.start();
    world.connect();
    await open();
    await send({ epoch: 'fedcba9876543210', seq: 1 });
    expect(await answer()).toMatchObject({ state: 'refused' });
    expect(world.right.received()).toEqual([]);
  });

  it('sends what is no message, too long a line, and endless names of agents', async () => {
    for (const line of [
      '',
      '[]',
      '{"type":"message"}',
      '{"type":"message","message":{}}',
      '\u0000',
      '{"type":"receipt","id":"x"}',
      `{"type":"receipt","id":"${id('f')}","state":"refused","retry_after":3600001}`,
      '{"type":"cancel"}',
      '{"type":"cancel","id":"x"}',
      `{"type":"cancel","id":["${id('f')}"]}`,
    ]) {
      await open();
      await stream.write(new TextEncoder().encode(`${line}\n`));
      expect(await outcome()).toEqual(REFUSED);
    }
    await open();
    const long = new Uint8Array(65_536).fill(0x61);
    await expect(
      (async () => {
        for (;;) await stream.write(long);
      })(),
    ).rejects.toThrow(/reset/);
    expect(await outcome()).toEqual(REFUSED);
  });

  it('says more of a message than its recipient may', async () => {
    const sent = world.right.service?.send({
      from: 'coder',
      to: { device: world.left.peerId, agent: 'stranger' },
      body: 'x',
      media: 'text/plain',
      life: 60_000,
      auto: false,
      hops: 0,
    });
    await sent;
    await settle();
    // The left device has answered that it has no such agent; that stays so, whatever it says later.
    const entry = world.right.sent().at(0);
    expect(entry).toMatchObject({ state: 'refused', code: 'message.unknown-agent' });
    await say({ type: 'receipt', id: entry?.id ?? '', state: 'read', time: 1 });
    await say({ type: 'receipt', id: id('f'), state: 'read', time: 1 });
    await settle();
    expect(world.right.sent().at(0)?.state).toBe('refused');
  });
});

describe('a message that is signed and numbered', () => {
  it('is refused if its body is too large or it is malformed; the next one comes in', async () => {
    await send({ body: 'é'.repeat(BODY_BYTES / 2 + 1) });
    expect(await answer()).toMatchObject({ id: id('a'), state: 'refused', code: 'message.too-large' });
    await world.clock.advance(50);
    await send({ seq: 2, id: id('b'), hops: -1 });
    expect(await answer()).toMatchObject({ id: id('b'), state: 'refused', code: 'format.message' });
    await world.clock.advance(50);
    await send({ seq: 3, id: id('c') });
    expect(await answer()).toMatchObject({ state: 'stored' });
    await say({ type: 'query', ids: [id('a')] });
    expect(await answer()).toMatchObject({ state: 'refused', code: 'message.too-large' });
  });

  it('is refused if it was written, or expires, at a time that no date can have; the next one comes in', async () => {
    await send({ time: LATEST_TIME + 1 });
    expect(await answer()).toMatchObject({ id: id('a'), state: 'refused', code: 'format.message' });
    await world.clock.advance(50);
    await send({ seq: 2, id: id('b'), expires: LATEST_TIME + 1 });
    expect(await answer()).toMatchObject({ id: id('b'), state: 'refused', code: 'format.message' });
    await world.clock.advance(50);
    await send({ seq: 3, id: id('c'), time: LATEST_TIME });
    expect(await answer()).toMatchObject({ state: 'stored' });
    await say({ type: 'receipt', id: id('d'), state: 'read', time: LATEST_TIME + 1 });
    expect(await outcome()).toEqual({ end: 1, received: 1 });
  });

  it('waits for 30 days at most, whatever its sender says, also after a restart; its text stays as it was signed', async () => {
    await send({ expires: LATEST_TIME });
    await send({ seq: 2, id: id('b'), expires: world.clock.now() + 60_000 });
    for (const state of ['stored', 'stored']) expect(await answer()).toMatchObject({ state });
    const expected = [world.clock.now() + LONGEST_MESSAGE_LIFE, world.clock.now() + 60_000];
    expect(world.right.received().map(({ expires }) => expires)).toEqual(expected);
    expect(await world.right.service?.inbox.read(id('a'))).toMatchObject({ expires: LATEST_TIME });
    world.right.crash(1);
    await world.clock.advance(1000);
    await world.right.start();
    expect(world.right.received().map(({ expires }) => expires)).toEqual(expected);
    await world.clock.advance(LONGEST_MESSAGE_LIFE);
    expect(world.right.received().map(({ state }) => state)).toEqual(['expired', 'expired']);
  });

  it('is refused 20 times a second at most, also by a new stream for each', async () => {
    await send({ hops: 9 });
    expect(await answer()).toMatchObject({ state: 'refused' });
    // One that can't be read doesn't come sooner either; questions of the stream do.
    for (const [seq, hops] of [
      [2, 9],
      [3, -1],
      [4, 9],
    ] as const) {
      await open();
      await say({ type: 'query', ids: [id('a')] });
      expect(await answer()).toMatchObject({ state: 'refused' });
      await send({ seq, id: id(String(seq)), hops });
      const next = answer();
      let came = false;
      void next.then(() => (came = true));
      await world.clock.advance(49);
      expect(came).toBe(false);
      await world.clock.advance(1);
      expect(await next).toMatchObject({ id: id(String(seq)), state: 'refused' });
    }
  });

  it.each([
    ['many messages', 'x'.repeat(2000), 300, 500],
    // The unit of the limit is a byte, not a character.
    ['large ones that are not ASCII', '€'.repeat(BODY_BYTES / 12), FLIGHT_BYTES / (BODY_BYTES / 4), 106],
  ])('fills no memory behind a question, with %s: the stream is read no further', async (_, body, least, most) => {
    world.right.authorize = async (_agent, _describe, signal, onWaiting) => {
      onWaiting();
      return await new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ code: 'rights.withdrawn' })),
      );
    };
    let written = 0;
    void (async () => {
      for (let seq = 1; seq <= 1000; seq += 1) {
        await send({ seq, id: seq.toString(16).padStart(32, '0'), body });
        written += 1;
      }
    })().catch(() => undefined);
    for (let each = 0; each < 200; each += 1) await settle(50);
    expect(written).toBeGreaterThan(least);
    expect(written).toBeLessThan(most);
  });

  it('comes in once, though it is sent in two pairs while a person is asked', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.right.authorize = async (_agent, _describe, _signal, onWaiting) => {
      onWaiting();
      return await promise;
    };
    await send();
    await send({ from: addressText({ device: world.left.peerId, agent: 'other' }) });
    await settle();
    resolve(undefined);
    await settle();
    expect(world.right.received()).toHaveLength(1);
    expect([...world.right.arrivals.values()]).toEqual([1]);
  });

  it('is refused if it has passed through too many agents, has expired, or names no agent here; the next one comes in', async () => {
    await send({ hops: 9 });
    expect(await answer()).toMatchObject({ state: 'refused', code: 'message.hops' });
    // No more than 20 refused ones a second.
    await world.clock.advance(50);
    await send({ seq: 2, id: id('b'), expires: world.clock.now() - 1 });
    expect(await answer()).toMatchObject({ state: 'expired' });
    await world.clock.advance(50);
    await send({ seq: 3, id: id('c'), to: addressText({ device: world.right.peerId, agent: 'coder' }) });
    expect(await answer()).toMatchObject({ state: 'stored' });
    expect(world.right.received()).toHaveLength(1);
  });

  it('is asked about, with its words cleaned and cut, and not stored before the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let text = '';
    world.right.authorize = async (_agent, request, _signal, onWaiting) => {
      text = request().detail;
      onWaiting();
      return await promise;
    };
    await send({ body: `run\nthis\u202Ecommand ${'x'.repeat(1000)}` });
    expect(await answer()).toMatchObject({ state: 'waiting' });
    expect(text).toMatch(/^write to coder: run this/);
    expect(text).not.toContain('\u202E');
    expect(text).toMatch(/x\.\.\. \(the message has 1017 characters\)$/);
    // No character of the mark is shown as a code.
    expect(markLookalikes(showDetail(text, 1000).text, 'read')).toBe(text);
    expect(text.length).toBeLessThan(260);
    expect(world.right.received()).toEqual([]);
    resolve(undefined);
    expect(await answer()).toMatchObject({ state: 'stored' });
  });

  it('is held if agents answer each other without end, until a person releases it', async () => {
    for (let each = 1; each <= 51; each += 1) {
      await send({ seq: each, id: `${String(each).padStart(3, '0')}${'a'.repeat(29)}`, auto: true });
      expect(await answer()).toMatchObject({ state: 'stored' });
    }
    const held = world.right.received().filter((entry) => entry.held === 'loop');
    expect(held.map(({ id: came }) => came.slice(0, 3))).toEqual(['051']);
    await world.right.service?.release(held[0]?.id ?? '');
    await send({ seq: 52, id: id('e'), auto: true });
    await answer();
    expect(world.right.received().filter((entry) => entry.held === 'loop')).toEqual([]);
  });
});

describe('a peer that takes messages back', () => {
  let questions: AbortSignal[];
  /** Has the person at the right device asked about each message. */
  const ask = (): void => {
    questions = [];
    world.right.authorize = async (_agent, _describe, signal, onWaiting) => {
      questions.push(signal);
      onWaiting();
      return await new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ code: 'rights.withdrawn' })),
      );
    };
  };
  const records = (): number => world.right.inboxDisk.records.length;

  it('takes back none of another machine: neither one that waits for a person, nor one that is stored', async () => {
    ask();
    await send();
    expect(await answer()).toMatchObject({ state: 'waiting' });
    const own = await world.right.service?.send({
      from: 'tester',
      to: { device: world.right.peerId, agent: 'coder' },
      body: 'x',
      media: 'text/plain',
      life: 60_000,
      auto: false,
      hops: 0,
    });
    const third = { ...world.left.caller, peerId: 'third' as PeerId };
    const link = new FakeLink((incoming) => void world.right.service?.serve(incoming, third));
    const attack = link.session.open('message', MESSAGE_PARAMS);
    const heard = new LineReader(attack, LINE_BYTES);
    await heard.read();
    for (const each of [id('a'), own?.id ?? '']) {
      await attack.write(encodeMessageLine({ type: 'cancel', id: each }));
      expect(JSON.parse((await heard.read()) ?? '')).toEqual({ type: 'receipt', id: each, state: 'unknown' });
      // Nor does the peer itself take back what it hasn't sent.
      if (each === own?.id) await say({ type: 'cancel', id: each });
    }
    expect(await answer()).toMatchObject({ id: own?.id, state: 'unknown' });
    expect(questions.map(({ aborted }) => aborted)).toEqual([false]);
    expect(world.right.received()).toMatchObject([{ id: own?.id, state: 'stored' }]);
  });

  it('names thousands of IDs that it has not sent: nothing is kept of them, and a message with one of them comes in', async () => {
    const before = records();
    for (let each = 0; each < 3000; each += 1) {
      await say({ type: 'cancel', id: each.toString(16).padStart(32, '0') });
      expect(await answer()).toMatchObject({ state: 'unknown' });
    }
    expect(records()).toBe(before);
    await send({ id: '1'.padStart(32, '0') });
    expect(await answer()).toMatchObject({ state: 'stored' });
  });

  it('reads no answers: its lines are read no further', async () => {
    const line = encodeMessageLine({ type: 'cancel', id: id('f') });
    const all = 100_000;
    let written = 0;
    const writing = (async () => {
      for (; written < all; written += 1) await stream.write(line);
    })().catch(() => undefined);
    let before = -1;
    while (written > before) {
      before = written;
      for (let each = 0; each < 20; each += 1) await settle(50);
    }
    expect(written).toBeLessThan(all / 2);
    world.lose();
    await writing;
  });

  it('brings one again that it has taken back: it is not stored, also not after a restart there', async () => {
    ask();
    await send();
    expect(await answer()).toMatchObject({ state: 'waiting' });
    await say({ type: 'cancel', id: id('a') });
    expect(await answer()).toMatchObject({ id: id('a'), state: 'cancelled' });
    expect(await answer()).toMatchObject({ type: 'resume', pairs: [{ last: 1 }] });
    expect(questions.map(({ aborted }) => aborted)).toEqual([true]);
    world.right.authorize = async () => undefined;
    await send({ seq: 2 });
    expect(await answer()).toMatchObject({ id: id('a'), state: 'cancelled' });
    world.right.crash(1);
    await world.right.start();
    world.connect();
    await open();
    await send({ epoch: 'fedcba9876543210', seq: 1 });
    expect(await answer()).toMatchObject({ id: id('a'), state: 'cancelled' });
    expect(world.right.received()).toEqual([]);
  });

  it('takes back a stored or refused one: it hears what has become of it, and it stays', async () => {
    await send();
    expect(await answer()).toMatchObject({ state: 'stored' });
    await send({ seq: 2, id: id('b'), hops: 9 });
    expect(await answer()).toMatchObject({ state: 'refused' });
    await world.clock.advance(50);
    for (const [each, state] of [
      ['a', 'stored'],
      ['b', 'refused'],
    ] as const) {
      await say({ type: 'cancel', id: id(each) });
      expect(await answer()).toMatchObject({ id: id(each), state });
    }
    expect(world.right.received()).toMatchObject([{ id: id('a'), state: 'stored' }]);
  });

  it('takes back an unreadable one behind a question, and the next one comes in', async () => {
    ask();
    await send();
    expect(await answer()).toMatchObject({ state: 'waiting' });
    await send({ seq: 2, id: id('b'), hops: -1 });
    await send({ seq: 3, id: id('c') });
    for (const each of ['b', 'a']) {
      await say({ type: 'cancel', id: id(each) });
      expect(await answer()).toMatchObject({ id: id(each), state: 'cancelled' });
    }
    for (const last of [1, 2]) expect(await answer()).toMatchObject({ type: 'resume', pairs: [{ last }] });
    expect(await answer()).toMatchObject({ id: id('c'), state: 'waiting' });
    expect(world.right.received()).toEqual([]);
  });
});

describe('a peer that fills the inbox', () => {
  const own = async (): Promise<OutboxEntry | undefined> =>
    await world.right.service?.send({
      from: 'tester',
      to: { device: world.right.peerId, agent: 'coder' },
      body: 'x',
      media: 'text/plain',
      life: 60_000,
      auto: false,
      hops: 0,
    });
  const SHARE = (BOX_MESSAGES - OWN_MESSAGES) / 2;

  it('has half of what is free, also after a restart there; others, and agents of this machine, go on [S-WRITE-5]', async () => {
    let seq = 0;
    const next = async (): Promise<unknown> => {
      seq += 1;
      const from = addressText({ device: world.left.peerId, agent: `agent-${seq % 9}` });
      await send({ from, id: seq.toString(16).padStart(32, '0'), seq: Math.ceil(seq / 9) });
      return await answer();
    };
    for (let each = 0; each < SHARE; each += 1) await next();
    expect(world.right.received()).toHaveLength(SHARE);
    expect(await next()).toMatchObject({ state: 'refused', code: 'message.full' });
    expect(await own()).toMatchObject({ state: 'stored' });
    const inbox = new Inbox({
      file: new MemoryJournal(world.right.inboxDisk),
      clock: world.clock,
      onChange: () => undefined,
      onRemove: () => undefined,
    });
    await inbox.load();
    expect([
      inbox.hasShareFor(world.left.peerId, { body: 'x' }),
      inbox.hasShareFor('third' as PeerId, { body: 'x' }),
    ]).toEqual([false, true]);
    // What was taken has no part in it.
    await inbox.settle('1'.padStart(32, '0'), 'taken');
    await inbox.settle('2'.padStart(32, '0'), 'taken');
    expect(inbox.hasShareFor(world.left.peerId, { body: 'x' })).toBe(true);
  });
});

describe('a message of one more pair of agents than a device remembers of a peer', () => {
  const records = (): number => world.right.inboxDisk.records.length;
  beforeEach(async () => {
    for (let each = 0; each < MOST_PAIRS; each += 1) {
      const from = addressText({ device: world.left.peerId, agent: `agent-${each}` });
      await send({ from, id: each.toString(16).padStart(32, '0') });
    }
    for (let each = 0; each < MOST_PAIRS; each += 1) await answer();
  });

  it('is refused whatever its number, keeps nothing there, and leaves the stream open', async () => {
    expect(world.right.received()).toHaveLength(MOST_PAIRS);
    const before = records();
    const other = { from: addressText({ device: world.left.peerId, agent: 'one-more' }) };
    const to = addressText({ device: world.right.peerId, agent: 'coder' });
    for (const seq of [1, 2, 7]) {
      await send({ ...other, seq, id: id(String(seq)) });
      expect(await answer()).toMatchObject({ id: id(String(seq)), state: 'refused', code: 'message.pairs' });
      await world.clock.advance(50);
    }
    await send({ ...other, seq: 8, id: id('8'), hops: -1 });
    expect(await answer()).toMatchObject({ id: id('8'), state: 'refused', code: 'format.message' });
    await world.clock.advance(50);
    const skipped = { from: other.from, to, epoch: '0123456789abcdef' };
    await say({ type: 'skip', ...skipped, seq: 9 });
    expect(await answer()).toEqual({ type: 'resume', pairs: [{ ...skipped, last: 9 }] });
    await say({ type: 'query', ids: [id('1')] });
    expect(await answer()).toMatchObject({ state: 'unknown' });
    expect(records()).toBe(before);
    await send({ from: addressText({ device: world.left.peerId, agent: 'agent-0' }), seq: 2, id: id('c') });
    expect(await answer()).toMatchObject({ id: id('c'), state: 'stored' });
    await send({ ...other, seq: 10, id: id('d'), body: 'x' });
    expect(await answer()).toMatchObject({ state: 'refused' });
    expect((await open()).pairs).toHaveLength(MOST_PAIRS);
  });

  it('still ends the stream if its signature is wrong', async () => {
    const from = addressText({ device: world.left.peerId, agent: 'one-more' });
    await say({ type: 'message', message: await signMessage(world.right.identity, message({ from })) });
    expect(await outcome()).toMatchObject({ end: 1 });
  });

  it('tells an honest sender, whose messages to others come in', async () => {
    const to = { device: world.right.peerId, agent: 'coder' };
    const text = { to, body: 'x', media: 'text/plain', life: 60_000, auto: false, hops: 0 } as const;
    const sent: (OutboxEntry | undefined)[] = [];
    for (const from of ['one-more', 'one-more', 'agent-1', 'one-more'])
      sent.push(await world.left.service?.send({ ...text, from }));
    await world.clock.advance(1000);
    const outcomes = (): readonly unknown[] => sent.map((entry) => `${entry?.state} ${entry?.code ?? ''}`.trim());
    const full = 'refused message.pairs';
    expect(outcomes()).toEqual([full, full, 'stored', full]);
    world.lose();
    world.connect();
    sent.push(await world.left.service?.send({ ...text, from: 'one-more' }));
    await world.clock.advance(1000);
    expect(outcomes()).toEqual([full, full, 'stored', full, full]);
  });
});
