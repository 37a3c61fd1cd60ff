import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { ApprovalView, MessageView, RightDecision } from '#shared/app-api/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { messageFiles } from '#test/support/messages/message-files.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 60_000;

let relay: RunningRelay;
/** Has the agents `coder`, `tests` and `private`. */
let office: TestDevice;
let laptop: TestDevice;

shareAmongTests(async (defer) => {
  const directory = await mkdtemp(join(tmpdir(), 'clawreach-agent-rights-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  relay = await startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
  defer(() => relay.close({ drain: 0 }));
  const start = async (name: string): Promise<TestDevice> => {
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      messages: messageFiles(join(directory, name)),
    });
    defer(() => device.close());
    device.agent.start();
    await device.configure(relay.url);
    return device;
  };
  office = await start('office');
  laptop = await start('laptop');
  await pairDevices(office, laptop, { allow: [] });
  for (const name of ['coder', 'tests', 'private']) await office.api.call('agents.set', { name });
});

beforeEach(async () => {
  const peer = await view();
  for (const { agent } of peer.agents ?? []) await decide(agent, null);
  await decideAll('ask');
});

const view = async () => await office.api.call('peers.get', { peer: 'laptop' });
const decideAll = async (decision: RightDecision) =>
  await office.api.call('rights.set', { peer: 'laptop', right: 'message', decision, expiresAt: null });
const decide = async (agent: string, decision: RightDecision | null, expiresAt: number | null = null) =>
  await office.api.call('rights.setAgent', { peer: 'laptop', agent, decision, expiresAt });

async function write(agent: string): Promise<MessageView> {
  return await laptop.api.call('messages.send', { peer: 'office', agent, body: `hello ${agent}` });
}

/** State of a message once the office has answered for it, with the reason of a refusal. */
async function outcome({ id }: MessageView): Promise<string> {
  return await until(
    'the outcome',
    async () => {
      const { state, code } = await laptop.api.call('messages.get', { id });
      return state === 'queued' || state === 'sent' ? undefined : [state, code].filter(Boolean).join(' ');
    },
    LIMIT,
  );
}

async function question(): Promise<ApprovalView> {
  const asked = await until('the question', async () => (await office.api.call('approvals.list', {}))[0], LIMIT);
  if (asked.kind !== 'right') throw new Error('another request');
  return asked;
}

