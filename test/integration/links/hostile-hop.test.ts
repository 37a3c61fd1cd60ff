import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HopTransport } from '#agent/links/hops/hop-transport.ts';
import { systemClock } from '#node/clock/index.ts';
import { createSession, type LinkSession, type LinkStream, type PathEvent } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { CARRIERS, type OpenCarrier } from '#test/support/compliance/carriers.ts';
import { realTurn, soon } from '#test/support/compliance/channel-ends.ts';
import { shakeHands } from '#test/support/compliance/handshake.ts';
import { acceptNext, pattern } from '#test/support/compliance/session.ts';
import { SESSION_ID } from '#test/support/link.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

/**
 * What a hop does to the bytes of one direction. It gets the number of bytes before the chunk, and says what goes on: other bytes,
 * nothing any more (`stall`), an end (`end`) or a cut of everything (`cut`).
 */
type Meddling = (chunk: Uint8Array, before: number) => readonly Uint8Array[] | 'stall' | 'end' | 'cut';

const AFTER = 200_000;
const TOTAL = 1024 * 1024;
const signal = new AbortController().signal;
const shared = { clock: systemClock, logger: silentLogger };

const once = (meddle: (chunk: Uint8Array) => ReturnType<Meddling>): Meddling => {
  let done = false;
  return (chunk, before) => {
    if (done || before < AFTER) return [chunk];
    done = true;
    return meddle(chunk);
  };
};
let held: Uint8Array | undefined;

const MEDDLINGS: readonly (readonly [string, () => Meddling])[] = [
  [
    'changes a bit',
    () => once((chunk) => [chunk.map((byte, index) => (index === chunk.length >> 1 ? byte ^ 1 : byte))]),
  ],
  ['leaves out one byte', () => once((chunk) => [chunk.subarray(1)])],
  ['leaves out a whole chunk', () => once(() => [])],
  ['sends a chunk twice', () => once((chunk) => [chunk, chunk])],
  [
    'turns two chunks round',
    () => {
      held = undefined;
      let done = false;
      return (chunk, before) => {
        if (done || before < AFTER) return [chunk];
        if (held === undefined) {
          held = chunk;
          return [];
        }
        done = true;
        return [chunk, held];
      };
    },
  ],
  ['puts bytes of its own in between', () => once((chunk) => [pattern(70_000, 3), chunk])],
  ['puts a zero record in between', () => once((chunk) => [Uint8Array.of(0, 0), chunk])],
  ['ends the stream early', () => (chunk, before) => (before < AFTER ? [chunk] : 'end')],
  ['cuts the stream', () => (chunk, before) => (before < AFTER ? [chunk] : 'cut')],
  ['passes nothing on any more', () => (chunk, before) => (before < AFTER ? [chunk] : 'stall')],
];

describe.each(['to the target', 'to the opener'] as const)('a hop that meddles with what goes %s', (direction) => {
  it.each(MEDDLINGS)('and %s can do no more than end the path [S-LINK-13]', async (_what, create) => {
    const legs = await realLegs();
    try {
      const { atLoss, afterwards, sessionsEnded } = await meddled(legs, direction, create());
      expect(atLoss).toBeLessThan(TOTAL);
      expect(sessionsEnded).toBe(0);
      // Over an honest path everything that is missing comes, and nothing twice.
      expect(afterwards).toBe(createHash('sha256').update(pattern(TOTAL, 7)).digest('hex'));
    } finally {
      await legs.close();
    }
  });
});

type Outcome = Readonly<{
  /** Bytes that had come when the path was lost. */
  atLoss: number;
  /** SHA-256 of all that came in the end. */
  afterwards: string;
  sessionsEnded: number;
}>;

async function meddled(legs: Legs, direction: 'to the target' | 'to the opener', meddling: Meddling): Promise<Outcome> {
  const honest: Meddling = (chunk) => [chunk];
  const forward = direction === 'to the target';
  legs.atHop.onStream = (offer) => {
    const onward = legs.toRight.open('relay', { from: legs.leftId });
    const stream = offer.accept();
    void carry(stream, onward, forward ? meddling : honest);
    void carry(onward, stream, forward ? honest : meddling);
  };
  // Short times, so that a silent path is found out soon.
  const limits = { activePing: 100, doubtfulAfter: 200, lostAfter: 500 };
  const opener = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock, limits });
  const target = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock, limits });
  const events: PathEvent[] = [];
  let ended = 0;
  for (const session of [opener, target]) {
    session.onPath = (event) => void events.push(event);
    void session.closed.then(() => {
      ended += 1;
    });
  }
  await attach(legs, opener, target);
  const [writer, reader] = forward ? [opener, target] : [target, opener];
  await Promise.all([opener.confirmed, target.confirmed]);

  const accepted = acceptNext(reader);
  const stream = writer.open('file', null);
  const bytes = pattern(TOTAL, 7);
  const writing = stream.write(bytes).then(() => stream.end());
  writing.catch(() => undefined);
  const received = collect(await accepted);
  await soon(() => events.some(({ type }) => type === 'lost'));
  for (let turns = 0; turns < 20; turns += 1) await realTurn();
  const [atLoss, sessionsEnded] = [received.bytes, ended];
  legs.atHop.onStream = (offer) => void legs.hop.passOn(offer, legs.leftId);
  await attach(legs, opener, target);
  await writing;
  await soon(() => received.done);
  await opener.close('test', 'over');
  return { atLoss, sessionsEnded, afterwards: received.digest() };
}

