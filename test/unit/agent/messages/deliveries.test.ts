import { beforeEach, expect, it } from 'vitest';
import { AgentDeliveries, type PersonRefusal } from '#agent/messages/delivery/agent-deliveries.ts';
import type { Delivery } from '#agent/messages/delivery/deliverer.ts';
import type { LocalAgent } from '#agent/messages/agents/agent-book.ts';
import type { InboxEntry, InboxState } from '#agent/messages/inbox/inbox.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { ANSWER_MEMORY, type AgentMessage } from '#shared/messages/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const PEER = 'p'.repeat(56) as PeerId;
const OTHER = 'q'.repeat(56) as PeerId;

let clock: FakeClock;
let entries: Map<string, InboxEntry>;
let agent: LocalAgent;
let right: RightDecision;
let refusal: PersonRefusal | undefined;
let asked: string[];
/** Resolves when the person answers, and what happens once a message is delivered. */
let answer: Promise<undefined>;
let done: () => void;
/** Messages that the program was given, and what it does with each. */
let given: Delivery[];
let program: (delivery: Delivery, onTaken: () => void, signal: AbortSignal) => Promise<string | undefined>;
let replies: string[];
/** Messages that can't expire now. */
let underWay: Set<string>;
let deliveries: AgentDeliveries;
let number: number;

beforeEach(() => {
  clock = new FakeClock();
  entries = new Map();
  agent = {
    name: 'coder',
    description: '',
    http: false,
    files: null,
    intake: 'deliver',
    deliverer: { kind: 'openclaw', gateway: 'g', agent: 'main' },
  };
  right = 'allow';
  refusal = undefined;
  asked = [];
  answer = Promise.resolve(undefined);
  done = () => undefined;
  given = [];
  replies = [];
  underWay = new Set();
  number = 0;
  program = async ({ entry }) => `answer to ${entry.id}`;
  create();
});

/** Creates the deliveries of a program that starts on the same disk. */
function create(): void {
  const deliver = async (_record: unknown, delivery: Delivery, onTaken: () => void, signal: AbortSignal) => {
    given.push(delivery);
    return await program(delivery, onTaken, signal);
  };
  const made: AgentDeliveries = new AgentDeliveries({
    clock,
    logger: silentLogger,
    random: () => 0.5,
    inbox: {
      list: () => [...entries.values()],
      get: (id) => entries.get(id),
      beginDelivery: (id) => void underWay.add(id),
      endDelivery: (id) => void underWay.delete(id),
      decline: async (id, undecided) => void Object.assign(entries.get(id) ?? {}, { isDeclined: true, undecided }),
      read: async (id) =>
        ({ id, body: 'text', from: `${PEER}/tests`, to: `${OTHER}/coder` }) as unknown as AgentMessage,
    },
    deliverers: { openclaw: { deliver }, webhook: { deliver } },
    agent: (name) => (name === agent.name ? agent : undefined),
    mayAct: () => right,
    ask: async ({ id }, signal) => {
      asked.push(id);
      const { promise: withdrawn, resolve } = Promise.withResolvers<undefined>();
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
      await Promise.race([answer, withdrawn]);
      return signal.aborted ? { code: 'rights.withdrawn', wasAsked: true } : refusal;
    },
    isPaused: () => false,
    settle: async (id, state) => {
      await Promise.resolve();
      const entry = entries.get(id);
      if (entry === undefined) return;
      Object.assign(entry, { state, since: clock.now(), ...(state === 'taken' ? { isDelivered: true } : {}) });
      if (deliveries === made) made.changed(entry);
    },
    reply: async (entry, body) => {
      // As the outbox with its idempotency key.
      if (!replies.includes(`${entry.id}: ${body}`)) replies.push(`${entry.id}: ${body}`);
    },
    onProblem: () => undefined,
    onDelivered: () => done(),
  });
  deliveries = made;
}

