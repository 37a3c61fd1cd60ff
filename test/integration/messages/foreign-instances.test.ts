import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { ApprovalView, MessageView } from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { encodeForeign, instanceKeyId, parseToDevice, type FromDevice } from '#shared/foreign/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { ApiPeer } from '#shared/message-api/index.ts';
import {
  acknowledge,
  connect,
  newInstance,
  newProject,
  post,
  receiptOf,
  send,
  sign,
  WallClock,
  type ForeignAnswer,
  type TestInstance,
} from '#test/support/foreign/foreign-world.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { ApiMachine, type AgentProgram } from '#test/support/messages/api-machine.ts';
import { WebhookProgram } from '#test/support/messages/webhook-program.ts';
import type { PlainClient } from '#test/support/plain-client.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';
import { newDevice, type RelayAgent } from '#test/support/relay-agent.ts';

const EXAMPLE = fileURLToPath(new URL('../../../docs/examples/relay_instance.py', import.meta.url));
const MARKER = 'correct horse battery staple';
const LIMIT = 60_000;

let log = '';
let directory: string;
let platform: TestPlatform;
let owner: Person;
let project: string;
let office: ApiMachine;
let coder: AgentProgram;
let bot: TestInstance;
let client: PlainClient;
const clients: PlainClient[] = [];
const children: ChildProcess[] = [];

/** Ticket that makes a device a member of the project. */
const enrol = async (who = owner, where = project) =>
  await who.client.call('devices.enrol', { params: { project: where } });

beforeAll(async () => {
  const write = (message: string, fields?: unknown): void => void (log += `${message} ${JSON.stringify(fields)}\n`);
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  // Requests of the second in which a relay starts don't count.
  const clock = new WallClock();
  clock.shift = -3_600_000;
  platform = await TestPlatform.start({ clock, logger, accounts: { foreignLimits: { receipt: 2000 } } });
  clock.shift = 0;
  ({ owner, project } = await newProject(platform));
  const { ticket, secret } = await enrol();
  directory = await mkdtemp(join(tmpdir(), 'clawreach-foreign-'));
  const device = {
    name: 'office',
    dialer: createRelayDialer({ clock: systemClock }),
    enrolTicket: () => ({ id: fromBase64Url(ticket), secret: fromBase64Url(secret) }),
  };
  office = new ApiMachine(device, directory);
  await office.start();
  await office.device.configure(platform.relay.url);
  await owner.client.call('devices.change', {
    params: { project, device: office.device.peerId },
    input: { label: 'Büro' },
  });
  coder = await office.add('coder');
}, LIMIT);
afterAll(async () => {
  await office.stop();
  await platform.stop();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  bot = await newInstance(owner, project);
  client = await joined(bot);
  await vi.waitUntil(async () => (await instanceOf(bot))?.isOnline === true, { timeout: 10_000 });
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.socket.terminate();
  for (const child of children.splice(0)) child.kill();
});

/** Connects an instance, until the end of the test. */
async function joined(instance: TestInstance, fields: Record<string, unknown> = {}): Promise<PlainClient> {
  const made = await connect(platform.origin, instance, fields);
  clients.push(made);
  return made;
}

const instanceOf = async ({ id }: Pick<TestInstance, 'id'>) =>
  (await office.device.api.call('instances.list', {})).find(({ name }) => name === id);
const allow = (message: 'allow' | 'ask' | 'deny' = 'allow', { id } = bot) =>
  office.device.api.call('instances.setRight', { instance: id, message });
/** Sends a message of the program to the agent `coder` of the device. */
const write = (fields: Record<string, unknown> = {}, from = bot): Promise<ForeignAnswer> =>
  send(platform.origin, from, { id: '' }, { to: `${office.device.peerId}/coder`, ...fields });
const asked = async (): Promise<ApprovalView> =>
  await vi.waitUntil(
    async () =>
      (await office.device.api.call('approvals.list', {})).find(({ peerName }) => peerName === `Program ${bot.id}`),
    { timeout: 10_000 },
  );
const listed = (): Promise<readonly MessageView[]> =>
  office.device.api.call('messages.list', { peer: `program:${bot.id}`, limit: 100 });

