import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { joinRelay, newDevice, type RelayAgent } from '#test/support/relay-agent.ts';
import { joinMember, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;
let owner: Member;
let member: Member;
let stranger: Member;

const LARGEST = toBase64Url(nativeBackend.randomBytes(RELAY_LIMITS.messageBody));

const joinAs = (version: number): Promise<Member> => joinMember(relay, owner, newDevice(), version);

let lastRequest = 0;
/** Sends a message and returns what becomes of it. */
async function send(from: RelayAgent, to: string, body = 'AAAA'): Promise<string> {
  lastRequest += 1;
  const request = lastRequest;
  from.send({ type: 'message', request, to, body });
  const answer = await Promise.race([
    from.next('ok', (message) => message.request === request),
    from.next('message-refused', (message) => message.request === request),
  ]);
  return answer.type === 'ok' ? 'sent' : answer.reason;
}

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay());
  owner = await joinOwner(relay, 3);
  member = await joinAs(3);
  stranger = await joinOwner(relay, 3);
});
afterAll(async () => {
  await stop();
});

test('a message of up to 64 KiB reaches a device of the same project, as it is', async () => {
  expect(await send(owner.agent, member.device.peerId, LARGEST)).toBe('sent');
  expect(await member.agent.next('message')).toEqual({ type: 'message', from: owner.device.peerId, body: LARGEST });
});

test('what cannot be delivered now is refused with a reason, and a stranger looks like nobody [S-RELAY-2]', async () => {
  const absent = await joinAs(3);
  await absent.agent.close();
  const old = await joinAs(2);
  const cases: [string, string][] = [
    [absent.device.peerId, 'offline'],
    [stranger.device.peerId, 'unknown'],
    [newDevice().peerId, 'unknown'],
    ['coder', 'unknown'],
    [owner.device.peerId, 'self'],
    [old.device.peerId, 'version'],
  ];
  for (const [to, reason] of cases) expect([to, await send(owner.agent, to)]).toEqual([to, reason]);
  expect(stranger.agent.waiting.some(({ type }) => type === 'message')).toBe(false);
  // What a client of version 2 got: presence at most.
  expect(old.agent.texts.filter((text) => !/"type":"(challenge|welcome|presence)"/.test(text))).toEqual([]);
  await old.agent.close();
});

test.each([1, 2])(
  'a client of version %i sends none of the new messages, nor anything longer than before',
  async (version) => {
    for (const text of [
      '{"type":"ping"}',
      '{"type":"pong"}',
      `{"type":"message","request":1,"to":"${owner.device.peerId}","body":"AAAA"}`,
    ]) {
      const old = await joinAs(version);
      old.agent.sendRaw(text);
      expect(await old.agent.next('error')).toMatchObject({ code: 'format', fatal: true });
    }
    const old = await joinAs(version);
    old.agent.sendRaw(`{"type":"mailbox-close"}${' '.repeat(20 * 1024)}`);
    expect((await old.agent.closed).code).toBe(1009);
  },
);

test('only a message may be long, and a stranger may send nothing long at all [S-RELAY-3]', async () => {
  const first = await joinAs(3);
  first.agent.sendRaw(`{"type":"ping"}${' '.repeat(20 * 1024)}`);
  expect(await first.agent.next('error')).toMatchObject({ code: 'format', fatal: true });
  const second = await joinAs(3);
  second.agent.sendRaw('x'.repeat(RELAY_LIMITS.messageWithBody + 1));
  expect((await second.agent.closed).code).toBe(1009);
  const joiner = (await joinRelay(relay, newDevice(), { role: 'joiner', admission: undefined, version: 3 })).agent;
  joiner.sendRaw(`{"type":"ping"}${' '.repeat(20 * 1024)}`);
  expect((await joiner.closed).code).toBe(1009);
});

test('a device that does not read is spared the messages of others, and stays [S-RELAY-13]', async () => {
  const rate = { burst: 1e9, perSecond: 1e9 };
  const rates = { messageBytesPerDevice: rate, messageBytesPerProject: rate };
  const { relay: generous, stop: stopGenerous } = await startTestRelay({ rates });
  const from = await joinOwner(generous, 3);
  const busy = await joinMember(generous, from, newDevice(), 3);
  await from.agent.next('presence');
  busy.agent.socket.pause();
  // The kernel's buffers first.
  let outcome = '';
  for (let count = 0; count < 1000 && outcome !== 'busy'; count += 1)
    outcome = await send(from.agent, busy.device.peerId, LARGEST);
  expect(outcome).toBe('busy');
  // There is room left for what matters more: a call.
  from.agent.send({ type: 'connect', connection: 'a'.repeat(32), to: busy.device.peerId, message1: 'AAAA' });
  busy.agent.socket.resume();
  expect((await busy.agent.next('incoming')).connection).toBe('a'.repeat(32));
  expect(await send(from.agent, busy.device.peerId)).toBe('sent');
  await stopGenerous();
});

test('a device sends as many bytes as its rate allows, and is told when to go on [S-RELAY-13]', async () => {
  const sender = await joinAs(3);
  const outcomes: string[] = [];
  while (!outcomes.includes('rate') && outcomes.length < 100)
    outcomes.push(await send(sender.agent, member.device.peerId, LARGEST));
  expect(outcomes.length).toBeGreaterThan(10);
  sender.agent.send({ type: 'message', request: 0, to: member.device.peerId, body: LARGEST });
  expect((await sender.agent.next('message-refused')).retryAfter).toBeGreaterThan(0);
  // Everything else goes on.
  sender.agent.send({ type: 'ping' });
  await sender.agent.next('pong');
  await sender.agent.close();
});

test('a flood of pings ends for the one who sends it, and no one else notices [S-RELAY-3]', async () => {
  const flooder = await joinAs(3);
  for (let count = 0; count < 3000; count += 1) flooder.agent.sendRaw('{"type":"ping"}');
  expect(await flooder.agent.next('error')).toMatchObject({ code: 'rate', fatal: true });
  await flooder.agent.closed;
  expect(await send(stranger.agent, stranger.device.peerId)).toBe('self');
});

test('a pending relay takes no messages', async () => {
  const { relay: leaving, stop: stopLeaving } = await startTestRelay({ drainTimeout: 0 });
  const device = newDevice();
  const { agent } = await joinRelay(leaving, device, { version: 3 });
  const closing = leaving.close({ drain: 0 });
  agent.send({ type: 'message', request: 1, to: newDevice().peerId, body: 'AAAA' });
  await once(agent.socket, 'close');
  expect(agent.waiting.some(({ type }) => type === 'ok')).toBe(false);
  await closing;
  await stopLeaving();
});