function arrive(change: Partial<InboxEntry> = {}): InboxEntry {
  number += 1;
  const entry = {
    id: `m${number}`,
    from: { device: PEER, agent: 'tests' },
    agent: 'coder',
    state: 'stored' as InboxState,
    since: clock.now(),
    held: undefined,
    ...change,
  } as InboxEntry;
  entries.set(entry.id, entry);
  deliveries.changed(entry);
  return entry;
}
async function release(entry: InboxEntry): Promise<void> {
  await deliveries.release(entry.id, async () => {
    // As the inbox, which tells at once.
    Object.assign(entry, { held: undefined, isDeclined: false, undecided: undefined });
    deliveries.changed(entry);
  });
}
const ids = (): string[] => given.map(({ entry }) => entry.id);

it('messages of one sender are delivered one at a time and in order, those of another beside them', async () => {
  const open: (() => void)[] = [];
  program = async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return undefined;
  };
  deliveries.start();
  arrive();
  arrive();
  arrive({ from: { device: OTHER, agent: 'tests' } });
  await clock.advance(0);
  expect(ids()).toEqual(['m1', 'm3']);
  open[0]?.();
  await clock.advance(0);
  expect(ids()).toEqual(['m1', 'm3', 'm2']);
});

it('a message can not expire from when its program is given it until it was settled, or has failed', async () => {
  const seen: (readonly string[])[] = [];
  let fails = true;
  program = async () => {
    seen.push([...underWay]);
    if (fails) throw new ClawReachError('webhook.status', 'busy');
    return undefined;
  };
  done = () => seen.push([...underWay]);
  deliveries.start();
  arrive();
  await clock.advance(0);
  expect(underWay.size).toBe(0);
  fails = false;
  await clock.advance(120_000);
  expect(seen).toEqual([['m1'], ['m1'], ['m1']]);
  expect(underWay.size).toBe(0);
});

it('at most four deliveries of one peer run at a time', async () => {
  const open: (() => void)[] = [];
  program = async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return undefined;
  };
  deliveries.start();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) arrive({ from: { device: PEER, agent: name } });
  await clock.advance(0);
  expect(ids()).toHaveLength(4);
  open[0]?.();
  await clock.advance(0);
  expect(ids()).toHaveLength(5);
});

it('a failed delivery stays in the inbox with its reason, and is tried again with growing pauses, before the next one', async () => {
  program = async () => {
    throw new ClawReachError('gateway.lost', 'down');
  };
  deliveries.start();
  const first = arrive();
  arrive();
  await clock.advance(0);
  expect(first.state).toBe('stored');
  expect(deliveries.problemOf(first)).toBe('gateway.lost');
  await clock.advance(60_000);
  const tries = given.length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(10);
  expect(new Set(ids())).toEqual(new Set(['m1']));
  program = async () => 'yes';
  await clock.advance(300_000);
  expect(replies).toEqual(['m1: yes', 'm2: yes']);
  expect(first.state).toBe('read');
  expect(deliveries.problemOf(first)).toBeUndefined();
});

it('a message of a peer without the right prompt never reaches the program, until it has the right [S-INTAKE-1]', async () => {
  right = 'deny';
  deliveries.start();
  const entry = arrive();
  await clock.advance(3_600_000);
  deliveries.retryAll();
  await release(entry);
  await clock.advance(0);
  expect(given).toEqual([]);
  expect(asked).toEqual([]);
  expect(entry.state).toBe('stored');
  expect(deliveries.problemOf(entry)).toBe('rights.denied');
  right = 'allow';
  deliveries.retryAll();
  await clock.advance(0);
  expect(entry.state).toBe('read');
});

it('a person who is asked and declines keeps the message in the inbox; the next one follows; a release delivers it', async () => {
  right = 'ask';
  refusal = { code: 'rights.denied', wasAsked: true };
  deliveries.start();
  const entry = arrive();
  await clock.advance(3_600_000);
  expect(asked).toEqual(['m1']);
  expect(given).toEqual([]);
  refusal = undefined;
  arrive();
  await clock.advance(0);
  expect(ids()).toEqual(['m2']);
  // A restart is no release.
  create();
  deliveries.start();
  await clock.advance(0);
  expect(asked).toEqual(['m1', 'm2']);
  // Neither is what the person allows from now on.
  right = 'allow';
  deliveries.retryAll();
  await clock.advance(0);
  expect(ids()).toEqual(['m2']);
  right = 'ask';
  deliveries.revoke(PEER);
  refusal = { code: 'rights.denied', wasAsked: false };
  await release(entry);
  await clock.advance(0);
  expect(asked).toEqual(['m1', 'm2']);
  expect(ids()).toEqual(['m2', 'm1']);
});