describe('a message of a program', () => {
  it('reaches an agent of a device once a person has let it in, marked as vouched for by the relay alone [S-FOREIGN-9]', async () => {
    const sent = write({ id: 'm-1', message: `Good\u202E morning ${'x'.repeat(300)}` });
    const card = await asked();
    expect(card).toMatchObject({ right: 'message', peerName: `Program ${bot.id}` });
    expect(card.facts).toEqual([
      { fact: 'sender', value: `program:${bot.id}/a` },
      { fact: 'vouches', value: `127.0.0.1:${platform.relay.port}` },
    ]);
    expect(card.detail.startsWith('write to coder: Good')).toBe(true);
    expect(card.detail).not.toContain('\u202E');
    // 200 characters of the text; what follows is a note of how many more there are.
    expect(card.detail.split('x').length).toBeLessThanOrEqual(200);
    await office.device.api.call('approvals.decide', { id: card.id, decision: 'approve', remember: true });
    expect(await sent).toMatchObject({ status: 202, body: { id: 'm-1', status: 'forwarded' } });
    const [message] = await listed();
    expect(message).toMatchObject({
      direction: 'in',
      agent: 'coder',
      other: 'a',
      peerName: `program:${bot.id}`,
      state: 'stored',
    });
    expect(message?.verified).toBe('relay');
    // By the name that the device has in the project, and without another question.
    expect(await write({ to: 'machine:Büro/coder', message: 'again' })).toMatchObject({ status: 202 });
    const [first, second] = await coder.inbox('?wait=5');
    expect(first).toMatchObject({
      from: `program:${bot.id}/a`,
      verified: 'relay',
      body: expect.stringContaining('Good'),
    });
    expect(second).toMatchObject({ body: 'again', verified: 'relay' });
  });

  it('is refused if the person declines, and offline while no one has decided; nothing is stored [S-FOREIGN-9]', async () => {
    const sent = write({ message: 'no' });
    const card = await asked();
    await office.device.api.call('approvals.decide', { id: card.id, decision: 'not-now' });
    expect(await sent).toMatchObject({ status: 403, body: { code: 'refused' } });
    await allow('deny');
    expect(await write()).toMatchObject({ status: 403, body: { code: 'refused' } });
    await allow('ask');
    expect(await write({ id: 'late' })).toMatchObject({ status: 409, body: { code: 'offline' } });
    expect(await listed()).toEqual([]);
    // The person decides after the program has heard "offline". It sends the same message again, which is stored once.
    const late = await asked();
    await office.device.api.call('approvals.decide', { id: late.id, decision: 'approve' });
    await expect.poll(async () => (await listed()).length).toBe(1);
    expect(await write({ id: 'late' })).toMatchObject({ status: 202 });
    expect(await listed()).toHaveLength(1);
  });

  it('is stored once under one id, and never under that of another program [S-FOREIGN-10]', async () => {
    await allow();
    for (const message of ['one', 'one', 'other text'])
      expect(await write({ id: 'same', message })).toMatchObject({ status: 202 });
    expect((await listed()).map(({ body }) => body)).toEqual(['one']);
    const other = await newInstance(owner, project);
    await joined(other);
    await vi.waitUntil(async () => (await instanceOf(other)) !== undefined, { timeout: 10_000 });
    await allow('allow', other);
    expect(await write({ id: 'same', message: 'mine' }, other)).toMatchObject({ status: 202 });
    expect((await office.device.api.call('messages.list', { peer: `program:${other.id}`, limit: 10 })).length).toBe(1);
  });

  it('needs the decision again once its program has another key [S-FOREIGN-9]', async () => {
    await allow();
    const before = await instanceOf(bot);
    const { key } = await owner.client.call('instances.createKey', { params: { project, instance: bot.id } });
    await client.closed;
    await joined({ ...bot, key });
    await vi.waitUntil(async () => (await instanceOf(bot))?.peerId !== before?.peerId, { timeout: 10_000 });
    expect(await instanceOf(bot)).toMatchObject({ message: 'ask', told: [] });
    expect(await write({}, { ...bot, key })).toMatchObject({ status: 409 });
  });

  it('to an agent that the device does not have is unknown, also for one that was let in', async () => {
    await allow();
    const answer = await write({ to: `${office.device.peerId}/nobody` });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown' } });
  });

  it('never reaches an agent that acts, whatever intake and rights say [S-FOREIGN-11]', async () => {
    const hook = await WebhookProgram.start();
    try {
      await office.device.api.call('agents.set', { name: 'acts', webhook: hook.url });
      await allow();
      const { peerId = '' } = (await instanceOf(bot)) ?? {};
      const prompt = { peer: peerId, right: 'prompt', decision: 'allow', expiresAt: null } as const;
      expect(await codeOf(office.device.api.call('rights.set', prompt))).not.toBe('resolved');
      expect(await write({ to: `${office.device.peerId}/acts`, message: 'run this' })).toMatchObject({ status: 202 });
      const [message] = await listed();
      await office.device.api.call('messages.release', { id: message?.id ?? '' });
      // What the device's own agent sends afterwards is delivered, so the other one would have been.
      await office.device.api.call('messages.send', { peer: '.', agent: 'acts', body: 'own' });
      await expect.poll(() => hook.received.length, { timeout: 10_000 }).toBe(1);
      expect(hook.received[0]?.body).toContain('own');
      expect((await listed())[0]).toMatchObject({ state: 'stored' });
    } finally {
      await office.device.api.call('agents.remove', { name: 'acts' });
      await hook.stop();
    }
  });

  it('to a device of another project looks like one to no device, by ID and by name [S-FOREIGN-5]', async () => {
    const { owner: stranger, project: theirs } = await newProject(platform, 'Other');
    const device = newDevice();
    const away = await platform.joinByTicket(device, await enrol(stranger, theirs));
    await stranger.client.call('devices.change', {
      params: { project: theirs, device: device.peerId },
      input: { label: 'theirs' },
    });
    const answers = [];
    for (const name of [device.peerId, newDevice().peerId, 'machine:theirs', 'machine:nothing']) {
      const { status, body } = await write({ to: `${name}/coder` });
      answers.push(JSON.stringify([status, { ...body, server_time: 0 }]));
    }
    expect(answers[0]).toContain('404');
    expect(new Set(answers).size).toBe(1);
    expect(away.waiting.some(({ type }) => type === 'message')).toBe(false);
    // One of the project that is away is offline. Two of one name are none.
    const ours = newDevice();
    const member = await platform.joinByTicket(ours, await enrol());
    await owner.client.call('devices.change', { params: { project, device: ours.peerId }, input: { label: 'twin' } });
    await member.close();
    await expect.poll(async () => (await write({ to: `${ours.peerId}/coder` })).status).toBe(409);
    expect((await write({ to: 'machine:twin/coder' })).status).toBe(409);
    const second = newDevice();
    await platform.joinByTicket(second, await enrol());
    await owner.client.call('devices.change', { params: { project, device: second.peerId }, input: { label: 'twin' } });
    expect((await write({ to: 'machine:twin/coder' })).status).toBe(404);
    await away.close();
  });

  it('is not let through in the name of a device or of another program [S-FOREIGN-1]', async () => {
    await allow();
    const other = await newInstance(owner, project);
    const claims: Record<string, unknown>[] = [
      { from: `${office.device.peerId}/coder` },
      { from: `${other.id}/a`, instance_id: bot.id },
      { from: `${office.device.peerId}/coder`, instance_id: bot.id },
    ];
    const statuses = [];
    for (const fields of claims) statuses.push((await write(fields)).status);
    expect(statuses).toEqual([400, 403, 400]);
    const count = client.messages.length;
    client.raw(
      JSON.stringify({ type: 'message', to: `${office.device.peerId}/coder`, message: 'x', ...claims[0], id: 'y' }),
    );
    expect(await client.next('error', count)).toMatchObject({ code: 'input' });
    // A copy of a request is refused.
    const copied = sign(bot, 'POST /api/v1/send', {
      from: `${bot.id}/a`,
      to: `${office.device.peerId}/coder`,
      message: 'x',
    });
    expect(await post(platform.origin, '/api/v1/send', copied)).toMatchObject({ status: 202 });
    expect(await post(platform.origin, '/api/v1/send', copied)).toMatchObject({
      status: 401,
      body: { code: 'replay' },
    });
    expect(await listed()).toHaveLength(1);
  });
});

