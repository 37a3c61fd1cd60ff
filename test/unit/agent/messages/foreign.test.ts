import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceBook } from '#agent/messages/foreign/instance-book.ts';
import type { ForeignOutcome, ForeignPort, ForeignSending } from '#agent/messages/foreign/foreign-port.ts';
import { RelayInstances } from '#agent/messages/foreign/relay-instances.ts';
import type { ForeignArrival, ForeignTaken } from '#agent/messages/inbox/foreign-server.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import type { Principal, PrincipalBook } from '#agent/core/principals/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { RIGHTS } from '#shared/app-api/index.ts';
import { encodeForeign } from '#shared/foreign/index.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FOREIGN_ARRIVALS, FOREIGN_KEPT, FOREIGN_OPEN, FOREIGN_TAKEN } from '#shared/messages/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { MessageWorld, type MessageDevice } from '#test/support/messages/message-world.ts';

const BOT = peerIdFromBytes(new Uint8Array(32).fill(7));
const OTHER = peerIdFromBytes(new Uint8Array(32).fill(8));
const allow = async (): Promise<undefined> => undefined;
const { signal } = new AbortController();

let world: MessageWorld;
let device: MessageDevice;
beforeEach(() => {
  world = new MessageWorld();
  device = world.right;
});
afterEach(async () => {
  await device.service?.close();
});

const arrival = (fields: Partial<ForeignArrival> = {}): ForeignArrival => ({
  peerId: BOT,
  id: 'm',
  from: 'a',
  to: 'coder',
  body: 'hello',
  replyTo: undefined,
  ...fields,
});
const take = async (fields?: Partial<ForeignArrival>, authorize = allow): Promise<ForeignTaken | undefined> =>
  await device.service?.takeForeign(arrival(fields), authorize, signal);

describe('messages of foreign instances', () => {
  beforeEach(() => device.start());

  it('are stored once for each ID of an agent, also after a crash, in the order in which they came', async () => {
    expect(await take()).toBe('stored');
    expect(await take({ body: 'changed' })).toBe('stored');
    expect(await take({ from: 'b' })).toBe('stored');
    expect(await take({ peerId: OTHER })).toBe('stored');
    expect(await take({ id: 'n', body: 'second' })).toBe('stored');
    device.crash(1);
    await device.start();
    expect(await take()).toBe('stored');
    expect(await take({ id: 'o', body: 'third' })).toBe('stored');
    expect(device.received().map(({ preview }) => preview)).toEqual(['hello', 'hello', 'hello', 'second', 'third']);
    expect(device.received().every(({ foreign }) => foreign !== undefined)).toBe(true);
  });

  it('go on after the disk has refused one, which its sender sends again', async () => {
    await take({ id: 'first' });
    device.inboxDisk.failures = 1;
    expect(await take()).toBe('dropped');
    expect(await take()).toBe('stored');
    expect(await take({ id: 'n' })).toBe('stored');
    device.crash(1);
    await device.start();
    expect(device.received()).toHaveLength(3);
  });

  it('leave room for those of other instances and of peers [S-FOREIGN-15]', async () => {
    for (let number = 0; number < FOREIGN_OPEN / 2; number += 1) await take({ id: `m${number}` });
    expect(device.received()).toHaveLength(FOREIGN_OPEN / 2);
    expect(await take({ id: 'more' })).toEqual({ refused: 'message.full' });
    for (let number = 0; number < FOREIGN_OPEN / 4; number += 1) await take({ peerId: OTHER, id: `m${number}` });
    expect(device.received()).toHaveLength((FOREIGN_OPEN * 3) / 4);
    expect(await take({ peerId: OTHER, id: 'more' })).toEqual({ refused: 'message.full' });
    const of = device.received().filter(({ from }) => from.device === BOT);
    // Room of an instance is its own and a bit of the others'.
    for (const { id } of of.slice(0, 251)) await device.service?.settle(id, 'read');
    expect(await take({ id: 'more' })).toBe('stored');
  });

  it('wait for the person in bounded number, and each once [S-FOREIGN-15]', async () => {
    let asked = 0;
    const never = async (): Promise<never> => {
      asked += 1;
      return await new Promise<never>(() => undefined);
    };
    for (let again = 0; again < 3; again += 1) void take({ id: 'm0' }, never);
    expect(asked).toBe(1);
    for (let number = 1; number < FOREIGN_TAKEN; number += 1) void take({ id: `m${number}` }, never);
    expect(await take({ id: 'more' }, never)).toBe('dropped');
    expect(asked).toBe(FOREIGN_TAKEN);
  });

  it('are not remembered if they were refused, so that they can be let in later', async () => {
    const refuse = async (): Promise<{ code: string }> => ({ code: 'rights.denied' });
    expect(await take({}, refuse as unknown as typeof allow)).toEqual({ refused: 'rights.denied' });
    expect(await take({ to: 'nobody' })).toBe('unknown-agent');
    expect(await take()).toBe('stored');
  });
});