it.each([
  { code: 'rights.denied', wasAsked: false, undecided: 'rights.unasked' },
  { code: 'rights.unanswered', wasAsked: true, undecided: 'rights.unanswered' },
])('one on which no person has decided ($undecided) waits, and is delivered at once when all are', async (no) => {
  right = 'ask';
  refusal = no;
  deliveries.start();
  const entry = arrive();
  await clock.advance(3_600_000);
  expect(asked).toEqual(['m1']);
  expect(entry).toMatchObject({ state: 'stored', isDeclined: true, undecided: no.undecided });
  deliveries.retryAll();
  await clock.advance(0);
  expect([given, asked]).toEqual([[], ['m1']]);
  right = 'allow';
  deliveries.retryAll();
  await clock.advance(0);
  expect(entry.state).toBe('read');
});

it('a release is an approval of one message, which ends when the person decides on all, or the disk refuses it [S-INTAKE-1]', async () => {
  right = 'ask';
  refusal = { code: 'rights.denied', wasAsked: true };
  deliveries.start();
  program = async () => {
    throw new ClawReachError('webhook.status', 'busy');
  };
  const entry = arrive();
  await clock.advance(0);
  const failed = deliveries.release(entry.id, async () => {
    throw new Error('no disk');
  });
  await expect(failed).rejects.toThrow('no disk');
  entry.isDeclined = false;
  deliveries.changed(entry);
  await clock.advance(0);
  expect([ids(), asked]).toEqual([[], ['m1', 'm1']]);
  await release(entry);
  await clock.advance(0);
  expect([ids(), asked]).toEqual([['m1'], ['m1', 'm1']]);
  deliveries.revoke(PEER);
  await clock.advance(60_000);
  expect([ids(), asked]).toEqual([['m1'], ['m1', 'm1', 'm1']]);
});

it('a reason of before is no reason once another program gets the messages', async () => {
  right = 'deny';
  deliveries.start();
  const entry = arrive();
  await clock.advance(0);
  expect(deliveries.problemOf(entry)).toBe('rights.denied');
  entry.state = 'taken';
  expect(deliveries.problemOf(entry)).toBeUndefined();
  entry.state = 'stored';
  agent = { ...agent, deliverer: null, intake: 'hold' };
  expect(deliveries.problemOf(entry)).toBeUndefined();
});

it('a question about a message is withdrawn when it expires, and the next one is delivered', async () => {
  deliveries.start();
  right = 'ask';
  answer = new Promise(() => undefined);
  const short = arrive();
  const next = arrive();
  await settle();
  expect(asked).toEqual([short.id]);
  answer = Promise.resolve(undefined);
  Object.assign(short, { state: 'expired' });
  deliveries.changed(short);
  await settle();
  expect(asked).toEqual([short.id, next.id]);
  expect(given.map(({ entry }) => entry.id)).toEqual([next.id]);
  expect(short.isDeclined).not.toBe(true);
});

it('a right that is taken away while a message waits for its turn keeps it from the program [S-INTAKE-1]', async () => {
  const open: (() => void)[] = [];
  program = async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return undefined;
  };
  deliveries.start();
  for (const name of ['a', 'b', 'c', 'd', 'e']) arrive({ from: { device: PEER, agent: name } });
  await clock.advance(0);
  right = 'deny';
  open[0]?.();
  await clock.advance(60_000);
  expect(ids()).toHaveLength(4);
});

it('one that is discarded while it waits for its turn never reaches the program, before the disk has that either', async () => {
  const open: (() => void)[] = [];
  program = async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return undefined;
  };
  deliveries.start();
  const entries = ['a', 'b', 'c', 'd', 'e'].map((name) => arrive({ from: { device: PEER, agent: name } }));
  await clock.advance(0);
  expect(ids()).toHaveLength(4);
  Object.assign(entries.at(-1) ?? {}, { isDiscarded: true });
  open[0]?.();
  await clock.advance(60_000);
  expect(ids()).toHaveLength(4);
});

