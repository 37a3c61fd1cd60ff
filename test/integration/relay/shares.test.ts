import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import {
  honestFacts,
  joinRelay,
  newConnectionId,
  newDevice,
  RelayAgent,
  signHello,
} from '#test/support/relay-agent.ts';
import { joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;
let host: Member;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay({
    limits: { guestsPerShare: 3, sharesPerDevice: 4 },
    rates: { guestsPerAddress: { burst: 1000, perSecond: 100 } },
  }));
  host = await joinOwner(relay, 4);
});
afterAll(() => stop());

const originOf = ({ port }: RunningRelay): string => `http://127.0.0.1:${port}`;
const newShare = (): string => toHex(nativeBackend.randomBytes(16));

let requests = 0;

/** Opens a share. @returns `ok`, or the code of the error */
async function open(share: string, { agent } = host): Promise<string> {
  requests += 1;
  const request = requests;
  agent.send({ type: 'share-open', request, share });
  const answer = () =>
    agent.waiting.find((message) => (message.type === 'ok' || message.type === 'error') && message.request === request);
  await expect.poll(answer).toBeDefined();
  const message = answer();
  return message?.type === 'error' ? message.code : 'ok';
}

async function arrive(share: string, device: DeviceIdentity = newDevice()) {
  const agent = new RelayAgent(relay, { headers: { origin: originOf(relay) } });
  const facts = honestFacts(relay, device, await agent.next('challenge'), 'guest');
  agent.send({ ...(await signHello(device, facts)), share });
  return { agent, device };
}

async function guestOf(share: string) {
  const guest = await arrive(share);
  return { ...guest, welcome: await guest.agent.next('welcome') };
}

describe('a guest of a share', () => {
  test('sees no one, and rings the machine that opened the share, and no other [S-RELAY-16]', async () => {
    const share = newShare();
    expect(await open(share)).toBe('ok');
    const other = await joinOwner(relay, 4);
    const { agent, device, welcome } = await guestOf(share);
    expect(welcome).toMatchObject({ projects: [], online: [], host: host.device.peerId });
    expect(welcome.stun).toBeUndefined();
    const [stray, right] = [newConnectionId(), newConnectionId()];
    agent.send({ type: 'connect', connection: stray, to: other.device.peerId, message1: 'AAAA' });
    expect(await agent.next('refused')).toMatchObject({ connection: stray, reason: 'unknown' });
    agent.send({ type: 'connect', connection: right, to: host.device.peerId, message1: 'AAAA' });
    expect(await host.agent.next('incoming')).toMatchObject({ connection: right, from: device.peerId, share });
    // No one can call it, and it isn't online for anyone.
    host.agent.send({ type: 'connect', connection: newConnectionId(), to: device.peerId, message1: 'AAAA' });
    expect((await host.agent.next('refused')).reason).toBe('unknown');
    expect(host.agent.waiting.filter(({ type }) => type === 'presence')).toEqual([]);
    expect(JSON.stringify(other.agent.waiting)).not.toContain(device.peerId);
    agent.socket.close();
    other.agent.socket.close();
  });

  test('may do nothing else [S-RELAY-16]', async () => {
    const share = newShare();
    await open(share);
    for (const message of [
      { type: 'share-open', request: 1, share: newShare() },
      { type: 'mailbox-claim', request: 1, nameplate: 'ABCD' },
      { type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) },
      { type: 'message', request: 1, to: host.device.peerId, body: 'AAAA' },
      { type: 'accept', connection: newConnectionId(), message2: 'AAAA' },
    ] as const) {
      const { agent } = await guestOf(share);
      agent.send(message);
      expect((await agent.next('error')).code).toBe('not-allowed');
      await agent.closed;
    }
  });

  test('finds no share by trying, and after some tries it may not try on [S-RELAY-17]', async () => {
    const strict = await startTestRelay({ rates: { failuresPerAddress: { burst: 5, perSecond: 1e-6 } } });
    const device = newDevice();
    const codes: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const agent = new RelayAgent(strict.relay, { headers: { origin: originOf(strict.relay) } });
      await expect.poll(() => agent.waiting.length).toBeGreaterThan(0);
      if (agent.waiting[0]?.type === 'challenge') {
        const facts = honestFacts(strict.relay, device, await agent.next('challenge'), 'guest');
        agent.send({ ...(await signHello(device, facts)), share: newShare() });
      }
      codes.push((await agent.next('error')).code);
      await agent.closed;
    }
    expect(codes).toEqual(['share', 'share', 'share', 'share', 'share', 'rate', 'rate']);
    await strict.stop();
  });

  test('is one of a limited number', async () => {
    const share = newShare();
    await open(share);
    const guests = [await guestOf(share), await guestOf(share), await guestOf(share)];
    const { agent } = await arrive(share);
    expect((await agent.next('error')).code).toBe('busy');
    guests[0]?.agent.socket.close();
    await guests[0]?.agent.closed;
    await expect
      .poll(async () => {
        const late = await arrive(share);
        await expect.poll(() => late.agent.waiting.length).toBeGreaterThan(0);
        return late.agent.waiting[0]?.type;
      })
      .toBe('welcome');
    for (const guest of guests) guest.agent.socket.close();
  });
});

