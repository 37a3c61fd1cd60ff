import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { MessageView } from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { parseFromDevice, type DeviceReceipt, type FromDevice } from '#shared/foreign/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { FOREIGN_ASKED, FOREIGN_SEEN } from '#shared/messages/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { ApiMachine, type AgentProgram } from '#test/support/messages/api-machine.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';

/** ID of a paired machine, as a relay that carries its calls knows it. */
const PAIRED = createIdentity(nativeBackend, nativeBackend.randomBytes(32), {
  generation: 1,
  now: 1_800_000_000,
}).peerId;
const KEY = 'ab'.repeat(16);

let relay: ScriptedRelay;
let office: ApiMachine;
let coder: AgentProgram;
beforeEach(async () => {
  relay = new ScriptedRelay();
  office = new ApiMachine({ name: 'office', dialer: relay });
  await office.start();
  coder = await office.add('coder');
  await office.device.api.call('relay.configure', { url: 'wss://relay.test' });
  await connected();
});
afterEach(() => office.stop());

/** The device is welcome at the relay, which says whatever it likes from then on. */
async function connected(): Promise<void> {
  await relay.last.open({}, [3]);
  const control = relay.last;
  const sendText = control.sendText.bind(control);
  control.sendText = (text) => {
    sendText(text);
    const { type, request } = JSON.parse(text) as { type: string; request: number };
    if (type === 'message') queueMicrotask(() => control.say({ type: 'ok', request }));
  };
  await vi.waitUntil(async () => (await office.device.api.call('status.get', {})).relay.state === 'online');
}
const say = (from: string, body: unknown): void =>
  relay.last.say({ type: 'message', from, body: toBase64Url(toUtf8(JSON.stringify(body))) });
const here = (agent = 'coder'): string => `${office.device.peerId}/${agent}`;
const message = (fields: Record<string, unknown> = {}, name = 'bot') => ({
  type: 'message',
  id: 'm',
  from: `${name}/a`,
  to: here(),
  message: 'hello',
  time: 1_800_000_000,
  key: KEY,
  ...fields,
});
/** Has the relay say that an instance is there, which a person then lets in. */
async function allowed(name = 'bot', key = KEY): Promise<void> {
  say(name, { type: 'presence', online: true, key });
  await office.device.api.call('instances.setRight', { instance: name, message: 'allow' });
}
const listed = (): Promise<readonly MessageView[]> => office.device.api.call('messages.list', { limit: 100 });
const said = (): FromDevice[] =>
  relay.last.sent.flatMap((one) => (one.type === 'message' ? [parseFromDevice(fromBase64Url(one.body))] : []));
const receipts = (): DeviceReceipt[] => said().filter((body) => body.type === 'receipt');
/** Waits until all that the relay has said was handled: an honest message comes after it. */
async function settled(): Promise<void> {
  const id = `last-${relay.last.sent.length}`;
  say('bot', message({ id, message: 'the last one' }));
  await vi.waitUntil(() => receipts().some((receipt) => receipt.id === id), { timeout: 10_000 });
}

