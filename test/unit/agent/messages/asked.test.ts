import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MessageRefusal } from '#agent/messages/inbox/message-server.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import type { NewMessage } from '#agent/messages/outbox/outbox.ts';
import { MESSAGE_QUESTIONS } from '#shared/messages/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
/** Questions to the person at the right device, oldest first. */
let questions: { agent: string; detail: string; signal: AbortSignal; answer(refusal?: MessageRefusal): void }[];
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  questions = [];
  world.right.authorize = async (agent, describe, signal, onWaiting) => {
    if (agent === 'tester') return undefined;
    onWaiting();
    const { promise, resolve } = Promise.withResolvers<MessageRefusal | undefined>();
    signal.addEventListener('abort', () => resolve({ code: 'rights.withdrawn' }), { once: true });
    questions.push({ agent, detail: describe().detail, signal, answer: resolve });
    return await promise;
  };
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

const send = async (agent: string, change: Partial<NewMessage> = {}): Promise<OutboxEntry> => {
  const to = { device: world.right.peerId, agent };
  const hello = {
    from: 'tester',
    to,
    body: 'hello',
    media: 'text/plain',
    life: 3_600_000,
    auto: false,
    hops: 0,
  } as const;
  const entry = await world.left.service?.send({ ...hello, ...change });
  if (entry === undefined) throw new Error('the device is down');
  return entry;
};
const open = (): typeof questions => questions.filter(({ signal }) => !signal.aborted);

it('holds back only the pair of agents of which a person is asked about a message, in order', async () => {
  world.connect();
  const asked = await send('coder', { body: 'one' });
  await settle();
  const behind = await send('coder', { body: 'two' });
  const free = [await send('tester'), await send('tester')];
  const other = await send('coder', { from: 'coder', body: 'of another agent' });
  await settle();
  expect(free.map(({ state }) => state)).toEqual(['stored', 'stored']);
  expect([asked, behind, other].map(({ pair }) => pair.isAsked)).toEqual([true, true, true]);
  expect(free[0]?.pair.isAsked).toBe(false);
  expect(questions).toHaveLength(2);
  questions[0]?.answer();
  await settle();
  expect(asked).toMatchObject({ state: 'stored', waiting: false });
  // Only now is the person asked about the next one.
  expect(questions.map(({ detail }) => detail.split(': ')[1])).toEqual(['one', 'of another agent', 'two']);
  for (const question of questions) question.answer();
  await settle();
  const came = world.right.received().filter(({ from, agent }) => from.agent === 'tester' && agent === 'coder');
  expect(came.map(({ preview }) => preview)).toEqual(['one', 'two']);
  expect(other.state).toBe('stored');
});

it('lets many messages of a pair wait that were queued before, and those of others pass', async () => {
  for (let each = 0; each < 600; each += 1) await send('coder');
  const free = await send('tester');
  world.connect();
  await settle();
  expect(free.state).toBe('stored');
  expect(questions).toHaveLength(1);
  questions[0]?.answer();
  await settle();
  const later = await send('tester');
  await settle();
  expect(later.state).toBe('stored');
  expect(open()).toHaveLength(2);
});

it('shows no more questions of a machine at one time than it may, and the others after them', async () => {
  for (let each = 0; each < 7; each += 1) world.right.agents.add(`agent-${each}`);
  const sent = [];
  for (let each = 0; each < 7; each += 1) sent.push(await send(`agent-${each}`));
  world.connect();
  await settle();
  expect(questions).toHaveLength(MESSAGE_QUESTIONS);
  expect(sent.map(({ waiting }) => waiting)).toEqual(Array(7).fill(true));
  questions[0]?.answer({ code: 'rights.denied' });
  await settle();
  expect(questions).toHaveLength(MESSAGE_QUESTIONS + 1);
  expect(sent[0]).toMatchObject({ state: 'refused', code: 'rights.denied' });
});

