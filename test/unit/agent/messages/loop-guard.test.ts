import { beforeEach, describe, expect, it } from 'vitest';
import { LoopGuard } from '#agent/messages/inbox/loop-guard.ts';
import { AUTOMATIC_IN_A_ROW, AUTOMATIC_IN_WINDOW, AUTOMATIC_WINDOW, LOOP_LIMITS } from '#shared/messages/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

const LEFT = new MessageWorld().left.peerId;
const RIGHT = new MessageWorld().right.peerId;
const CODER = `${LEFT}/coder`;
const TESTER = `${RIGHT}/tester`;
const PERSON = `${RIGHT}/me`;

let clock: FakeClock;
let limits = LOOP_LIMITS;
let guard: LoopGuard;
let threads: number;
beforeEach(() => {
  clock = new FakeClock();
  limits = LOOP_LIMITS;
  guard = new LoopGuard(clock, () => limits);
  threads = 0;
});

let ids = 0;
const count = (message: Omit<Parameters<LoopGuard['count']>[0], 'id'>): boolean => {
  ids += 1;
  return guard.count({ ...message, id: `id-${ids}` });
};
/** A message that names no other one, in a thread of its own. */
const fresh = (from: string, to: string): boolean => {
  threads += 1;
  return count({ from, to, thread: `thread-${threads}`, auto: false });
};
const answer = (from: string, to: string, thread = 'talk'): boolean => count({ from, to, thread, auto: true });
/** Number of messages that two agents exchange in turn until one is held; undefined: none of so many is. */
function exchanged(turn: (from: string, to: string) => boolean, most = 2000): number | undefined {
  for (let each = 0; each < most; each += 1)
    if (each % 2 === 0 ? turn(CODER, TESTER) : turn(TESTER, CODER)) return each;
  return undefined;
}

describe('two agents that write new messages to each other', () => {
  it('are held after 200 in ten minutes [S-WRITE-3]', () => {
    // The first one answers none.
    expect(exchanged(fresh)).toBe(AUTOMATIC_IN_WINDOW + 1);
    // From then on neither goes on, whoever writes.
    expect([fresh(CODER, TESTER), fresh(TESTER, CODER), fresh(TESTER, CODER)]).toEqual([true, true, true]);
  });

  it('are held though each of them writes several at once [S-WRITE-3]', () => {
    let sent = 0;
    for (let held = false; !held && sent < 5000;) {
      for (const [from, to] of [
        [CODER, TESTER],
        [CODER, TESTER],
        [TESTER, CODER],
        [TESTER, CODER],
        [TESTER, CODER],
      ] as const) {
        held ||= fresh(from, to);
        sent += 1;
      }
    }
    expect(sent).toBeLessThan(3 * AUTOMATIC_IN_WINDOW);
  });

  it('are held though they mix answers and new messages [S-WRITE-3]', () => {
    expect(exchanged((from, to) => (from === CODER ? fresh(from, to) : answer(from, to)))).toBeLessThanOrEqual(
      2 * AUTOMATIC_IN_WINDOW + 1,
    );
  });

  it('go on if they take longer, and after ten minutes', async () => {
    const slow = (from: string, to: string): Promise<boolean> =>
      clock.advance(AUTOMATIC_WINDOW / AUTOMATIC_IN_WINDOW).then(() => fresh(from, to));
    for (let each = 0; each < 600; each += 1)
      expect(await (each % 2 === 0 ? slow(CODER, TESTER) : slow(TESTER, CODER))).toBe(false);
    exchanged(fresh);
    await clock.advance(AUTOMATIC_WINDOW);
    expect(fresh(CODER, TESTER)).toBe(false);
  });

  it('begin again when a person releases a message', () => {
    exchanged(fresh);
    guard.release({ from: CODER, to: TESTER, thread: `thread-${threads}` });
    expect(fresh(CODER, TESTER)).toBe(false);
    expect(exchanged(fresh)).toBeGreaterThanOrEqual(AUTOMATIC_IN_WINDOW - 1);
  });

  it('are held after as many as a person has set, from the next message on', () => {
    limits = { inARow: 5, inTenMinutes: 20 };
    expect(exchanged(fresh)).toBe(21);
    limits = LOOP_LIMITS;
    expect(fresh(CODER, TESTER)).toBe(false);
  });
});