async function carry(from: LinkStream, to: LinkStream, meddling: Meddling): Promise<void> {
  let before = 0;
  try {
    for (let chunk = await from.read(); chunk !== null; chunk = await from.read()) {
      const passed = meddling(chunk, before);
      before += chunk.length;
      if (passed === 'cut') {
        from.reset(0);
        to.reset(0);
        return;
      }
      if (passed === 'end') {
        await to.end();
        return;
      }
      if (passed === 'stall') continue;
      for (const piece of passed) await to.write(piece);
    }
    await to.end();
  } catch {
    from.reset(0);
    to.reset(0);
  }
}

function collect(stream: LinkStream): { bytes: number; done: boolean; digest(): string } {
  const hash = createHash('sha256');
  const collected = { bytes: 0, done: false, digest: () => hash.digest('hex') };
  void (async (): Promise<void> => {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      hash.update(bytes);
      collected.bytes += bytes.length;
    }
    collected.done = true;
  })().catch(() => undefined);
  return collected;
}

type Legs = Readonly<{
  leftId: ReturnType<typeof newIdentity>['peerId'];
  left: HopTransport;
  hop: HopTransport;
  right: HopTransport;
  rightId: ReturnType<typeof newIdentity>['peerId'];
  toHop: LinkSession;
  atHop: LinkSession;
  toRight: LinkSession;
  close(): Promise<void>;
}>;

/** A new path of the session through the hop, with ciphers of a handshake of its own. */
async function attach(legs: Legs, opener: LinkSession, target: LinkSession): Promise<void> {
  const [near, far] = await shakeHands();
  const message = Uint8Array.of(1);
  legs.right.onIncoming = (incoming) => {
    const channel = incoming.accept(message);
    target.attachPath({ kind: 'via', channel, send: far.send, receive: far.receive, dialed: false });
  };
  const { channel } = await legs.left.dial(legs.toHop, legs.rightId, message, signal);
  opener.attachPath({ kind: 'via', channel, send: near.send, receive: near.receive, dialed: true });
}

/** Two links of the hop over real sockets, with real ciphers. */
async function realLegs(): Promise<Legs> {
  const direct = CARRIERS.find(({ kind }) => kind === 'direct');
  if (direct === undefined) throw new Error('no direct carrier');
  const carriers: OpenCarrier[] = [await direct.open(), await direct.open()];
  const sessions: LinkSession[] = [];
  for (const carrier of carriers) {
    const [near, far] = await shakeHands();
    const { left, right } = await carrier.make();
    const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
    responder.attachPath({ kind: 'direct', channel: right, send: far.send, receive: far.receive, dialed: false });
    initiator.attachPath({ kind: 'direct', channel: left, send: near.send, receive: near.receive, dialed: true });
    sessions.push(initiator, responder);
    await responder.confirmed;
  }
  const [toHop, atHop, toRight, atRight] = sessions;
  if (toHop === undefined || atHop === undefined || toRight === undefined || atRight === undefined)
    throw new Error('four sessions were expected');
  const [leftId, hopId, rightId] = [newIdentity().peerId, newIdentity().peerId, newIdentity().peerId];
  const session = async (): Promise<LinkSession> => toRight;
  const [left, hop, right] = [leftId, hopId, rightId].map((ownId) => new HopTransport({ ...shared, session, ownId }));
  if (left === undefined || hop === undefined || right === undefined) throw new Error('three were expected');
  atRight.onStream = (stream) => right.receive(stream, hopId);
  return {
    leftId,
    rightId,
    left,
    hop,
    right,
    toHop,
    atHop,
    toRight,
    async close() {
      await Promise.all(sessions.map((session) => session.close('test', 'over')));
      for (const carrier of carriers) await carrier.close();
    },
  };
}