describe('a message to a program', () => {
  it('needs a yes of each agent, once for each program, since the relay can read it [S-FOREIGN-13]', async () => {
    acknowledge(client);
    const message = { peer: `program:${bot.id}`, agent: 'reader', body: 'Good morning' };
    expect(await codeOf(office.device.api.call('messages.send', message))).toBe('message.relay-reads');
    expect(client.of('message')).toEqual([]);
    const sent = await office.device.api.call('messages.send', { ...message, relayCanRead: true });
    expect(sent).toMatchObject({ verified: 'relay', peerName: `program:${bot.id}` });
    const came = await client.next('message');
    expect(came).toMatchObject({
      id: sent.id,
      from: `${office.device.peerId}/me`,
      to: `${bot.id}/reader`,
      message: 'Good morning',
      verified: 'relay',
    });
    await expect.poll(async () => (await office.device.api.call('messages.get', { id: sent.id })).state).toBe('stored');
    // Once is enough for this agent, and for no other.
    await office.device.api.call('messages.send', message);
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: `program:${bot.id}/reader`, body: 'x' } })).toBe(
      '409 message.relay-reads',
    );
    await coder.send(`program:${bot.id}/reader`, 'x', { relay_can_read: true });
    await coder.send(`program:${bot.id}/reader`, 'x');
    expect((await instanceOf(bot))?.told).toEqual(['me', 'coder']);
    const other = await newInstance(owner, project);
    await joined(other);
    await vi.waitUntil(async () => (await instanceOf(other)) !== undefined, { timeout: 10_000 });
    const toOther = { ...message, peer: `program:${other.id}` };
    expect(await codeOf(office.device.api.call('messages.send', toOther))).toBe('message.relay-reads');
  });

  it('and its answer find each other by `reply_to`, in both directions', async () => {
    await allow();
    const question = coder.call('POST', '/v1/messages', {
      body: { to: `program:${bot.id}/reader`, body: 'Green?', wait: 'reply', relay_can_read: true },
    });
    const { id, from, to } = await client.next('message');
    client.raw(JSON.stringify({ type: 'receipt', id, from: to, to: from }));
    client.raw(JSON.stringify({ type: 'message', id: 'r-1', from: to, to: from, message: 'Yes.', reply_to: id }));
    expect(await client.next('receipt')).toMatchObject({ id: 'r-1', status: 'forwarded' });
    const { status, json } = await question;
    expect(status).toBe(200);
    const reply = (json as { reply: MessageView }).reply;
    expect(reply).toMatchObject({ body: 'Yes.', reply_to: id, verified: 'relay' });
    await coder.send(`program:${bot.id}/reader`, 'Thanks.', { reply_to: reply.id });
    expect(await client.find((message) => message['message'] === 'Thanks.')).toMatchObject({ reply_to: 'r-1' });
    // Another program can't answer in this one's place.
    const other = await newInstance(owner, project);
    const stranger = await joined(other);
    await vi.waitUntil(async () => (await instanceOf(other)) !== undefined, { timeout: 10_000 });
    await allow('allow', other);
    const forged = { type: 'message', id: 'f', from: `${other.id}/reader`, to: from, message: 'No.', reply_to: id };
    stranger.raw(JSON.stringify(forged));
    await stranger.next('receipt');
    const [arrived] = await office.device.api.call('messages.list', { peer: `program:${other.id}`, limit: 1 });
    expect(arrived).toMatchObject({ body: 'No.', replyTo: null });
  });

  it('waits on the device while the program is away, can be taken back, and is sent once it is there', async () => {
    acknowledge(client);
    await office.device.api.call('messages.send', {
      peer: `program:${bot.id}`,
      agent: 'r',
      body: 'hello',
      relayCanRead: true,
    });
    await client.next('message');
    await vi.waitUntil(async () => (await listed())[0]?.state === 'stored');
    await client.close();
    await expect.poll(async () => (await instanceOf(bot))?.isOnline).toBe(false);
    const waits = await office.device.api.call('messages.send', {
      peer: `program:${bot.id}`,
      agent: 'r',
      body: 'waits',
    });
    const taken = await office.device.api.call('messages.send', {
      peer: `program:${bot.id}`,
      agent: 'r',
      body: 'back',
    });
    expect(await office.device.api.call('messages.cancel', { id: taken.id })).toMatchObject({ state: 'cancelled' });
    expect(waits.state).toBe('queued');
    const later = await joined(bot);
    acknowledge(later);
    expect(await later.next('message')).toMatchObject({ id: waits.id, message: 'waits' });
    await expect
      .poll(async () => (await office.device.api.call('messages.get', { id: waits.id })).state)
      .toBe('stored');
    expect(later.of('message')).toHaveLength(1);
  });

  it('without a receipt stays on the device and comes again with the same id', async () => {
    const sent = await office.device.api.call('messages.send', {
      peer: `program:${bot.id}`,
      agent: 'r',
      body: 'again',
      relayCanRead: true,
    });
    await client.next('message');
    client.socket.terminate();
    const again = await joined(bot);
    acknowledge(again);
    expect(await again.next('message')).toMatchObject({ id: sent.id });
    await expect
      .poll(async () => (await office.device.api.call('messages.get', { id: sent.id })).state, { timeout: 10_000 })
      .toBe('stored');
  });

  it('that has come without a receipt in time is not called taken back, since the program has it [S-FOREIGN-17]', async () => {
    const { id } = await office.device.api.call('messages.send', {
      peer: `program:${bot.id}`,
      agent: 'r',
      body: 'slow',
      relayCanRead: true,
    });
    const message = await client.next('message');
    expect(await office.device.api.call('messages.cancel', { id })).toMatchObject({ state: 'sent' });
    // The receipt comes when the relay no longer waits for it.
    await expect
      .poll(async () => (await office.device.api.call('messages.get', { id })).state, { timeout: 10_000 })
      .not.toBe('sent');
    client.raw(JSON.stringify(receiptOf(message)));
    expect(await client.next('error')).toMatchObject({ code: 'unknown' });
    expect(await office.device.api.call('messages.get', { id })).toMatchObject({
      state: 'lost',
      code: 'message.no-receipt',
    });
  });

  it('to an agent that the program does not have is refused, and one that is too large is not queued', async () => {
    const other = await newInstance(owner, project);
    await joined(other, { agents: ['reader'] });
    await vi.waitUntil(async () => (await instanceOf(other))?.isOnline === true, { timeout: 10_000 });
    expect(await office.device.api.call('agents.there', { peer: `program:${other.id}` })).toEqual([
      { name: 'reader', description: '' },
    ]);
    const message = { peer: `program:${other.id}`, agent: 'nobody', body: 'x', relayCanRead: true } as const;
    const { id } = await office.device.api.call('messages.send', message);
    await expect
      .poll(async () => await office.device.api.call('messages.get', { id }))
      .toMatchObject({ state: 'refused', code: 'message.unknown-agent' });
    const large = { ...message, body: 'x'.repeat(65_500) };
    expect(await codeOf(office.device.api.call('messages.send', large))).toBe('message.too-large');
  });

  it('is listed where programs find each other, and not reached by a bare name or by A2A [S-FOREIGN-11]', async () => {
    const other = await newInstance(owner, project);
    await joined(other, { agents: ['only-there'] });
    await vi.waitUntil(async () => (await instanceOf(other))?.isOnline === true, { timeout: 10_000 });
    const { peers } = (await coder.call('GET', '/v1/peers')).json as { peers: ApiPeer[] };
    expect(peers.find(({ address }) => address === `program:${other.id}`)).toMatchObject({
      verified: 'relay',
      online: true,
      agents: [{ name: 'only-there' }],
    });
    expect(peers.find(({ address }) => address === 'office')).toMatchObject({ verified: 'device' });
    const bare = { body: { to: 'only-there', body: 'x', relay_can_read: true } };
    expect(await coder.codeOf('POST', '/v1/messages', bare)).toBe('404 message.unknown-agent');
    const card = await coder.call('GET', `/a2a/program:${other.id}/only-there/.well-known/agent-card.json`);
    expect(card.status).toBe(404);
  });

  it('is answered at the very address that it shows, in the API and the commands [S-FOREIGN-18]', async () => {
    acknowledge(client);
    await allow();
    const greeter = await office.add('greeter');
    await write({ to: `${office.device.peerId}/greeter`, message: 'Answer me' });
    const [came] = await greeter.inbox('?wait=5');
    const from = came?.from ?? '';
    expect(from).toBe(`program:${bot.id}/a`);
    const { peers } = (await greeter.call('GET', '/v1/peers')).json as { peers: ApiPeer[] };
    const addresses = await office.device.api.call('messages.addresses', {});
    for (const { address, peer_id: peerId } of peers) expect(addresses).toContainEqual({ peerId, address });
    for (const to of [from, came?.from_id ?? '']) {
      await greeter.send(to, `to ${to}`, { relay_can_read: true, wait: 'stored' });
      expect(await client.find(({ message }) => message === `to ${to}`)).toMatchObject({ to: `${bot.id}/a` });
    }
    const at = from.lastIndexOf('/');
    const { peerId } = await office.device.api.call('messages.send', {
      peer: from.slice(0, at),
      agent: from.slice(at + 1),
      from: 'greeter',
      body: 'once more',
    });
    expect(peerId).toBe((await instanceOf(bot))?.peerId);
    // The bare name is a machine's, and a program that is called like this machine gets nothing that is meant for it.
    expect(await greeter.codeOf('POST', '/v1/messages', { body: { to: `${bot.id}/a`, body: 'x' } })).toBe(
      '404 message.is-program',
    );
    const twin = await newInstance(owner, project, 'office');
    const twinClient = await joined(twin);
    await vi.waitUntil(async () => (await instanceOf(twin))?.isOnline === true, { timeout: 10_000 });
    const own = await greeter.send('office/me', 'for the machine', { wait: 'stored' });
    expect((await greeter.call('GET', `/v1/messages/${own}`)).json).toMatchObject({
      to: 'office/me',
      verified: 'device',
    });
    expect(twinClient.of('message')).toEqual([]);
    // And at the relay, a device is named as a machine.
    await owner.client.call('devices.change', {
      params: { project, device: office.device.peerId },
      input: { label: bot.id },
    });
    acknowledge(twinClient);
    expect(await write({ to: `${bot.id}/coder`, message: 'to the program' }, twin)).toMatchObject({ status: 202 });
    expect(await client.find(({ message }) => message === 'to the program')).toMatchObject({ to: `${bot.id}/coder` });
    await client.close();
    expect((await write({ to: `${bot.id}/coder` }, twin)).status).toBe(409);
    await owner.client.call('instances.delete', { params: { project, instance: bot.id } });
    expect((await write({ to: `${bot.id}/coder` }, twin)).status).toBe(404);
    await owner.client.call('devices.change', {
      params: { project, device: office.device.peerId },
      input: { label: 'Büro' },
    });
  });

  it('goes to no program that was forgotten, and its messages are gone', async () => {
    await allow();
    expect(await write()).toMatchObject({ status: 202 });
    const { peerId = '' } = (await instanceOf(bot)) ?? {};
    await office.device.api.call('instances.forget', { instance: bot.id });
    expect(await codeOf(office.device.api.call('messages.send', { peer: peerId, agent: 'r', body: 'x' }))).toBe(
      'peer.unknown',
    );
    expect((await office.device.api.call('messages.list', { limit: 100 })).some((one) => one.peerId === peerId)).toBe(
      false,
    );
  });
});

