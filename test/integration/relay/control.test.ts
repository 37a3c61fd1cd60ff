import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { joinRelay, newConnectionId, newDevice, RelayAgent } from '#test/support/relay-agent.ts';
import { connectPair, joinMember, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;
let owner: Member;
let member: Member;
let stranger: Member;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay({ rates: { failuresPerAddress: { burst: 10_000, perSecond: 1000 } } }));
  owner = await joinOwner(relay);
  member = await joinMember(relay, owner);
  stranger = await joinOwner(relay);
});
afterAll(async () => {
  await stop();
});

test('what is wrong with a connect is told, and a stranger looks like nobody [S-RELAY-2]', async () => {
  const absent = await joinMember(relay, owner);
  await absent.agent.close();
  const cases: [string, string][] = [
    [stranger.device.peerId, 'unknown'],
    [newDevice().peerId, 'unknown'],
    [owner.device.peerId, 'self'],
    [absent.device.peerId, 'offline'],
  ];
  for (const [to, reason] of cases) {
    const connection = newConnectionId();
    owner.agent.send({ type: 'connect', connection, to, message1: 'AAAA' });
    expect(await owner.agent.next('refused')).toEqual({ type: 'refused', connection, reason });
  }
  expect(stranger.agent.waiting.some((message) => message.type === 'incoming')).toBe(false);
});

test('a target refuses, and only the target accepts', async () => {
  const connection = newConnectionId();
  owner.agent.send({ type: 'connect', connection, to: member.device.peerId, message1: 'AAAA' });
  await member.agent.next('incoming');
  stranger.agent.send({ type: 'accept', connection, message2: 'AAAA' });
  expect(await stranger.agent.next('closed')).toMatchObject({ connection, reason: 'gone' });
  owner.agent.send({ type: 'accept', connection, message2: 'AAAA' });
  expect(await owner.agent.next('closed')).toMatchObject({ connection, reason: 'gone' });
  member.agent.send({ type: 'refuse', connection, reason: 'busy' });
  expect(await owner.agent.next('refused')).toMatchObject({ connection, reason: 'busy' });
});

test('a connect can be cancelled while it rings', async () => {
  const connection = newConnectionId();
  owner.agent.send({ type: 'connect', connection, to: member.device.peerId, message1: 'AAAA' });
  await member.agent.next('incoming');
  owner.agent.send({ type: 'cancel', connection });
  expect(await member.agent.next('closed')).toMatchObject({ connection, reason: 'cancelled' });
});

test('a joiner is let in without the token and may do one thing [S-RELAY-1]', async () => {
  for (const message of [
    { type: 'connect', connection: newConnectionId(), to: owner.device.peerId, message1: 'AAAA' },
    { type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) },
    { type: 'enrol', request: 1, enrolment: 'AAAA' },
    { type: 'remove', request: 1, removal: 'AAAA' },
    { type: 'accept', connection: newConnectionId(), message2: 'AAAA' },
  ] as const) {
    const { agent, welcome } = await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined });
    expect(welcome.projects).toEqual([]);
    agent.send(message);
    expect(await agent.next('error')).toMatchObject({ code: 'not-allowed', fatal: true });
    await agent.closed;
  }
  const { agent } = await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined });
  agent.send({ type: 'mailbox-claim', request: 7, nameplate: '0000' });
  expect(await agent.next('error')).toMatchObject({ code: 'nameplate', request: 7, fatal: false });
  agent.send({ type: 'mailbox-claim', request: 8, nameplate: '0001' });
  expect(await agent.next('error')).toMatchObject({ code: 'limit', request: 8 });
  await agent.close();
});

test('two sides pair through a mailbox, and the second to claim finds nothing', async () => {
  owner.agent.send({ type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) });
  const { nameplate = '' } = await owner.agent.next('mailbox-opened');
  const joiner = (await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined })).agent;
  joiner.send({ type: 'mailbox-claim', request: 2, nameplate });
  expect((await joiner.next('mailbox-claimed')).deposit).toBe('A'.repeat(22));
  await owner.agent.next('mailbox-joined');
  const late = (await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined })).agent;
  late.send({ type: 'mailbox-claim', request: 3, nameplate });
  expect((await late.next('error')).code).toBe('nameplate');
  joiner.send({ type: 'mailbox-send', body: 'AAAA' });
  expect((await owner.agent.next('mailbox-message')).body).toBe('AAAA');
  owner.agent.send({ type: 'mailbox-send', body: 'BBBB' });
  expect((await joiner.next('mailbox-message')).body).toBe('BBBB');
  await joiner.close();
  expect((await owner.agent.next('mailbox-closed')).reason).toBe('other-side');
  await late.close();
});