describe('a relay that forges messages', () => {
  it('writes in the name of no paired machine, and can claim no more than its own word [S-FOREIGN-14]', async () => {
    await allowed();
    for (const [from, body] of [
      // A paired machine, and one of its agents behind an instance.
      [PAIRED, { ...message(), from: `${PAIRED}/coder` }],
      ['bot', { ...message(), from: `${PAIRED}/coder` }],
      ['bot', message({}, 'other-bot')],
      // Fields that only a device's own word has.
      ['bot', message({ id: 'v1', verified: 'device' })],
      ['bot', message({ id: 'v2', sig: 'A'.repeat(86), peerId: PAIRED })],
      // To another device, and to none.
      ['bot', message({ to: `${PAIRED}/coder` })],
      ['bot', message({ to: 'office/coder' })],
      ['bot', 'no object'],
      ['bot', message({ message: '\ud800' })],
    ] as const)
      say(from, body);
    await settled();
    const all = await listed();
    expect(all.map(({ body, verified }) => [body, verified])).toEqual([['the last one', 'relay']]);
    const [only] = await coder.inbox('?wait=1');
    expect(only).toMatchObject({ verified: 'relay', from: 'program:bot/a' });
    expect(only?.from_id).not.toContain(PAIRED);
    expect(receipts()).toHaveLength(1);
  });

  it('gets nothing by an instance that is called like a paired machine [S-FOREIGN-14]', async () => {
    await allowed('laptop');
    say('laptop', message({ id: 'n' }, 'laptop'));
    await vi.waitUntil(() => receipts().some(({ id }) => id === 'n'));
    const [view] = await office.device.api.call('instances.list', {});
    for (const right of ['terminal', 'prompt', 'forward', 'introduce'] as const) {
      const wanted = { peer: view?.peerId ?? '', right, decision: 'allow', expiresAt: null } as const;
      expect(await codeOf(office.device.api.call('rights.set', wanted))).not.toBe('resolved');
    }
    // Where its requests are decided, it is a program.
    await office.device.api.call('instances.setRight', { instance: 'laptop', message: 'ask' });
    say('laptop', message({ id: 'o' }, 'laptop'));
    const [card] = await vi.waitUntil(async () => {
      const cards = await office.device.api.call('approvals.list', {});
      return cards.length > 0 && cards;
    });
    expect(card?.peerName).toBe('Program laptop');
    // What is meant for a machine of its name never goes to it.
    const toMachine = { peer: 'laptop', agent: 'me', body: 'x', relayCanRead: true } as const;
    expect(await codeOf(office.device.api.call('messages.send', toMachine))).toBe('message.is-program');
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'laptop/me', body: 'x' } })).toBe(
      '404 message.is-program',
    );
    // An agent of that name is not found there by its bare name.
    say('laptop', { type: 'presence', online: true, key: KEY, agents: ['only'] });
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'only', body: 'x', relay_can_read: true } })).toBe(
      '404 message.unknown-agent',
    );
  });

  it('is believed no receipt of another message or instance', async () => {
    await allowed();
    const { id } = await office.device.api.call('messages.send', {
      peer: 'program:bot',
      agent: 'r',
      body: 'x',
      relayCanRead: true,
    });
    await vi.waitUntil(() => said().some((body) => body.id === id));
    const receipt = { type: 'receipt', id, from: 'bot/r', to: here('me'), status: 'forwarded' };
    say('other', { ...receipt, from: 'other/r' });
    say('other', receipt);
    say('bot', { ...receipt, id: 'f'.repeat(32) });
    say('bot', { ...receipt, to: here('coder') });
    say('bot', { ...receipt, status: 'read' });
    say('bot', { ...receipt, from: 'bot/another' });
    await settled();
    expect(await office.device.api.call('messages.get', { id })).toMatchObject({ state: 'sent' });
    say('bot', receipt);
    await expect.poll(async () => (await office.device.api.call('messages.get', { id })).state).toBe('stored');
  });

  it('brings a message again, also after a restart of the device, and it is stored once [S-FOREIGN-10]', async () => {
    await allowed();
    say('bot', message());
    say('bot', message());
    await vi.waitUntil(() => receipts().length === 2);
    await office.stop();
    await office.start();
    await connected();
    say('bot', { type: 'presence', online: true, key: KEY });
    say('bot', message());
    await vi.waitUntil(() => receipts().length === 1, { timeout: 10_000 });
    expect(receipts()[0]).toMatchObject({ id: 'm', state: 'stored' });
    const all = await listed();
    expect(all).toHaveLength(1);
    // The mark, the name and the right are on the disk.
    expect(all[0]).toMatchObject({ verified: 'relay', peerName: 'program:bot' });
    expect(await office.device.api.call('instances.list', {})).toMatchObject([{ name: 'bot', message: 'allow' }]);
  });
});