describe('a device that says what no honest one does', () => {
  let device: ReturnType<typeof newDevice>;
  let agent: RelayAgent;
  beforeEach(async () => {
    device = newDevice();
    agent = await platform.joinByTicket(device, await enrol());
  });
  afterEach(() => agent.close());
  const say = (body: FromDevice | Uint8Array, to = bot.id): void =>
    agent.send({
      type: 'message',
      request: 1,
      to,
      body: toBase64Url(body instanceof Uint8Array ? body : encodeForeign(body)),
    });
  const own = { type: 'message', id: 'd', message: 'x' } as const;

  it('writes in no other name, to no program of another project, and acknowledges for no other [S-FOREIGN-5]', async () => {
    const { owner: stranger, project: theirs } = await newProject(platform, 'Other');
    const foreign = await newInstance(stranger, theirs);
    const away = await joined(foreign);
    const from = `${device.peerId}/a`;
    say({ ...own, from: `${office.device.peerId}/coder`, to: `${bot.id}/r` });
    say({ ...own, from, to: `${foreign.id}/r` });
    say({ ...own, from, to: `${foreign.id}/r`, id: 'e' }, foreign.id);
    say(new TextEncoder().encode('{"type":"message"'));
    say({ ...own, from, to: `${bot.id}/r`, id: 'last' });
    expect(await client.next('message')).toMatchObject({ id: 'last', from });
    const answer = await agent.next('message', ({ from: by }) => by === foreign.id);
    expect(parseToDevice(fromBase64Url(answer.body))).toMatchObject({ type: 'receipt', id: 'e', status: 'unknown' });
    expect(client.of('message')).toHaveLength(1);
    expect(away.of('message')).toEqual([]);
    expect(away.of('presence')).toEqual([]);
    // A receipt for a message that went to another device.
    const sent = write({ id: 'theirs' });
    await asked();
    say({ type: 'receipt', id: 'theirs', from: `${office.device.peerId}/coder`, to: `${bot.id}/a`, state: 'stored' });
    say({ type: 'receipt', id: 'theirs', from, to: `${bot.id}/a`, state: 'stored' });
    expect((await sent).status).toBe(409);
  });

  it('is told which programs are there when it connects, and takes no more than has room [S-FOREIGN-7]', async () => {
    const told = await agent.next('message', ({ from }) => from === bot.id);
    const key = instanceKeyId(nativeBackend, fromBase64Url(bot.key));
    expect(parseToDevice(fromBase64Url(told.body))).toEqual({ type: 'presence', online: true, key });
    // It reads and never acknowledges: at most 1 MiB waits for it, and the program is told.
    const message = 'x'.repeat(60_000);
    const to = `${device.peerId}/a`;
    const statuses = await Promise.all(Array.from({ length: 22 }, async () => (await write({ to, message })).status));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5);
    expect(statuses.filter((status) => status === 409).length).toBeGreaterThan(0);
  });
});