test('early data goes between the two ends only, in order with its end, within its allowance', async () => {
  const { connection } = await connectPair(owner, member);
  member.agent.sendEarly(connection, new Uint8Array(10_000).fill(1));
  expect(await owner.agent.nextBinary()).toHaveLength(10_016);
  stranger.agent.sendEarly(connection, new Uint8Array(10).fill(2));
  owner.agent.sendEarly(connection, new Uint8Array(16 * 1024).fill(3));
  expect((await member.agent.nextBinary()).subarray(16).every((byte) => byte === 3)).toBe(true);
  owner.agent.send({ type: 'early-end', connection, bytes: 16 * 1024 });
  expect(await member.agent.next('early-end')).toMatchObject({ connection, bytes: 16 * 1024 });
  // After its end there is nothing more of this side.
  owner.agent.sendEarly(connection, new Uint8Array(1));
  expect(await member.agent.next('closed')).toMatchObject({ connection, reason: 'early-data' });
  expect(await owner.agent.next('closed')).toMatchObject({ connection, reason: 'early-data' });
  expect(member.agent.binary).toEqual([]);
});

test('early data before the answer, over the allowance, or with a false count goes nowhere', async () => {
  const ringing = newConnectionId();
  owner.agent.send({ type: 'connect', connection: ringing, to: member.device.peerId, message1: 'AAAA' });
  await member.agent.next('incoming');
  owner.agent.sendEarly(ringing, new Uint8Array(10));
  owner.agent.send({ type: 'cancel', connection: ringing });
  await member.agent.next('closed', (message) => message.connection === ringing);
  expect(member.agent.binary).toEqual([]);

  const over = await connectPair(owner, member);
  owner.agent.sendEarly(over.connection, new Uint8Array(16 * 1024));
  owner.agent.sendEarly(over.connection, new Uint8Array(1));
  expect((await member.agent.next('closed')).reason).toBe('early-data');
  await owner.agent.next('closed');
  expect(await member.agent.nextBinary()).toHaveLength(16 * 1024 + 16);

  const lied = await connectPair(owner, member);
  owner.agent.send({ type: 'early-end', connection: lied.connection, bytes: 5 });
  expect((await member.agent.next('closed')).reason).toBe('early-data');
  await owner.agent.next('closed');
  expect(member.agent.binary).toEqual([]);
});

test('what is no control message ends the connection with a reason', async () => {
  const bad: (string | Uint8Array)[] = [
    '{"type":"shell"}',
    '{"type":"mailbox-close","extra":1}',
    'not json',
    '{"type":"mailbox-claim","request":1}',
    new Uint8Array(3),
    `{"type":"mailbox-close"}${' '.repeat(16 * 1024 - 20)}`,
  ];
  for (const data of bad) {
    const { agent } = await joinRelay(relay, newDevice());
    agent.sendRaw(data);
    expect((await agent.next('error')).code).toBe('format');
    await agent.closed;
  }
  const { agent } = await joinRelay(relay, newDevice());
  agent.sendRaw(new Uint8Array(64 * 1024));
  expect((await agent.closed).code).toBe(1009);
});

test('nothing but hello is heard before the welcome', async () => {
  for (const data of ['{"type":"mailbox-close"}', new Uint8Array(20), '{']) {
    const agent = new RelayAgent(relay);
    await agent.next('challenge');
    agent.sendRaw(data);
    expect(['order', 'format']).toContain((await agent.next('error')).code);
    await agent.closed;
  }
});

test('random messages through a real socket leave the relay as it was [S-RELAY-3]', { timeout: 60_000 }, async () => {
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value)),
    fc.constantFrom('connect', 'accept', 'hello', 'early-end').map((type) => JSON.stringify({ type, connection: 'x' })),
  );
  await fc.assert(
    fc.asyncProperty(message, async (data) => {
      const agent = new RelayAgent(relay);
      await agent.next('challenge');
      agent.sendRaw(data);
      await agent.closed;
      expect(agent.waiting.every((received) => received.type === 'error' && received.fatal)).toBe(true);
    }),
    { numRuns: 300 },
  );
  const { connection } = await connectPair(owner, member);
  expect(connection).toHaveLength(32);
});