it('says no longer that a person is asked once the stream is lost', async () => {
  world.connect();
  const asked = await send('coder');
  await settle();
  expect(asked.pair.isAsked).toBe(true);
  world.right.crash(1);
  await settle();
  expect(asked).toMatchObject({ waiting: false, state: 'sent' });
  expect(asked.pair.isAsked).toBe(false);
});

it('withdraws the question when a message expires, says so at once, and leaves other questions open', async () => {
  world.connect();
  const short = await send('coder', { life: 3000 });
  const long = await send('coder', { from: 'coder' });
  await settle();
  expect(open()).toHaveLength(2);
  await world.clock.advance(3000);
  expect(short).toMatchObject({ state: 'expired', waiting: false });
  expect(long).toMatchObject({ state: 'sent', waiting: true });
  expect(open().map(({ detail }) => detail)).toEqual([questions[1]?.detail]);
  expect(questions).toHaveLength(2);
  expect(world.right.received()).toEqual([]);
  // One behind it comes in after that.
  const next = await send('coder');
  await world.clock.advance(50);
  questions[2]?.answer();
  await settle();
  expect(next.state).toBe('stored');
});

it('does not store a message that is approved after it has expired', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  world.right.authorize = async (_agent, _describe, _signal, onWaiting) => {
    onWaiting();
    return await promise;
  };
  world.connect();
  const late = await send('coder', { life: 3000 });
  await settle();
  // The answer comes in the same moment.
  await world.clock.advance(3000);
  resolve(undefined);
  await world.finish();
  expect(late.state).toBe('expired');
  expect(world.right.received()).toEqual([]);
});

/** Sends messages of which a person is asked about the first of a pair and one of another pair; all others wait there behind the first. */
const sendBehind = async (
  ...lives: readonly number[]
): Promise<Readonly<{ asked: OutboxEntry; behind: readonly OutboxEntry[]; other: OutboxEntry }>> => {
  const ask = world.right.authorize;
  world.right.authorize = async () => undefined;
  world.connect();
  await send('coder', { body: 'before' });
  await settle();
  // The sender hears of the question when those behind the message are on their way.
  const { promise: shown, resolve: show } = Promise.withResolvers<undefined>();
  world.right.authorize = async (...request) => {
    await shown;
    return await ask(...request);
  };
  const asked = await send('coder', { body: 'asked' });
  const behind: OutboxEntry[] = [];
  for (const life of lives) behind.push(await send('coder', { life }));
  const other = await send('coder', { from: 'coder' });
  await settle();
  show(undefined);
  await settle();
  expect(behind.map(({ state }) => state)).toEqual(lives.map(() => 'sent'));
  expect(open()).toHaveLength(2);
  return { asked, behind, other };
};
const cancel = async ({ id }: OutboxEntry): Promise<void> => {
  await world.left.service?.cancel(id);
};

it('leaves all questions open when a message behind one expires, which is told at once, and not delivered', async () => {
  const { asked, behind, other } = await sendBehind(3000, 5000);
  await world.clock.advance(5000);
  expect(behind.map(({ state }) => state)).toEqual(['expired', 'expired']);
  await world.clock.advance(25_000);
  expect(questions).toHaveLength(2);
  expect(open()).toHaveLength(2);
  expect([asked, other]).toMatchObject([{ waiting: true }, { waiting: true }]);
  for (const question of questions) question.answer();
  await world.clock.advance(1000);
  expect([asked, ...behind, other].map(({ state }) => state)).toEqual(['stored', 'expired', 'expired', 'stored']);
  expect(world.right.received().map(({ preview }) => preview)).toEqual(['before', 'asked', 'hello']);
  expect(questions).toHaveLength(2);
});