describe('the Python example', () => {
  it(
    'exchanges messages with a device, with the standard library alone; the relay keeps no content [S-FOREIGN-8]',
    async () => {
      const file = join(directory, 'key');
      await writeFile(file, `${bot.key}\n`, { mode: 0o600 });
      await client.close();
      const env = { RELAY_URL: platform.origin, INSTANCE_ID: bot.id, INSTANCE_KEY_FILE: file };
      const listener = spawn('python3', ['-I', '-S', EXAMPLE, 'listen', 'reader'], { env });
      children.push(listener);
      let printed = '';
      listener.stdout.on('data', (data: Buffer) => void (printed += data.toString()));
      await vi.waitUntil(async () => (await instanceOf(bot))?.agents?.includes('reader'), { timeout: 20_000 });
      await coder.send(`program:${bot.id}/reader`, `${MARKER} 你好`, { relay_can_read: true, wait: 'stored' });
      await expect.poll(() => printed).toBe(`${office.device.peerId}/coder -> ${bot.id}/reader: ${MARKER} 你好\n`);
      await allow();
      const run = promisify(execFile);
      const args = ['-I', '-S', EXAMPLE, 'send', 'planner', 'machine:Büro/coder', `${MARKER} \u{1F99E}`];
      const { stdout } = await run('python3', args, { env: { ...env, PYTHONUTF8: '1' } });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'forwarded' });
      expect((await listed())[0]).toMatchObject({ body: `${MARKER} \u{1F99E}`, verified: 'relay', other: 'planner' });
      listener.kill();
      await once(listener, 'close');
      expect(await filesWith(platform.directory, bot.id)).not.toEqual([]);
      expect(await filesWith(platform.directory, MARKER)).toEqual([]);
      expect(log).not.toContain(MARKER);
    },
    LIMIT,
  );
});

/** Names of the files in a directory that contain a text. */
async function filesWith(directory: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