describe('a device', () => {
  const open = (request: number, mailbox?: string) =>
    ({
      type: 'mailbox-open',
      request,
      deposit: 'A'.repeat(22),
      ...(mailbox === undefined ? {} : { mailbox }),
    }) as const;

  /** A device of the owner's project at this version. */
  const ownerAt = async (version: number): Promise<RelayAgent> =>
    (await joinRelay(relay, newDevice(), { version })).agent;

  test('holds a code and a link beside each other, and each finds its own joiner [S-PAIR-1]', async () => {
    const agent = await ownerAt(5);
    agent.send(open(1));
    const { nameplate = '' } = await agent.next('mailbox-opened');
    const link = '5a'.repeat(16);
    agent.send(open(2, link));
    await agent.next('mailbox-opened');
    for (const [claim, box, body] of [
      [{ mailbox: link }, 2, 'AAAA'],
      [{ nameplate }, 1, 'BBBB'],
    ] as const) {
      // Joiners of an earlier version pair with it, too.
      const { agent: joiner } = await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined });
      joiner.send({ type: 'mailbox-claim', request: 9, ...claim });
      await joiner.next('mailbox-claimed');
      joiner.send({ type: 'mailbox-send', body });
      expect(await agent.next('mailbox-joined')).toEqual({ type: 'mailbox-joined', box });
      expect(await agent.next('mailbox-message')).toEqual({ type: 'mailbox-message', box, body });
      agent.send({ type: 'mailbox-send', box, body: 'CCCC' });
      expect(await joiner.next('mailbox-message')).toEqual({ type: 'mailbox-message', body: 'CCCC' });
      await joiner.close();
      expect(await agent.next('mailbox-closed')).toEqual({ type: 'mailbox-closed', box, reason: 'other-side' });
    }
    await agent.close();
  });

  test('never holds a third, by whichever way it asks [S-PAIR-1]', async () => {
    const agent = await ownerAt(5);
    agent.send(open(1));
    agent.send(open(2, '6b'.repeat(16)));
    for (let count = 0; count < 2; count += 1) await agent.next('mailbox-opened');
    const other = await ownerAt(5);
    other.send(open(1));
    const { nameplate = '' } = await other.next('mailbox-opened');
    for (const message of [
      open(3),
      open(4, '7c'.repeat(16)),
      { type: 'mailbox-claim', request: 5, nameplate } as const,
    ]) {
      agent.send(message);
      expect(await agent.next('error')).toMatchObject({ code: 'limit', request: message.request, fatal: false });
    }
    // One that is closed makes room for one.
    agent.send({ type: 'mailbox-close', box: 1 });
    agent.send({ type: 'mailbox-claim', request: 6, nameplate });
    await agent.next('mailbox-claimed');
    agent.send(open(7));
    expect(await agent.next('error')).toMatchObject({ code: 'limit', request: 7 });
    await Promise.all([agent.close(), other.close()]);
  });

  test('of an earlier version holds one, as before', async () => {
    const agent = await ownerAt(4);
    agent.send(open(1));
    expect(Object.keys(await agent.next('mailbox-opened'))).not.toContain('box');
    agent.send(open(2));
    expect(await agent.next('error')).toMatchObject({ code: 'limit', request: 2, fatal: false });
    agent.send({ type: 'mailbox-close', box: 1 });
    expect(await agent.next('error')).toMatchObject({ code: 'format', fatal: true });
    await agent.closed;
  });

  test('can neither give two mailboxes one number nor leave the number out', async () => {
    const twice = await ownerAt(5);
    twice.send(open(1));
    twice.send(open(1, '8d'.repeat(16)));
    expect(await twice.next('error')).toMatchObject({ code: 'order', fatal: true });
    await twice.closed;
    const nameless = await ownerAt(5);
    nameless.send(open(1));
    nameless.send({ type: 'mailbox-send', body: 'AAAA' });
    expect(await nameless.next('error')).toMatchObject({ code: 'format', fatal: true });
    await nameless.closed;
  });

  test('reaches no mailbox of another device by its number', async () => {
    const victim = await ownerAt(5);
    victim.send(open(1));
    const { nameplate = '' } = await victim.next('mailbox-opened');
    const thief = await ownerAt(5);
    thief.send({ type: 'mailbox-close', box: 1 });
    thief.send({ type: 'mailbox-send', box: 1, body: 'AAAA' });
    expect(await thief.next('error')).toMatchObject({ code: 'mailbox', fatal: false });
    const { agent: joiner } = await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined });
    joiner.send({ type: 'mailbox-claim', request: 1, nameplate });
    await joiner.next('mailbox-claimed');
    expect(victim.waiting.map(({ type }) => type)).not.toContain('mailbox-message');
    await Promise.all([victim.close(), thief.close(), joiner.close()]);
  });
});