it('what runs for a peer ends when its right is taken away', async () => {
  let isStopped = false;
  program = async (_delivery, onTaken, signal) => {
    onTaken();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    isStopped = true;
    throw signal.reason;
  };
  deliveries.start();
  const entry = arrive();
  await clock.advance(0);
  right = 'deny';
  deliveries.revoke(PEER);
  await clock.advance(3_600_000);
  expect(given).toHaveLength(1);
  expect(entry.state).toBe('taken');
  expect(isStopped).toBe(true);
  expect(replies).toEqual([]);
});

it('held messages wait for a person, and those of an agent with intake hold for its program', async () => {
  deliveries.start();
  const held = arrive({ held: 'loop' });
  agent = { ...agent, intake: 'hold' };
  arrive();
  await clock.advance(3_600_000);
  expect(given).toEqual([]);
  agent = { ...agent, intake: 'deliver' };
  deliveries.agentChanged('coder');
  await clock.advance(0);
  expect(ids()).toEqual(['m2']);
  held.held = undefined;
  deliveries.changed(held);
  await clock.advance(0);
  expect(ids()).toEqual(['m2', 'm1']);
});

it('one that a program had when the agent was killed is not given to it again: only its answer is fetched', async () => {
  program = async (_delivery, onTaken) => {
    onTaken();
    return await new Promise<never>(() => undefined);
  };
  deliveries.start();
  const entry = arrive();
  await clock.advance(0);
  expect(entry.state).toBe('taken');
  create();
  program = async ({ wasTaken }) => (wasTaken ? 'the answer' : 'a second run');
  deliveries.start();
  await clock.advance(0);
  expect(replies).toEqual(['m1: the answer']);
  expect(entry.state).toBe('read');
});

it('an answer that can no longer be fetched leaves the message taken, with the reason', async () => {
  const entry = arrive({ state: 'taken', isDelivered: true });
  arrive({ state: 'taken', isDelivered: true, since: clock.now() - ANSWER_MEMORY - 1 });
  program = async () => {
    throw new ClawReachError('remote.lost', 'nothing more');
  };
  deliveries.start();
  await clock.advance(3_600_000);
  expect(ids()).toEqual(['m1']);
  expect(given[0]?.wasTaken).toBe(true);
  expect(entry.state).toBe('taken');
  expect(deliveries.problemOf(entry)).toBe('remote.lost');
});

it('one that another program has taken or acknowledged is never delivered, nor asked about, after a restart either [S-INTAKE-1]', async () => {
  right = 'ask';
  arrive({ state: 'taken' });
  arrive({ state: 'taken', isDelivered: true, isAcknowledged: true });
  deliveries.start();
  await clock.advance(3_600_000);
  expect([given, asked]).toEqual([[], []]);
});

it.each(['expired', 'taken', 'read'] as const)(
  'one that is %s while the person is asked is not delivered, whatever they answer',
  async (state) => {
    right = 'ask';
    deliveries.start();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answer = promise;
    const entry = arrive();
    await clock.advance(0);
    expect(asked).toEqual(['m1']);
    entry.state = state;
    resolve(undefined);
    await clock.advance(0);
    expect(given).toEqual([]);
  },
);

it.each(Array.from({ length: 16 }, (_, step) => step))(
  'one that arrives %i steps after the one before was delivered is delivered, too',
  async (step) => {
    deliveries.start();
    const later = (left: number): void => (left === 0 ? void arrive() : queueMicrotask(() => later(left - 1)));
    done = () => {
      done = () => undefined;
      later(step);
    };
    arrive();
    await clock.advance(0);
    expect(ids()).toEqual(['m1', 'm2']);
  },
);

it('what only the relay vouches for is never delivered, whatever the sender may do [S-FOREIGN-11]', async () => {
  deliveries.start();
  arrive({ foreign: { id: 'x' } });
  arrive();
  await clock.advance(0);
  await deliveries.release('m1', async () => undefined);
  deliveries.retryAll();
  await clock.advance(600_000);
  expect(ids()).toEqual(['m2']);
  expect(asked).toEqual([]);
});