describe('a guest that comes again', () => {
  test('with its key takes its own place, and none in another share that is full', async () => {
    const [own, full] = [newShare(), newShare()];
    const device = await joinOwner(relay, 4);
    expect([await open(own, device), await open(full, device)]).toEqual(['ok', 'ok']);
    const others = [await guestOf(full), await guestOf(full), await guestOf(full)];
    const mover = await guestOf(own);
    const moved = await arrive(full, mover.device);
    expect((await moved.agent.next('error')).code).toBe('busy');
    // A place in the share that is full belongs to its key.
    const [first] = others;
    const again = await arrive(full, first?.device);
    expect((await again.agent.next('welcome')).host).toBe(device.device.peerId);
    expect((await first?.agent.next('error'))?.code).toBe('replaced');
    // A key that leaves its share for another one with room gives its place up.
    const back = await arrive(own, again.device);
    await back.agent.next('welcome');
    const settled = await arrive(full, mover.device);
    await settled.agent.next('welcome');
    for (const { agent } of [...others, mover, moved, again, back, settled]) agent.socket.close();
    device.agent.socket.close();
  });
});

describe('a share', () => {
  test('belongs to the device that opened it, and ends with its connection [S-RELAY-17]', async () => {
    const [owner, thief] = [await joinOwner(relay, 4), await joinOwner(relay, 4)];
    const share = newShare();
    expect(await open(share, owner)).toBe('ok');
    expect(await open(share, owner)).toBe('ok');
    expect(await open(share, thief)).toBe('share');
    thief.agent.send({ type: 'share-close', share });
    const { agent, welcome } = await guestOf(share);
    expect(welcome.host).toBe(owner.device.peerId);
    owner.agent.socket.close();
    expect(await agent.next('error')).toMatchObject({ code: 'share', fatal: true });
    expect((await (await arrive(share)).agent.next('error')).code).toBe('share');
    // The device comes back, and opens it again.
    const back = await joinRelay(relay, owner.device, { version: 4 });
    expect(await open(share, { ...owner, agent: back.agent })).toBe('ok');
    expect((await guestOf(share)).welcome.host).toBe(owner.device.peerId);
    back.agent.send({ type: 'share-close', share });
    await expect.poll(async () => (await (await arrive(share)).agent.next('error')).code).toBe('share');
  });

  test('is one of a limited number, and unknown before version 4', async () => {
    const device = await joinOwner(relay, 4);
    for (let count = 0; count < 4; count += 1) expect(await open(newShare(), device)).toBe('ok');
    expect(await open(newShare(), device)).toBe('limit');
    const old = await joinOwner(relay, 3);
    old.agent.send({ type: 'share-open', request: 1, share: newShare() });
    expect((await old.agent.next('error')).code).toBe('format');
  });
});