describe('a relay that floods', () => {
  it('asks a few questions at most, whatever number of instances it names [S-FOREIGN-15]', async () => {
    for (let number = 0; number < 150; number += 1) say(`bot${number}`, message({}, `bot${number}`));
    await expect
      .poll(async () => (await office.device.api.call('approvals.list', {})).length)
      .toBeGreaterThan(FOREIGN_ASKED / 2);
    await allowed();
    await settled();
    expect((await office.device.api.call('approvals.list', {})).length).toBeLessThanOrEqual(FOREIGN_ASKED);
    expect(receipts().filter(({ state }) => state === 'refused').length).toBeGreaterThan(30);
  });

  it('names no more instances than are kept in memory, and those on which a person has decided stay [S-FOREIGN-15]', async () => {
    await allowed();
    for (let number = 0; number < FOREIGN_SEEN + 50; number += 1)
      say(`bot${number}`, { type: 'presence', online: number % 2 === 0, key: KEY });
    const views = await office.device.api.call('instances.list', {});
    expect(views.length).toBeLessThanOrEqual(FOREIGN_SEEN + 1);
    expect(views.some(({ name, message: right }) => name === 'bot' && right === 'allow')).toBe(true);
  });

  it('has what is too much dropped without an answer, and held after 200 in ten minutes [S-FOREIGN-15]', async () => {
    await allowed();
    const began = performance.now();
    const most = (): number => 200 + ((performance.now() - began) / 1000) * 20;
    for (let number = 0; number < 600; number += 1) {
      say('bot', message({ id: `m${number}` }));
      // As many at a time as are taken; where it is too much, there is no receipt to wait for.
      if (number % 50 !== 49) continue;
      if (number < 200) await vi.waitUntil(() => receipts().length > number, { timeout: 20_000 });
      else await coder.call('GET', '/v1/agent');
    }
    await vi.waitUntil(() => receipts().length > 200, { timeout: 20_000 });
    expect(receipts().length).toBeLessThanOrEqual(most());
    expect(receipts().length).toBeLessThan(600);
    const all = await office.device.api.call('messages.list', { limit: 200 });
    expect(all.every(({ verified }) => verified === 'relay')).toBe(true);
    expect(all.some(({ waitsFor }) => waitsFor === 'loop')).toBe(true);
    const { held, waiting } =
      (await office.device.api.call('agents.list', {})).find(({ name }) => name === 'coder') ?? {};
    expect(waiting).toBe(200);
    expect(held).toBeGreaterThan(0);
  });
});

describe('an instance with another key', () => {
  it('is another one: no right, and no yes to be read, counts for it [S-FOREIGN-9]', async () => {
    await allowed();
    const message = { peer: 'program:bot', agent: 'r', body: 'x' };
    await office.device.api.call('messages.send', { ...message, relayCanRead: true });
    say('bot', { type: 'presence', online: true, key: 'cd'.repeat(16) });
    const views = await office.device.api.call('instances.list', {});
    expect(views.map(({ isOnline, message: right, told }) => [isOnline, right, told])).toEqual([
      [true, 'ask', []],
      [false, 'allow', ['me']],
    ]);
    // The name alone is no longer enough, and the address of the new one needs a yes of its own.
    expect(await codeOf(office.device.api.call('messages.send', message))).toBe('message.ambiguous-instance');
    const toNew = { ...message, peer: views[0]?.address ?? '' };
    expect(await codeOf(office.device.api.call('messages.send', toNew))).toBe('message.relay-reads');
    // What waits for the former one is not sent to this one.
    const waits = { ...message, peer: views[1]?.peerId ?? '', body: 'for the former' };
    await office.device.api.call('messages.send', waits);
    await office.device.api.call('status.get', {});
    expect(said().some((body) => body.type === 'message' && body.message === 'for the former')).toBe(false);
    expect(views[0]?.peerId).not.toBe(views[1]?.peerId);
  });
});