it('leaves all questions open when a message behind one expires at a machine that can not take it back, which is told when its turn comes', async () => {
  world.right.isOlder = true;
  const { asked, behind, other } = await sendBehind(3000, 5000);
  await world.clock.advance(30_000);
  expect(behind.map(({ state }) => state)).toEqual(['sent', 'sent']);
  expect(questions).toHaveLength(2);
  expect(open()).toHaveLength(2);
  expect([asked, other]).toMatchObject([{ waiting: true }, { waiting: true }]);
  for (const question of questions) question.answer();
  await world.clock.advance(1000);
  expect([asked, ...behind, other].map(({ state }) => state)).toEqual(['stored', 'expired', 'expired', 'stored']);
  expect(world.right.received().map(({ preview }) => preview)).toEqual(['before', 'asked', 'hello']);
  expect(questions).toHaveLength(2);
  expect(world.left.lies).toEqual([]);
});

it('takes a message back behind a question at once, and leaves all questions and the others behind it as they are', async () => {
  const { asked, behind, other } = await sendBehind(60_000, 60_000);
  const [first, second] = behind;
  if (first === undefined || second === undefined) throw new Error('nothing is behind');
  await cancel(first);
  await settle();
  expect([asked, first, second, other].map(({ state }) => state)).toEqual(['sent', 'cancelled', 'sent', 'sent']);
  expect([asked, other]).toMatchObject([{ waiting: true }, { waiting: true }]);
  expect(questions).toHaveLength(2);
  expect(open()).toHaveLength(2);
  for (const question of open()) question.answer();
  await settle();
  // The person is asked about the one that is left.
  expect(questions).toHaveLength(3);
  questions[2]?.answer();
  await settle();
  expect([asked, first, second, other].map(({ state }) => state)).toEqual(['stored', 'cancelled', 'stored', 'stored']);
  expect(world.right.received()).toHaveLength(4);
  expect(first.pair.hasPending).toBe(false);
});

it('takes back a message about which a person is asked: its question ends, the next one of its pair is asked about, and others stay open', async () => {
  const { asked, behind, other } = await sendBehind(60_000);
  const before = asked.epoch;
  await cancel(asked);
  await settle();
  expect(asked).toMatchObject({ state: 'cancelled', waiting: false });
  expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
  expect([...behind, other]).toMatchObject([{ waiting: true }, { waiting: true }]);
  // What the person answers now is about nothing.
  questions[0]?.answer();
  await settle();
  questions[2]?.answer();
  await settle();
  expect(behind.map(({ state }) => state)).toEqual(['stored']);
  const next = await send('coder');
  await settle();
  questions[3]?.answer();
  await settle();
  expect(next).toMatchObject({ state: 'stored', epoch: before });
  expect(world.right.received().map(({ preview }) => preview)).not.toContain('asked');
});

it('takes a message back on another stream if the machine there can not take it back on this one, which ends its questions', async () => {
  world.right.isOlder = true;
  const { asked, behind } = await sendBehind(60_000);
  for (const entry of behind) await cancel(entry);
  await settle();
  expect(behind.map(({ state }) => state)).toEqual(['cancelled']);
  expect(questions.slice(0, 2).map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(open()).toHaveLength(2);
  for (const question of open()) question.answer();
  await settle();
  expect(asked.state).toBe('stored');
  expect(world.left.lies).toEqual([]);
});

it('says that a message is stored, and not taken back, if the person has approved it before', async () => {
  world.connect();
  const entry = await send('coder');
  await settle();
  questions[0]?.answer();
  await cancel(entry);
  await settle();
  expect(entry).toMatchObject({ state: 'stored', withdrawn: undefined });
  expect(world.right.received()).toHaveLength(1);
});

it('does not store a message that the person approves when it is taken back already', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  world.right.authorize = async (_agent, _describe, _signal, onWaiting) => {
    onWaiting();
    return await promise;
  };
  world.connect();
  const entry = await send('coder');
  await settle();
  await cancel(entry);
  await settle();
  expect(entry.state).toBe('cancelled');
  resolve(undefined);
  await settle();
  expect(world.right.received()).toEqual([]);
  expect(entry.pair.hasPending).toBe(false);
});