describe('messages to foreign instances', () => {
  let online: boolean;
  let outcomes: ForeignOutcome[];
  let sent: ForeignSending[];
  beforeEach(async () => {
    [online, outcomes, sent] = [true, [], []];
    const port: ForeignPort = {
      has: (peerId) => peerId === BOT,
      isOnline: () => online,
      send: async (_peerId, message) => {
        sent.push(message);
        return outcomes.shift() ?? { kind: 'stored' };
      },
    };
    device.foreign = port;
    await device.start();
  });
  const queue = async (body: string, replyTo?: string) =>
    await device.service?.send({
      from: 'coder',
      to: { device: BOT, agent: 'a' },
      body,
      media: 'text/plain',
      replyTo,
      life: 60_000,
      auto: false,
      hops: 0,
      isForeign: true,
    });
  const states = (): readonly string[] => device.sent().map(({ state }) => state);

  it('are sent in order and once, and wait while the instance is away, also through a crash', async () => {
    online = false;
    await queue('one');
    await queue('two');
    await world.clock.advance(0);
    device.crash(1);
    await device.start();
    expect(states()).toEqual(['queued', 'queued']);
    online = true;
    device.service?.foreignConnected(BOT);
    await world.clock.advance(0);
    expect(sent.map(({ body, to }) => [body, to])).toEqual([
      ['one', 'a'],
      ['two', 'a'],
    ]);
    expect(states()).toEqual(['stored', 'stored']);
    device.crash(1);
    await device.start();
    device.service?.foreignConnected(BOT);
    await world.clock.advance(120_000);
    expect(sent).toHaveLength(2);
    expect(device.sent().every(({ isForeign }) => isForeign)).toBe(true);
  });

  it('come again after a pause with the same ID if there was no receipt, before those behind them', async () => {
    outcomes.push({ kind: 'later', mayBeThere: true }, { kind: 'later', mayBeThere: true, wait: 30_000 });
    await queue('one');
    await queue('two');
    await world.clock.advance(5000);
    expect(sent.map(({ body }) => body)).toEqual(['one', 'one']);
    await world.clock.advance(27_000);
    expect(sent).toHaveLength(2);
    await world.clock.advance(2000);
    expect(sent.map(({ body }) => body)).toEqual(['one', 'one', 'one', 'two']);
    expect(new Set(sent.slice(0, 3).map(({ id }) => id)).size).toBe(1);
  });

  it('that were refused, taken back or have expired let the next ones through', async () => {
    outcomes.push({ kind: 'refused', code: 'message.unknown-agent' });
    await queue('refused');
    await world.clock.advance(0);
    online = false;
    const back = await queue('back');
    await queue('expired');
    await world.clock.advance(0);
    device.crash(1);
    await device.start();
    await device.service?.cancel(back?.id ?? '');
    await world.clock.advance(120_000);
    expect(states()).toEqual(['refused', 'cancelled', 'expired']);
    online = true;
    await queue('last');
    await world.clock.advance(0);
    expect(sent.map(({ body }) => body)).toEqual(['refused', 'last']);
    expect(states().at(-1)).toBe('stored');
  });

  it('never say that they were taken back or have expired if the instance may have them, also after a crash [S-FOREIGN-17]', async () => {
    outcomes.push({ kind: 'later', mayBeThere: true });
    const late = await queue('late');
    const behind = await queue('behind');
    await world.clock.advance(0);
    expect(states()).toEqual(['sent', 'queued']);
    online = false;
    await device.service?.cancel(behind?.id ?? '');
    device.crash(1);
    await device.start();
    await device.service?.cancel(late?.id ?? '');
    await world.clock.advance(0);
    expect(device.sent().map(({ state, code }) => [state, code])).toEqual([
      ['lost', 'message.no-receipt'],
      ['cancelled', undefined],
    ]);
    online = true;
    outcomes.push({ kind: 'later', mayBeThere: true });
    await queue('over');
    await world.clock.advance(0);
    online = false;
    await world.clock.advance(120_000);
    expect(device.sent().at(-1)).toMatchObject({ state: 'lost', code: 'message.no-receipt' });
    device.crash(1);
    await device.start();
    expect(states()).toEqual(['lost', 'cancelled', 'lost']);
    expect(sent.map(({ body }) => body)).toEqual(['late', 'over']);
  });

  it('that the relay has not passed on are taken back, and one taken back while the disk is busy is not sent', async () => {
    outcomes.push({ kind: 'later', mayBeThere: false, wait: 30_000 });
    const refused = await queue('too many');
    await world.clock.advance(0);
    await device.service?.cancel(refused?.id ?? '');
    await world.clock.advance(30_000);
    expect(states()).toEqual(['cancelled']);
    const hasty = await queue('hasty');
    await device.service?.cancel(hasty?.id ?? '');
    await world.clock.advance(60_000);
    const isSent = sent.some(({ body }) => body === 'hasty');
    expect(device.sent().at(-1)?.state).toBe(isSent ? 'stored' : 'cancelled');
  });

  it('name the ID that the instance gave the message which they answer', async () => {
    await take({ id: 'theirs' });
    await take({ id: 'of another', peerId: OTHER });
    const [own, other] = device.received();
    await queue('answer', own?.id);
    await queue('no answer', other?.id);
    await world.clock.advance(0);
    expect(sent.map(({ replyTo }) => replyTo)).toEqual(['theirs', undefined]);
  });
});