const agentsThere = async (): Promise<unknown> => {
  try {
    return (await laptop.api.call('agents.there', { peer: 'office' })).map(({ name }) => name);
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

it(
  'a peer writes to the agents that it was allowed to; of others, and of unknown ones, it learns the same [S-WRITE-1]',
  { timeout: LIMIT },
  async () => {
    await decideAll('deny');
    await decide('coder', 'allow');
    expect(await outcome(await write('coder'))).toBe('stored');
    expect(await outcome(await write('tests'))).toBe('refused rights.denied');
    expect(await outcome(await write('nobody'))).toBe('refused rights.denied');
    expect(await agentsThere()).toEqual(['coder']);
    await decide('coder', null);
    expect(await outcome(await write('coder'))).toBe('refused rights.denied');
    expect(await agentsThere()).toBe('rights.denied');
  },
);

it(
  'a person is asked about an unknown agent as about one that is not named [S-WRITE-1]',
  { timeout: LIMIT },
  async () => {
    await decide('coder', 'allow');
    expect(await outcome(await write('coder'))).toBe('stored');
    expect(await agentsThere()).toEqual(['coder']);
    for (const agent of ['tests', 'nobody']) {
      const sent = await write(agent);
      const { id, agent: named, detail } = await question();
      expect([named, detail]).toEqual([agent, `write to ${agent}: hello ${agent}`]);
      await office.api.call('approvals.decide', { id, decision: 'not-now' });
      expect(await outcome(sent)).toBe('refused rights.denied');
    }
    await office.api.call('rights.setAgent', { peer: 'laptop', agent: 'tests', decision: 'ask', expiresAt: null });
    expect(await agentsThere()).toEqual(['coder', 'tests']);
  },
);

it('an agent can be kept from a peer that may write to all others [S-WRITE-1]', { timeout: LIMIT }, async () => {
  await decideAll('allow');
  await decide('private', 'deny');
  expect(await outcome(await write('tests'))).toBe('stored');
  expect(await outcome(await write('private'))).toBe('refused rights.denied');
  expect(await agentsThere()).toEqual(['me', 'coder', 'tests']);
});

it('"always" can be for one agent only, and the person is asked about the next one', { timeout: LIMIT }, async () => {
  const first = await write('coder');
  const asked = await question();
  const decided = { id: asked.id, decision: 'approve', remember: true, agentOnly: true } as const;
  expect(await office.api.call('approvals.decide', decided)).toMatchObject({ always: true, agentOnly: true });
  expect(await outcome(first)).toBe('stored');
  expect((await view()).agents).toEqual([{ agent: 'coder', decision: 'allow', expiresAt: null }]);
  expect((await view()).rights.message.decision).toBe('ask');
  expect(await outcome(await write('coder'))).toBe('stored');
  const other = await write('tests');
  const { id } = await question();
  await office.api.call('approvals.decide', { id, decision: 'approve', remember: true });
  expect(await outcome(other)).toBe('stored');
  expect((await view()).rights.message.decision).toBe('allow');
});

it(
  'a decision about one agent answers the request that waits, and about all leaves those with one of their own [S-WRITE-2]',
  { timeout: LIMIT },
  async () => {
    await decide('private', 'ask');
    const kept = await write('private');
    const { agent } = await question();
    expect(agent).toBe('private');
    await decideAll('allow');
    // The one that is to be asked about is still asked about.
    expect((await office.api.call('approvals.list', {})).map((one) => one.agent)).toEqual(['private']);
    await decide('private', 'deny');
    expect(await outcome(kept)).toBe('refused rights.denied');
    expect(await office.api.call('approvals.list', {})).toEqual([]);
  },
);

it('a person who denies messages denies all of them, what single agents were allowed included [S-WRITE-2]', async () => {
  await decide('coder', 'allow');
  await decide('private', 'deny');
  await decideAll('deny');
  expect((await view()).agents).toEqual([{ agent: 'private', decision: 'deny', expiresAt: null }]);
  expect(await outcome(await write('coder'))).toBe('refused rights.denied');
});

it('an agent that is added again begins without what peers were allowed to write to the old one [S-WRITE-2]', async () => {
  await decide('tests', 'allow');
  await office.api.call('agents.remove', { name: 'tests' });
  await office.api.call('agents.set', { name: 'tests' });
  expect((await view()).agents).toBeUndefined();
});

it('an allowance ends at its time, and none begins in the past or for a request without an agent', async () => {
  const past = decide('coder', 'allow', 1);
  expect(await codeOf(past)).toBe('rights.expired');
  const end = Date.now() + 1500;
  await decide('coder', 'allow', end);
  expect(await outcome(await write('coder'))).toBe('stored');
  await until('the end', async () => (Date.now() > end ? true : undefined));
  const sent = await write('coder');
  const { id } = await question();
  await office.api.call('approvals.decide', { id, decision: 'not-now' });
  expect(await outcome(sent)).toBe('refused rights.denied');
  expect((await view()).agents).toBeUndefined();
});

it('shows a message between two agents of a machine as the sender or the recipient sees it', async () => {
  const sent = await office.api.call('messages.send', { peer: '.', from: 'coder', agent: 'tests', body: 'hello' });
  const { id } = sent;
  await until('the message', async () => {
    const { state } = await office.api.call('messages.get', { id, direction: 'out' });
    return state === 'stored' ? true : undefined;
  });
  expect(await office.api.call('messages.get', { id, direction: 'out' })).toMatchObject({
    direction: 'out',
    agent: 'coder',
    other: 'tests',
  });
  for (const input of [{ id }, { id, direction: 'in' as const }])
    expect(await office.api.call('messages.get', input)).toMatchObject({
      direction: 'in',
      agent: 'tests',
      other: 'coder',
    });
  // A message that is in one box only is found there.
  const { id: other } = await write('coder');
  expect(await laptop.api.call('messages.get', { id: other, direction: 'in' })).toMatchObject({ direction: 'out' });
});