it('keeps a message taken back through a crash of the machine there, which has not passed its number yet', async () => {
  const { asked, behind, other } = await sendBehind(60_000, 60_000);
  const [first, second] = behind;
  if (first === undefined || second === undefined) throw new Error('nothing is behind');
  await cancel(first);
  await settle();
  expect(first.state).toBe('cancelled');
  const { epoch } = first;
  world.right.crash(1);
  await world.right.start();
  world.connect();
  await settle();
  for (let round = 0; round < 3; round += 1) {
    for (const question of open()) question.answer();
    await settle();
  }
  expect([asked, first, second, other].map(({ state }) => state)).toEqual(['stored', 'cancelled', 'stored', 'stored']);
  expect(second.epoch).toBe(epoch);
  expect(world.right.received()).toHaveLength(4);
});

it('has a message taken back after a crash here, before the machine there has said so', async () => {
  const { behind } = await sendBehind(60_000);
  for (const entry of behind) await cancel(entry);
  world.left.crash(1);
  await world.left.start();
  world.connect();
  await settle();
  expect(behind.map(({ id }) => world.left.service?.outbox.get(id)?.state)).toEqual(['cancelled']);
  for (const question of open()) question.answer();
  await settle();
  expect(world.right.received()).toHaveLength(3);
});

it('leaves all questions open when a message expires, or is taken back, that was not sent again since a restart', async () => {
  await send('coder');
  await send('coder', { from: 'coder' });
  const expiring = await send('coder', { life: 3000 });
  const cancelled = await send('coder');
  world.left.crash(1);
  await world.left.start();
  world.connect();
  await settle();
  expect(open()).toHaveLength(2);
  const stateOf = ({ id }: OutboxEntry): string | undefined => world.left.service?.outbox.get(id)?.state;
  await world.left.service?.cancel(cancelled.id);
  await world.clock.advance(3000);
  expect([stateOf(expiring), stateOf(cancelled)]).toEqual(['expired', 'cancelled']);
  expect(questions).toHaveLength(2);
  expect(open()).toHaveLength(2);
  for (const question of questions) question.answer();
  await world.finish();
  expect(world.right.received()).toHaveLength(2);
});

it('tells a decline, with the end of its pause, from what is denied for good, also after a restart', async () => {
  world.left.outboxDisk.waste = 1e9;
  world.connect();
  const at = world.clock.now();
  const [declined, denied] = [await send('coder'), await send('coder', { from: 'coder' })];
  await settle();
  questions[0]?.answer({ code: 'rights.denied', retryAfter: 59_999.5 });
  questions[1]?.answer({ code: 'rights.denied', retryAfter: 0 });
  await world.clock.advance(100);
  const stateOf = ({ id }: OutboxEntry): unknown => {
    const { state, code, retryAt } = world.left.service?.outbox.get(id) ?? {};
    return [state, code, retryAt];
  };
  const told = (): readonly unknown[] => [declined, denied].map(stateOf);
  const expected = [
    ['refused', 'rights.declined', at + 60_000],
    ['refused', 'rights.denied', undefined],
  ];
  expect(told()).toEqual(expected);
  world.left.crash(1);
  await world.left.start();
  expect(told()).toEqual(expected);
});

it('opens another stream if a recipient that can not take messages back does not say in time that the one asked about has expired', async () => {
  const { promise } = Promise.withResolvers<undefined>();
  world.right.authorize = async (_agent, _describe, _signal, onWaiting) => {
    onWaiting();
    return await promise;
  };
  world.right.isOlder = true;
  world.connect();
  const stuck = await send('coder', { life: 3000 });
  await settle();
  await world.clock.advance(4999);
  expect(stuck).toMatchObject({ state: 'sent', waiting: true });
  await world.clock.advance(1);
  expect(stuck.waiting).toBe(false);
});