test('a flood of connects, codes and connections is told to wait [S-PAIR-1]', async () => {
  const { relay: strict, stop: stopStrict } = await startTestRelay({
    rates: {
      connectsPerDevice: { burst: 3, perSecond: 0.1 },
      mailboxFailuresPerAddress: { burst: 2, perSecond: 0.01 },
      mailboxOpensPerDevice: { burst: 1, perSecond: 0.01 },
      messagesPerDevice: { burst: 20, perSecond: 1 },
      connectionsPerAddress: { burst: 6, perSecond: 0.01 },
    },
  });
  const flooder = await joinOwner(strict);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    flooder.agent.send({ type: 'connect', connection: newConnectionId(), to: newDevice().peerId, message1: 'AAAA' });
  }
  await flooder.agent.next('refused', (message) => message.reason === 'rate');
  const waits = await flooder.agent.next('error');
  expect(waits).toMatchObject({ code: 'rate', fatal: false });
  expect(waits.retryAfter).toBeGreaterThan(5000);
  for (const code of ['nameplate', 'nameplate', 'rate']) {
    flooder.agent.send({ type: 'mailbox-claim', request: 1, nameplate: '0000' });
    expect((await flooder.agent.next('error')).code).toBe(code);
  }
  flooder.agent.send({ type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) });
  await flooder.agent.next('mailbox-opened');
  flooder.agent.send({ type: 'mailbox-close' });
  flooder.agent.send({ type: 'mailbox-open', request: 2, deposit: 'A'.repeat(22) });
  expect(await flooder.agent.next('error')).toMatchObject({ code: 'rate', request: 2 });
  for (let attempt = 0; attempt < 20; attempt += 1) flooder.agent.send({ type: 'mailbox-close' });
  expect(await flooder.agent.next('error')).toMatchObject({ code: 'rate', fatal: true });
  await flooder.agent.closed;
  let refused: RelayAgent | undefined;
  for (let attempt = 0; attempt < 6; attempt += 1) {
    refused = new RelayAgent(strict);
    await once(refused.socket, 'message');
  }
  expect(refused?.waiting[0]).toMatchObject({ type: 'error', code: 'rate', fatal: true });
  await stopStrict();
});

test('a thousand half-open sockets and dribbled bytes are dropped, and a device still gets in [S-RELAY-3]', async () => {
  const { relay: small, stop: stopSmall } = await startTestRelay({
    limits: { helloTimeout: 1000, unauthenticatedPerAddress: 600 },
  });
  const sockets: Socket[] = [];
  const closed: Promise<unknown>[] = [];
  for (let count = 0; count < 1000; count += 1) {
    const socket = connectTcp({ host: '127.0.0.1', port: small.port });
    socket.on('error', () => undefined);
    // Read, or the other side's end is not seen.
    socket.resume();
    closed.push(new Promise((resolve) => socket.once('close', resolve)));
    sockets.push(socket);
  }
  const dribbles = sockets.slice(0, 50).map((socket) => {
    const bytes = [...'GET /v1/agent HTTP/1.1\r\nHost: a\r\n'];
    return setInterval(() => socket.writable && socket.write(bytes.shift() ?? 'x'), 50);
  });
  await Promise.all(closed);
  for (const dribble of dribbles) clearInterval(dribble);
  // The relay lives in this process: it may hear of the last ends a moment after us.
  let silent = new RelayAgent(small);
  while (!(await silent.arrived)) silent = new RelayAgent(small);
  // A silent WebSocket, after its upgrade.
  expect((await silent.next('error')).code).toBe('timeout');
  await silent.closed;
  const { agent } = await joinRelay(small, newDevice());
  await agent.close();
  await stopSmall();
});

test('unfinished connections of one address take its share and no more, and other addresses get in [S-RELAY-3]', async () => {
  const { relay: small, stop: stopSmall } = await startTestRelay({ limits: { unauthenticatedPerAddress: 5 } });
  const open: Socket[] = [];
  /** Whether the relay answers on a new connection from there, which is left unfinished. */
  const isServed = async (localAddress: string): Promise<boolean> => {
    const socket = connectTcp({ port: small.port, host: '127.0.0.1', localAddress });
    open.push(socket);
    socket.on('error', () => undefined);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return await new Promise((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('close', () => resolve(false));
    });
  };
  const served: boolean[] = [];
  for (let count = 0; count < 8; count += 1) served.push(await isServed('127.0.0.1'));
  expect(served).toEqual([true, true, true, true, true, false, false, false]);
  expect(await isServed('127.0.0.2')).toBe(true);
  for (const socket of open) socket.destroy();
  await stopSmall();
});

test('plain requests get plain answers', async () => {
  const base = `http://127.0.0.1:${relay.port}`;
  const status = async (path: string, init?: RequestInit): Promise<number> =>
    (await fetch(`${base}${path}`, init)).status;
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(200);
  expect(await status('/v1/agent')).toBe(426);
  expect(await status('/v1/link')).toBe(426);
  expect(await status('/')).toBe(404);
  expect(await status('/healthz', { method: 'POST', body: 'x' })).toBe(405);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toMatch(/^clawreach_relay_devices_online [1-9]/m);
  expect(metrics).toMatch(/refusals_total\{what="connect",reason="unknown"\} [1-9]/);
  expect(await status('/metrics', { headers: { 'X-Forwarded-For': '127.0.0.1' } })).toBe(403);
});