describe('no one is held', () => {
  it('who writes much that is not answered, or little', () => {
    for (let each = 0; each < 5000; each += 1) expect(fresh(CODER, TESTER)).toBe(false);
    for (let each = 0; each < 50; each += 1) expect(fresh(TESTER, CODER)).toBe(false);
    for (let each = 0; each < 5000; each += 1) expect(fresh(CODER, TESTER)).toBe(false);
  });

  it('because of a person, who writes and is written to', () => {
    for (let each = 0; each < 1000; each += 1) {
      expect(fresh(PERSON, CODER)).toBe(false);
      expect(fresh(CODER, PERSON)).toBe(false);
    }
  });

  it('because of two others', () => {
    exchanged(fresh);
    expect(fresh(`${LEFT}/reviewer`, TESTER)).toBe(false);
    expect(fresh(TESTER, `${LEFT}/reviewer`)).toBe(false);
  });
});

describe('answers in one thread', () => {
  it('are held after 50 in a row, and a message that is no answer begins the row again [S-WRITE-3]', () => {
    for (let each = 0; each < AUTOMATIC_IN_A_ROW; each += 1) expect(answer(CODER, TESTER)).toBe(false);
    // A person writes in the name of one of the agents.
    expect(count({ from: TESTER, to: CODER, thread: 'talk', auto: false })).toBe(false);
    for (let each = 0; each < AUTOMATIC_IN_A_ROW; each += 1) expect(answer(CODER, TESTER)).toBe(false);
    expect(answer(CODER, TESTER)).toBe(true);
    expect(answer(CODER, TESTER, 'another')).toBe(false);
  });
});

describe('a message that comes again', () => {
  const say = { body: 'x', media: 'text/plain', life: 3_600_000, auto: true, hops: 0, thread: 'talk' } as const;

  it('is counted once, and no other sender counts with its ID [S-WRITE-3]', () => {
    limits = { inARow: 2, inTenMinutes: 200 };
    const one = { id: 'same', from: CODER, to: TESTER, thread: 'talk', auto: true };
    for (let each = 0; each < 5; each += 1) expect(guard.count(one)).toBe(false);
    expect(guard.count({ ...one, from: TESTER, to: CODER })).toBe(false);
    expect(answer(CODER, TESTER)).toBe(true);
  });

  it('is counted once though its program repeats the call', async () => {
    const world = new MessageWorld();
    const { left, right } = world;
    left.loopLimits = { inARow: 3, inTenMinutes: 200 };
    await world.start();
    world.connect();
    const to = { device: right.peerId, agent: 'tester' };
    for (let each = 0; each < 5; each += 1)
      await left.service?.send({ ...say, from: 'coder', to, idempotencyKey: 'once' });
    await right.service?.send({ ...say, from: 'tester', to: { device: left.peerId, agent: 'coder' } });
    await world.clock.advance(1000);
    expect(left.received().map(({ held }) => held)).toEqual([undefined]);
    await left.service?.close();
    await right.service?.close();
  });

  it.each(['to an agent of the same device', 'to a peer'])(
    'is counted once though the disk has refused it before: %s',
    async (recipient) => {
      const world = new MessageWorld();
      const { left } = world;
      const right = recipient === 'to a peer' ? world.right : left;
      right.loopLimits = { inARow: 1, inTenMinutes: 200 };
      await world.start();
      world.connect();
      right.inboxDisk.failures = 1;
      await left.service?.send({ ...say, from: 'coder', to: { device: right.peerId, agent: 'tester' } });
      await world.clock.advance(60_000);
      expect(right.inboxDisk.failures).toBe(0);
      expect(right.received().map(({ held }) => held)).toEqual([undefined]);
      await left.service?.close();
      await world.right.service?.close();
    },
  );
});

it('two agents on two devices that answer by new messages are held, and the one that holds says which', async () => {
  const world = new MessageWorld();
  await world.start();
  world.connect();
  const say = (from: 'left' | 'right', body: string) => {
    const other = from === 'left' ? world.right : world.left;
    return world[from].service?.send({
      from: from === 'left' ? 'coder' : 'tester',
      to: { device: other.peerId, agent: from === 'left' ? 'tester' : 'coder' },
      body,
      media: 'text/plain',
      life: 3_600_000,
      auto: false,
      hops: 0,
    });
  };
  const held = () =>
    [world.left, world.right].flatMap((device) => device.received()).filter((one) => one.held !== undefined);
  let sent = 0;
  while (held().length === 0 && sent < 600) {
    await say(sent % 2 === 0 ? 'left' : 'right', `number ${sent}`);
    await world.clock.advance(100);
    sent += 1;
  }
  expect(sent).toBe(AUTOMATIC_IN_WINDOW + 2);
  expect(held().map(({ preview }) => preview)).toEqual([`number ${AUTOMATIC_IN_WINDOW + 1}`]);
  // It is stored all the same: nothing is lost.
  expect(world.right.sent().at(-1)?.state).toBe('stored');
  await world.left.service?.close();
  await world.right.service?.close();
});