describe('what the relay says of instances', () => {
  it('is looked at in bounded number, of one instance and of all; the rest is dropped [S-FOREIGN-15]', async () => {
    const clock = new FakeClock();
    const book = new InstanceBook({ file: new MemoryDocumentFile(), crypto: nativeBackend, logger: silentLogger });
    const taken: string[] = [];
    const instances = new RelayInstances({
      ownId: BOT,
      book,
      clock,
      logger: silentLogger,
      relay: { keyOnline: new Uint8Array(32), address: 'relay.test', sendMessage: async () => undefined },
      take: async ({ id }) => {
        taken.push(id);
        return 'stored';
      },
      onConnected: () => undefined,
      onChange: () => undefined,
    });
    const say = (name: string, id: string): void =>
      instances.received({
        from: name,
        body: encodeForeign({
          type: 'message',
          id,
          from: `${name}/a`,
          to: `${BOT}/coder`,
          message: 'x',
          time: 1,
          key: 'ab'.repeat(16),
        }),
      });
    const { each, all } = FOREIGN_ARRIVALS;
    for (let number = 0; number < 2 * each.burst; number += 1) say('bot', `m${number}`);
    expect(taken).toHaveLength(each.burst);
    await clock.advance(1000);
    for (let number = 0; number < each.burst; number += 1) say('bot', `n${number}`);
    expect(taken).toHaveLength(each.burst + each.perSecond);
    for (let number = 0; number < 2 * all.burst; number += 1) say(`bot${number % 100}`, `o${number}`);
    expect(taken.length).toBeLessThanOrEqual(all.burst + all.perSecond);
  });
});

describe('a foreign instance', () => {
  const named = { relayKey: new Uint8Array(32), relay: 'relay.test', name: 'bot', key: 'ab'.repeat(16) };
  const open = (file = new MemoryDocumentFile()): InstanceBook =>
    new InstanceBook({ file, crypto: nativeBackend, logger: silentLogger });

  it('is another one at another relay, with another key and under another name', () => {
    const book = open();
    const ids = [
      named,
      { ...named, relayKey: new Uint8Array(32).fill(1) },
      { ...named, key: 'cd'.repeat(16) },
      { ...named, name: 'bot2' },
    ].map((one) => book.see(one, () => false)?.id);
    expect(new Set(ids).size).toBe(4);
    expect(book.see(named, () => false)?.id).toBe(ids[0]);
  });

  it('has the right `message` and no other, whatever a book says [S-FOREIGN-11]', () => {
    const grants = Object.fromEntries(
      RIGHTS.map((right) => [right, { decision: 'allow' as const, expiresAt: null }]),
    ) as Principal['grants'];
    const principal: Principal = {
      peerId: BOT,
      name: 'Program bot',
      grants,
      ignoredRequests: [],
      pairing: null,
      foreign: true,
    };
    const peers = {
      get: () => principal,
      list: () => [principal],
      isSuspended: () => false,
      onChange: () => () => undefined,
    } as unknown as PrincipalBook;
    const policy = new RightsPolicy({ peers, clock: new FakeClock() });
    expect(RIGHTS.filter((right) => policy.decision(BOT, right) !== 'deny')).toEqual(['message']);
    const book = open();
    const id = book.see(named, () => false)?.id ?? BOT;
    expect(() => book.setGrant(id, 'prompt', { decision: 'allow', expiresAt: null })).toThrow(RangeError);
    policy.close();
  });

  it('keeps what a person has decided, in bounded number, and is forgotten with all of it', () => {
    const file = new MemoryDocumentFile();
    const book = open(file);
    const id = book.see(named, () => false)?.id ?? BOT;
    book.tell(id, 'coder');
    book.ignoreRequests(id, 'message');
    const again = open(file);
    expect(again.find(id)).toMatchObject({ name: 'bot', told: ['coder'], isIgnored: true });
    again.setGrant(id, 'message', { decision: 'allow', expiresAt: null });
    expect(again.get(id)).toMatchObject({ ignoredRequests: [], grants: { message: { decision: 'allow' } } });
    again.agentRemoved('coder');
    expect(again.wasTold(id, 'coder')).toBe(false);
    for (let number = 1; number < FOREIGN_KEPT; number += 1)
      again.keep(again.see({ ...named, name: `n${number}` }, () => true)?.id ?? BOT);
    const last = again.see({ ...named, name: 'last' }, () => true)?.id ?? BOT;
    expect(() => again.keep(last)).toThrow(expect.objectContaining({ code: 'message.instances' }));
    again.remove(id);
    again.keep(last);
    expect(open(file).find(id)).toBeUndefined();
  });
});
