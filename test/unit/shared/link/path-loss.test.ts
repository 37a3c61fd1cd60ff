import { describe, expect, it } from 'vitest';

import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import type { ByteChannel, LinkLimits, LinkSession, LinkStream, StreamKind } from '#shared/link/index.ts';
import { pattern, readAll } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { attachMemoryPath, nullCipher, SESSION_ID } from '#test/support/link.ts';

const RUNS = 6000;

/** Windows so small that credit runs out all the time. */
const LIMITS: Partial<LinkLimits> = {
  maxIncomingStreams: 16,
  maxOutgoingStreams: 16,
  sessionWindow: 160 * 1024,
  interactiveReserve: 8 * 1024,
  streamWindow: 8 * 1024,
  maxStreamWindow: 32 * 1024,
  sendBuffer: 8 * 1024,
  pathLossGrace: 600_000,
};

const KINDS: readonly StreamKind[] = ['pty', 'tcp', 'file', 'rpc'];

/** mulberry32: small, seeded, good enough to choose where things break. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Lets the first `budget` bytes of a direction through and swallows the rest: the end that writes does not notice. */
function cutAfter(channel: ByteChannel, budget: number): ByteChannel {
  let left = budget;
  return {
    write: (pieces) => {
      const passed: Uint8Array[] = [];
      for (const piece of pieces) {
        passed.push(piece.subarray(0, Math.min(piece.length, left)));
        left -= Math.min(piece.length, left);
      }
      return channel.write(passed);
    },
    get bufferedBytes() {
      return channel.bufferedBytes;
    },
    setHandlers: (handlers) => {
      channel.setHandlers(handlers);
    },
    pause: () => {
      channel.pause();
    },
    resume: () => {
      channel.resume();
    },
    close: () => {
      channel.close();
    },
    destroy: (error) => {
      channel.destroy(error);
    },
  };
}

type Work = { finished: number; wanted: number; wrong: string[]; ids: Set<string> };
type Random = (below: number) => number;

async function send(stream: LinkStream, bytes: Uint8Array, random: Random): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const length = 1 + random(6000);
    await stream.write(bytes.slice(offset, offset + length));
    offset += length;
  }
  await stream.end();
}

/** Sends a request whose answer is known, and compares it. */
async function request(session: LinkSession, seed: number, random: Random, work: Work): Promise<void> {
  const [upward, downward] = [random(20_000), random(20_000)];
  const stream = session.open(KINDS[random(KINDS.length)] ?? 'tcp', { upward, downward, seed });
  if (random(12) === 0) {
    void send(stream, pattern(upward, seed), random).catch(() => undefined);
    for (let turn = random(6); turn > 0; turn -= 1) await settle(1);
    stream.reset(1);
    await stream.closed;
  } else {
    const [answer] = await Promise.all([readAll(stream), send(stream, pattern(upward, seed), random), stream.opened]);
    if (!Buffer.from(answer).equals(pattern(downward, seed + 1))) work.wrong.push(`answer ${seed}`);
    const end = await stream.closed;
    if (end !== 'finished') work.wrong.push(`end ${seed}: ${end.message}`);
  }
  work.finished += 1;
}

function serve(session: LinkSession, name: string, random: Random, work: Work): void {
  session.onStream = (offer) => {
    const { upward, downward, seed } = offer.params as { upward: number; downward: number; seed: number };
    const key = `${name} ${offer.id}`;
    if (work.ids.has(key)) work.wrong.push(`id ${key} twice`);
    work.ids.add(key);
    const stream = offer.accept({ seed });
    void Promise.all([readAll(stream), send(stream, pattern(downward, seed + 1), random)])
      .then(([received]) => {
        if (!Buffer.from(received).equals(pattern(upward, seed))) work.wrong.push(`request ${seed}`);
      })
      .catch(() => undefined);
  };
}

async function run(seed: number): Promise<{ losses: number; skipped: number }> {
  const random = randomFrom(seed);
  const clock = new FakeClock();
  const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock, limits: LIMITS });
  const responder = createSession({ role: 'responder', id: SESSION_ID, clock, limits: LIMITS });
  const work: Work = { finished: 0, wanted: 0, wrong: [], ids: new Set() };
  serve(initiator, 'initiator', random, work);
  serve(responder, 'responder', random, work);
  const errors: unknown[] = [];
  const begin = (session: LinkSession): void => {
    work.wanted += 1;
    request(session, seed + work.wanted, random, work).catch((reason: unknown) => {
      errors.push(reason);
    });
  };
  attachMemoryPath(initiator, responder);
  await settle();
  for (let count = 1 + random(4); count > 0; count -= 1) begin(random(2) === 0 ? initiator : responder);
  const losses = random(7);
  let skipped = 0;
  for (let loss = 0; loss < losses; loss += 1) {
    const [left, right] = createMemoryChannelPair({ chunkSize: 1 + random(40_000) });
    const [there, back] = [cutAfter(left, random(25_000)), cutAfter(right, random(25_000))];
    const reaches = random(6) !== 0;
    if (reaches)
      responder.attachPath({ kind: 'memory', channel: back, send: nullCipher, receive: nullCipher, dialled: false });
    else skipped += 1;
    initiator.attachPath({ kind: 'memory', channel: there, send: nullCipher, receive: nullCipher, dialled: true });
    for (let steps = random(8); steps > 0; steps -= 1) await clock.advance(random(3) * 6);
    if (random(3) === 0) begin(random(2) === 0 ? initiator : responder);
    if (random(3) > 0) (random(2) === 0 ? left : right).destroy(new Error('cut'));
    if (random(2) === 0) await clock.advance(1);
  }
  attachMemoryPath(initiator, responder);
  for (let steps = 0; steps < 60 && work.finished < work.wanted && errors.length === 0; steps += 1)
    await clock.advance(6);
  for (
    let steps = 0;
    steps < 20 && initiator.statistics().streamsOpen + responder.statistics().streamsOpen > 0;
    steps += 1
  )
    await clock.advance(6);
  const state = {
    errors,
    wrong: work.wrong,
    finished: work.finished,
    open: [initiator.statistics().streamsOpen, responder.statistics().streamsOpen],
  };
  expect(state, `seed ${seed}`).toEqual({ errors: [], wrong: [], finished: work.wanted, open: [0, 0] });
  void initiator.close('test', 'over');
  await clock.advance(700_000);
  expect(clock.pending, `seed ${seed}`).toBe(0);
  return { losses, skipped };
}

describe('a session that loses its paths', () => {
  it('delivers every byte once, in order, and forgets every stream', async () => {
    let losses = 0;
    let skipped = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const result = await run(seed * 7919);
      losses += result.losses;
      skipped += result.skipped;
    }
    console.info(`${RUNS} runs, ${losses} paths lost, ${skipped} of them never heard of by the responder`);
    expect(losses).toBeGreaterThan(RUNS);
  });
});
