import { describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import { resumedCiphers, sessionSecretOf, startHandshake } from '#shared/handshake/index.ts';
import type { Established, HandshakeResponder } from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { encodeFrame } from '#shared/link/frame-encoder.ts';
import type { ControlFrame } from '#shared/link/frames.ts';
import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import type { ByteChannel, LinkSession, LinkStream, SessionRole } from '#shared/link/index.ts';
import { echo, readAll } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';
import { codeOf } from '#test/support/rejections.ts';
import { alice, bob, crypto, NOW, pinOf, responderOf } from '../handshake/devices.ts';
import { PathPairs } from './path-pairs.ts';

const ID = Uint8Array.from({ length: 16 }, (_, index) => index);

type Ends = Readonly<{ dialer: Established; listener: Established; message1: Uint8Array }>;

async function establish(
  from: DeviceIdentity,
  to: DeviceIdentity,
  purpose: 'session' | 'resume',
  responder = responderOf(to, [pinOf(from)]),
): Promise<Ends> {
  const started = await startHandshake({ crypto, identity: from, peer: pinOf(to), sessionId: ID, purpose, now: NOW });
  const { message2, established } = await (await responder.receive(started.message1)).respond();
  return { dialer: await started.finish(message2), listener: established, message1: started.message1 };
}

/** Alice's session with Bob over a path with real ciphers, made by her. */
class Live {
  readonly clock: FakeClock;
  readonly alice: LinkSession;
  readonly bob: LinkSession;
  readonly responder: HandshakeResponder;
  readonly stream: LinkStream;
  readonly secret: Uint8Array;

  private constructor(secret: Uint8Array, responder: HandshakeResponder, clock: FakeClock) {
    this.secret = secret;
    this.responder = responder;
    this.clock = clock;
    this.alice = createSession({ role: 'initiator', id: SESSION_ID, clock });
    this.bob = createSession({ role: 'responder', id: SESSION_ID, clock });
    this.bob.onStream = echo;
    this.stream = this.alice.open('rpc', null);
  }

  static async begin(): Promise<Live> {
    const clock = new FakeClock();
    const responder = responderOf(bob, [pinOf(alice)], clock);
    const { dialer, listener } = await establish(alice, bob, 'session', responder);
    const live = new Live(sessionSecretOf(dialer), responder, clock);
    const [left, right] = createMemoryChannelPair();
    live.bob.attachPath({ kind: 'relay', channel: right, ...ciphers(listener), dialed: false });
    live.alice.attachPath({ kind: 'relay', channel: left, ...ciphers(dialer), dialed: true });
    await live.clock.advance(50);
    return live;
  }

  async echoes(): Promise<boolean> {
    const reading = this.stream.read();
    await this.stream.write(Uint8Array.of(7, 8, 9));
    await this.clock.advance(50);
    return (await reading)?.length === 3;
  }

  /** How it is after twelve seconds, in each of which bytes are sent. */
  async watch(): Promise<Readonly<{ echoes: number; paths: readonly unknown[] }>> {
    let echoes = 0;
    for (let second = 0; second < 12; second += 1) {
      if (await this.echoes()) echoes += 1;
      await this.clock.advance(1000);
    }
    const paths = [this.alice, this.bob].map((session) => {
      return [session.path, session.pathState, session.statistics().pathsRemembered];
    });
    return { echoes, paths };
  }
}

const UNDISTURBED = {
  echoes: 12,
  paths: [
    ['relay', 'up', 0],
    ['relay', 'up', 0],
  ],
};

function ciphers({ send, receive }: Established): Pick<Established, 'send' | 'receive'> {
  return { send, receive };
}

/** One end with ciphers of its own; the session behind it does all that a real one would. */
function stranger(role: SessionRole, clock: FakeClock): LinkSession {
  const session = createSession({ role, id: SESSION_ID, clock });
  session.acceptOffer = () => true;
  return session;
}

describe('somebody with a stolen static key, and without the secret of the session', () => {
  it.each([
    ['dials its responder', 'bob', false],
    ['dials its initiator', 'alice', false],
    ['answers when its initiator dials', 'alice', true],
    ['answers when its responder dials', 'bob', true],
  ] as const)('%s and disturbs nothing [S-LINK-9]', async (_, victim, victimDials) => {
    const live = await Live.begin();
    live.alice.acceptOffer = () => true;
    const told: string[] = [];
    for (const session of [live.alice, live.bob]) session.onPath = (event) => told.push(event.type);
    const [victimIdentity, thief] = victim === 'bob' ? [bob, alice] : [alice, bob];
    const ends = await (victimDials
      ? establish(victimIdentity, thief, 'resume')
      : establish(thief, victimIdentity, 'resume'));
    const [near, far] = victimDials ? [ends.dialer, ends.listener] : [ends.listener, ends.dialer];
    const [left, right] = createMemoryChannelPair();
    const used: boolean[] = [];
    // The thief has all that this handshake gives, and nothing of the first.
    const other = stranger(victim === 'bob' ? 'initiator' : 'responder', live.clock);
    other.attachPath({
      kind: 'direct',
      channel: right,
      ...resumedCiphers(crypto, far, sessionSecretOf(far), !victimDials),
      dialed: !victimDials,
    });
    live[victim].attachPath({
      kind: 'direct',
      channel: left,
      ...resumedCiphers(crypto, near, live.secret, victimDials),
      dialed: victimDials,
      settled: (was) => used.push(was),
    });
    expect(await live.watch()).toEqual(UNDISTURBED);
    expect(used).toEqual([false]);
    expect(told).toEqual([]);
    await other.close('test', 'over');
  });

  it('gets no further with the keys of his handshake alone [S-LINK-9]', async () => {
    const live = await Live.begin();
    const ends = await establish(alice, bob, 'resume', live.responder);
    const [left, right] = createMemoryChannelPair();
    const other = stranger('initiator', live.clock);
    live.bob.attachPath({
      kind: 'direct',
      channel: right,
      ...resumedCiphers(crypto, ends.listener, live.secret, false),
      dialed: false,
    });
    other.attachPath({ kind: 'direct', channel: left, ...ciphers(ends.dialer), dialed: true });
    expect(await live.watch()).toEqual(UNDISTURBED);
    await other.close('test', 'over');
  });
});

describe('a replayed message 1 of a further path', () => {
  it('is not answered by a device that has seen it, and leads nowhere at one that has not [S-LINK-9]', async () => {
    const live = await Live.begin();
    const { message1 } = await establish(alice, bob, 'resume', live.responder);
    expect(await codeOf(() => live.responder.receive(message1))).toBe('handshake.replay');
    const forgetful = responderOf(bob, [pinOf(alice)], live.clock);
    const { established } = await (await forgetful.receive(message1)).respond();
    const [left, right] = createMemoryChannelPair();
    live.bob.attachPath({
      kind: 'direct',
      channel: right,
      ...resumedCiphers(crypto, established, live.secret, false),
      dialed: false,
    });
    left.setHandlers({
      data: () => expect.unreachable('it must say nothing'),
      drain: () => undefined,
      closed: () => undefined,
    });
    expect(await live.watch()).toEqual(UNDISTURBED);
  });
});

function record(...frames: readonly ControlFrame[]): Uint8Array {
  const plaintext = concatBytes(...frames.map(encodeFrame));
  return concatBytes(Uint8Array.of(plaintext.length >> 8, plaintext.length & 0xff), plaintext);
}

/** A session whose other side is the test. */
class Alone {
  readonly clock = new FakeClock();
  readonly session: LinkSession;

  constructor(role: SessionRole) {
    this.session = createSession({ role, id: SESSION_ID, clock: this.clock });
  }

  /** Gives it a path and says these records on it. */
  async say(dialed: boolean, ...records: readonly Uint8Array[]): Promise<ByteChannel> {
    const [left, right] = createMemoryChannelPair();
    left.setHandlers({ data: () => undefined, drain: () => undefined, closed: () => undefined });
    this.session.attachPath({ kind: 'relay', channel: right, send: nullCipher, receive: nullCipher, dialed });
    for (const bytes of records) left.write([bytes]);
    await settle();
    return left;
  }
}

const PING: ControlFrame = { type: 'ping', data: new Uint8Array(4) };

describe('a peer that breaks the rules of paths', () => {
  it.each([
    ['abandons a path that never was', [{ type: 'abandon', path: 9, record: 0 }]],
    ['abandons path 0', [{ type: 'abandon', path: 0, record: 0 }]],
    ['abandons the path it says it on', [{ type: 'abandon', path: 1, record: 0 }]],
    ['acknowledges a path that never was', [{ type: 'ack', path: 2, record: 1 }]],
    ['acknowledges a record that was never sent', [{ type: 'ack', path: 1, record: 1_000_000 }]],
    ['names a path to the initiator', [{ type: 'path', path: 1 }]],
  ] satisfies [string, ControlFrame[]][])('and %s ends the session', async (_, frames) => {
    const { session, say } = bound('initiator');
    await say(true, record(...frames));
    expect(await session.closed).toMatchObject({ code: 'link.path', remote: false });
  });

  it.each([
    ['names path 0', [record({ type: 'path', path: 0 })]],
    ['names its path twice', [record({ type: 'path', path: 1 }, { type: 'path', path: 2 })]],
    ['leaves out more paths than there can be', [record({ type: 'path', path: 1026 })]],
    ['uses a path before it has its name', [record(PING, { type: 'maxStreams', limit: 20 })]],
    ['abandons a path where it cannot', [record({ type: 'abandon', path: 1, record: 0 })]],
    ['acknowledges before there is a path', [record({ type: 'ack', path: 1, record: 0 })]],
  ])('and %s ends the session', async (_, records) => {
    const { session, say } = bound('responder');
    await say(false, ...records);
    expect(await session.closed).toMatchObject({ code: 'link.path', remote: false });
  });

  it('and claims of a path that is gone records that never were ends the session', async () => {
    const { pair, first, stream } = await PathPairs.working();
    // What is on its way when the path breaks waits for the other side's word.
    first.ends.initiator.write = () => true;
    stream.write(new Uint8Array(100)).catch(() => undefined);
    await settle();
    first.ends.initiator.destroy();
    await settle();
    const [left, right] = createMemoryChannelPair();
    pair.initiator.attachPath({ kind: 'relay', channel: left, send: nullCipher, receive: nullCipher, dialed: true });
    right.write([record({ type: 'abandon', path: 1, record: 1_000_000 })]);
    await settle();
    expect(await pair.initiator.closed).toMatchObject({ code: 'link.path' });
  });
});

function bound(role: SessionRole): Readonly<{ session: LinkSession; say: Alone['say'] }> {
  const alone = new Alone(role);
  return { session: alone.session, say: alone.say.bind(alone) };
}

describe('a flood of offers', () => {
  it.each(['initiator', 'responder'] as const)(
    'leaves two at the %s, and the path in use alone [S-LINK-9]',
    async (victim) => {
      const pair = new PathPairs();
      await pair.connect();
      const stream = pair.initiator.open('rpc', null);
      const other = victim === 'initiator' ? 'responder' : 'initiator';
      let most = 0;
      const made = Array.from({ length: 200 }, () => pair.make());
      for (const path of made) {
        pair.attach(path, victim, other, 'direct');
        most = Math.max(most, pair[victim].statistics().pathsRemembered);
      }
      expect(most).toBe(2);
      expect(made.flatMap((path) => path.settled[victim])).toEqual(Array.from({ length: 198 }, () => false));
      expect(await pair.echoes(stream)).toBe(true);
      await pair.clock.advance(10_000);
      expect(pair[victim].statistics().pathsRemembered).toBe(0);
      expect(pair.events[victim]).toEqual(['up relay']);
    },
  );

  it('does not keep out one that proves itself, even when two have done so and do nothing more', async () => {
    const { pair, first, stream } = await PathPairs.working();
    first.ends.initiator.destroy();
    await pair.clock.advance(20);
    for (let count = 0; count < 2; count += 1) {
      const idle = pair.make();
      pair.attach(idle, 'responder', 'initiator');
      idle.ends.initiator.write([record(PING)]);
    }
    await pair.clock.advance(20);
    await pair.connect();
    expect(await pair.echoes(stream)).toBe(true);
  });
});

describe('paths that die again and again', () => {
  it('make a session remember little, however many carry data: one is unsettled at a time', async () => {
    const pair = new PathPairs({ maxRetained: 256 * 1024, retainedReserve: 64 * 1024 });
    pair.responder.onStream = (offer) => {
      readAll(offer.accept()).catch(() => undefined);
    };
    await pair.connect();
    const stream = pair.initiator.open('file', null);
    await pair.clock.advance(50);
    void (async (): Promise<void> => {
      for (;;) await stream.write(new Uint8Array(16_384));
    })().catch(() => undefined);
    let most = 0;
    let retained = 0;
    for (let count = 0; count < 200; count += 1) {
      const made = pair.make();
      pair.attach(made, 'responder', 'initiator');
      pair.attach(made, 'initiator', 'initiator');
      await pair.clock.advance((count % 5) * 5);
      made.ends.initiator.destroy();
      await settle(1);
      const { pathsRemembered, bytesRetained } = pair.initiator.statistics();
      most = Math.max(most, pathsRemembered);
      retained = Math.max(retained, bytesRetained);
    }
    expect(retained).toBeGreaterThan(0);
    expect(retained).toBeLessThanOrEqual(256 * 1024 + 65_536);
    expect(most).toBeLessThan(120);
    const { bytesReceived } = pair.responder.statistics();
    await pair.connect();
    await pair.clock.advance(100);
    expect(pair.responder.statistics().bytesReceived).toBeGreaterThan(bytesReceived);
    expect(pair.initiator.statistics().pathsRemembered).toBe(0);
  });

  it('end the session by name when a thousand went without a word of the other side', async () => {
    const alone = new Alone('initiator');
    alone.session.open('rpc', null).closed.catch(() => undefined);
    const ends: string[] = [];
    void alone.session.closed.then(({ code }) => ends.push(code));
    let count = 0;
    let most = 0;
    while (count < 2000 && ends.length === 0) {
      const channel = await alone.say(true, record(PING));
      channel.destroy();
      await settle(1);
      count += 1;
      most = Math.max(most, alone.session.statistics().pathsRemembered);
    }
    expect(most).toBeLessThanOrEqual(1026);
    expect([count, ends]).toEqual([1025, ['link.path-lost']]);
    expect(alone.clock.pending).toBe(0);
  });

  it('may be named a thousand apart, and are settled all', async () => {
    const alone = new Alone('responder');
    await alone.say(false, record({ type: 'path', path: 1 }));
    await alone.say(false, record({ type: 'path', path: 1000 }));
    expect(alone.session.pathState).toBe('up');
    // 999 that the other side must hear of, and what was sent on the first.
    expect(alone.session.statistics().pathsRemembered).toBe(1000);
  });
});
