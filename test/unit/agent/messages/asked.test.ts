import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewMessage, OutboxEntry } from '#agent/messages/outbox/outbox.ts';
import { MESSAGE_QUESTIONS } from '#shared/messages/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
/** Questions to the person at the right device, oldest first. */
let questions: { agent: string; detail: string; signal: AbortSignal; answer(refusal?: { code: string }): void }[];
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  questions = [];
  world.right.authorize = async (agent, describe, signal, onWaiting) => {
    if (agent === 'tester') return undefined;
    onWaiting();
    const { promise, resolve } = Promise.withResolvers<{ code: string } | undefined>();
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
