import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { SendMessageRequest, TaskState, type StreamResponse, type Task } from '@a2a-js/sdk';
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
  type Client,
} from '@a2a-js/sdk/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { pairDevices } from '#test/support/hostile/device.ts';
import { type AgentProgram, ApiMachine, NO_RELAY } from '#test/support/messages/api-machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const PYTHON_CLIENT = fileURLToPath(new URL('../../support/messages/a2a_client.py', import.meta.url));

const requestOf = (parts: readonly object[], more: object = {}, configuration: object = {}): SendMessageRequest =>
  SendMessageRequest.fromJSON({
    message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts, ...more },
    configuration,
  });
const text = (value: string) => ({ text: value });

/** Client of the SDK, which knows nothing but the address of the card and a token. */
async function clientOf(program: AgentProgram, address: string, binding: 'JSONRPC' | 'HTTP+JSON'): Promise<Client> {
  const { http, token } = program.file;
  const fetchImpl: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
    preferredTransports: [binding],
  });
  return await factory.createFromUrl(`${http}/a2a/${address}/.well-known/agent-card.json`, '');
}

/** Answers the next message to an agent, as its program does. */
async function answerNext(program: AgentProgram, body: string, more: object = {}): Promise<string> {
  const [asked] = await program.inbox('?wait=30&limit=1');
  if (asked === undefined) throw new Error('no message');
  await program.ack(asked.id);
  await program.send(asked.from, body, { reply_to: asked.id, ...more });
  return asked.body;
}

function textOf(task: Task): string | undefined {
  const content = task.artifacts[0]?.parts[0]?.content;
  return content?.$case === 'text' ? content.value : undefined;
}

async function taskFrom(client: Client, request: SendMessageRequest): Promise<Task> {
  const result = await client.sendMessage(request);
  if (!('status' in result)) throw new Error('a message, not a task');
  return result;
}

describe.each(['JSONRPC', 'HTTP+JSON'] as const)('A2A 1.0 by %s, with the client of its SDK', (binding) => {
  let machine: ApiMachine;
  let coder: AgentProgram;
  let tester: AgentProgram;
  let client: Client;
  beforeEach(async () => {
    machine = new ApiMachine({ name: 'laptop', dialer: NO_RELAY });
    await machine.start();
    coder = await machine.add('coder', { description: 'Works on the shop' });
    tester = await machine.add('tester', { http: true });
    client = await clientOf(tester, 'laptop/coder', binding);
  });
  afterEach(() => machine.stop());

  it('finds an agent by its card', async () => {
    const card = await client.getAgentCard();
    expect(card).toMatchObject({ name: 'coder', description: 'Works on the shop' });
    expect(client.protocolVersion).toBe('1.0');
  });

  it('sends a message, waits for the answer, and tells its sender that it was read', async () => {
    const asking = taskFrom(client, requestOf([text('Green?')], { contextId: 'talk-1' }));
    expect(await answerNext(coder, 'All of them')).toBe('Green?');
    const task = await asking;
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(task.contextId).toBe('talk-1');
    expect(textOf(task)).toBe('All of them');
    const sent = await coder.call('GET', `/v1/messages/${task.artifacts[0]?.artifactId}`);
    expect(sent.json).toMatchObject({ thread: 'talk-1' });
    await expect
      .poll(async () => (await coder.call('GET', `/v1/messages/${task.artifacts[0]?.artifactId}`)).json)
      .toMatchObject({ state: 'read' });
    expect(await tester.inbox()).toEqual([]);
    expect(textOf(await client.getTask({ id: task.id, tenant: '', historyLength: undefined }))).toBe('All of them');
  });

  it('shows the states of a task, and carries data', async () => {
    const request = requestOf([{ data: { files: 3 } }], {}, { returnImmediately: true });
    const { id, status } = await taskFrom(client, request);
    expect(status?.state).toBe(TaskState.TASK_STATE_SUBMITTED);
    // The same message once more is the same task.
    expect((await taskFrom(client, request)).id).toBe(id);
    const [asked] = await coder.inbox();
    expect(asked).toMatchObject({ id, media: 'application/json', body: '{"files":3}' });
    const stateNow = async () => (await client.getTask({ id, tenant: '', historyLength: 0 })).status?.state;
    await expect.poll(stateNow).toBe(TaskState.TASK_STATE_WORKING);
    await coder.send('tester', '{"green":true}', { reply_to: id, media: 'application/json' });
    await expect.poll(stateNow).toBe(TaskState.TASK_STATE_COMPLETED);
    const { artifacts } = await client.getTask({ id, tenant: '', historyLength: undefined });
    expect(artifacts[0]?.parts[0]?.content).toEqual({ $case: 'data', value: { green: true } });
    const listed = await client.listTasks({
      tenant: '',
      contextId: '',
      status: TaskState.TASK_STATE_COMPLETED,
      pageSize: 10,
      pageToken: '',
      historyLength: 0,
      statusTimestampAfter: undefined,
      includeArtifacts: false,
    });
    expect(listed.tasks.map((task) => task.id)).toEqual([id]);
  });

  it('streams a task until it has ended', async () => {
    const events: StreamResponse[] = [];
    const reading = (async () => {
      for await (const event of client.sendMessageStream(requestOf([text('Green?')]))) events.push(event);
    })();
    await answerNext(coder, 'All of them');
    await reading;
    expect(events[0]?.payload?.$case).toBe('task');
    const states = events.flatMap(({ payload }) =>
      payload?.$case === 'statusUpdate' ? [payload.value.status?.state] : [],
    );
    expect(states.at(-1)).toBe(TaskState.TASK_STATE_COMPLETED);
    const artifact = events.find(({ payload }) => payload?.$case === 'artifactUpdate')?.payload;
    expect(artifact?.$case === 'artifactUpdate' && artifact.value.artifact?.parts[0]?.content).toEqual({
      $case: 'text',
      value: 'All of them',
    });
    await expect.poll(() => tester.inbox()).toEqual([]);
  });

  it('ends a task that is refused, and names errors as the specification does', async () => {
    const { id } = await taskFrom(client, requestOf([text('x')], {}, { returnImmediately: true }));
    await machine.device.api.call('agents.remove', { name: 'coder' });
    const refused = await taskFrom(client, requestOf([text('to no one')]));
    expect(refused.status?.state).toBe(TaskState.TASK_STATE_REJECTED);
    await expect(client.cancelTask({ id, tenant: '', metadata: undefined })).rejects.toThrow(/delivered|cancel/i);
    await expect(client.getTask({ id: 'f'.repeat(32), tenant: '', historyLength: 0 })).rejects.toThrow(
      /no such task|not found/i,
    );
    const file = requestOf([{ raw: 'AAAA', mediaType: 'image/png' }]);
    await expect(client.sendMessage(file)).rejects.toThrow(/files|content/i);
  });
});

describe('A2A 1.0 at the local API', () => {
  let machine: ApiMachine;
  let coder: AgentProgram;
  let tester: AgentProgram;
  beforeEach(async () => {
    machine = new ApiMachine({ name: 'laptop', dialer: NO_RELAY });
    await machine.start();
    coder = await machine.add('coder');
    tester = await machine.add('tester', { http: true });
  });
  afterEach(() => machine.stop());

  const rpc = async (
    program: AgentProgram,
    method: string,
    params: unknown,
    headers: Readonly<Record<string, string>> = { 'A2A-Version': '1.0' },
  ): Promise<unknown> =>
    (await program.call('POST', '/a2a/laptop/coder', { headers, body: { jsonrpc: '2.0', id: 7, method, params } }))
      .json;
  const hello = {
    message: { messageId: 'm1', role: 'ROLE_USER', parts: [{ text: 'hello' }] },
    configuration: { returnImmediately: true },
  };

  it('needs the token of an agent, also for the card, and takes nothing from a page [S-API-8]', async () => {
    const card = '/a2a/laptop/coder/.well-known/agent-card.json';
    expect(await tester.codeOf('GET', card, { place: 'port' })).toBe('200');
    expect(await tester.codeOf('GET', card, { place: 'port', token: null })).toBe('401 api.token');
    expect(await tester.codeOf('POST', '/a2a/laptop/coder', { place: 'port', token: null, body: {} })).toBe(
      '401 api.token',
    );
    expect(await tester.codeOf('GET', card, { place: 'port', headers: { Origin: 'https://evil.example' } })).toBe(
      '403 api.origin',
    );
    expect(await tester.codeOf('GET', card, { place: 'port', token: coder.file.token })).toBe('401 api.token');
    expect(await tester.codeOf('GET', '/a2a/laptop/nobody/.well-known/agent-card.json')).toBe(
      '404 message.unknown-agent',
    );
    expect(await tester.codeOf('GET', '/a2a/laptop')).toBe('404 api.route');
    expect(await tester.codeOf('GET', '/a2a/%ff/coder/tasks')).toBe('404 api.route');
  });

  it('shows and ends no task of another agent, nor one at another address [S-API-8]', async () => {
    const sent = (await rpc(tester, 'SendMessage', hello)) as { result: { task: { id: string } } };
    const { id } = sent.result.task;
    const spy = await machine.add('spy');
    for (const method of ['GetTask', 'CancelTask', 'SubscribeToTask'])
      expect(await rpc(spy, method, { id })).toMatchObject({ error: { code: -32_001 } });
    expect(await rpc(spy, 'ListTasks', {})).toMatchObject({ result: { tasks: [], totalSize: 0, nextPageToken: '' } });
    expect(await rpc(spy, 'SendMessage', { message: { ...hello.message, taskId: id } })).toMatchObject({
      error: { code: -32_001 },
    });
    const elsewhere = await tester.call('GET', `/a2a/laptop/spy/tasks/${id}`, { headers: { 'A2A-Version': '1.0' } });
    expect(elsewhere).toMatchObject({ status: 404, json: { error: { details: [{ reason: 'TASK_NOT_FOUND' }] } } });
    expect(await rpc(tester, 'GetTask', { id })).toMatchObject({ result: { id } });
  });

  it('shows no answer that waits for a person [S-MCP-2]', async () => {
    const asked = await tester.send('coder', 'go on');
    const sent = (await rpc(tester, 'SendMessage', hello)) as { result: { task: { id: string; contextId: string } } };
    const { id, contextId } = sent.result.task;
    await coder.inbox();
    for (let each = 0; each < 50; each += 1)
      await coder.send('tester', `${each}`, { reply_to: asked, thread: contextId });
    const held = await coder.send('tester', 'held', { reply_to: id });
    expect((await machine.device.api.call('messages.get', { id: held })).id).toBe(held);
    expect(await rpc(tester, 'GetTask', { id })).toMatchObject({ result: { status: { state: 'TASK_STATE_WORKING' } } });
    const list = await machine.device.api.call('messages.list', { direction: 'in', agent: 'tester', limit: 1 });
    expect(list[0]).toMatchObject({ waitsFor: 'loop' });
    await machine.device.api.call('messages.release', { id: list[0]?.id ?? '' });
    expect(await rpc(tester, 'GetTask', { id })).toMatchObject({
      result: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'held' }] }] },
    });
  });

  it('speaks version 1.0 and no other, and answers errors as JSON-RPC does', async () => {
    expect(await rpc(tester, 'SendMessage', hello, {})).toMatchObject({ error: { code: -32_009 } });
    expect(await rpc(tester, 'SendMessage', hello, { 'A2A-Version': '0.3' })).toMatchObject({
      error: { code: -32_009 },
    });
    expect(await rpc(tester, 'message/send', hello)).toMatchObject({ id: 7, error: { code: -32_601 } });
    expect(await rpc(tester, 'toString', hello)).toMatchObject({ error: { code: -32_601 } });
    expect(await rpc(tester, 'SendMessage', { message: { parts: [] } })).toMatchObject({ error: { code: -32_602 } });
    expect(await rpc(tester, 'SendMessage', { message: { ...hello.message, contextId: 'no spaces' } })).toMatchObject({
      error: { code: -32_602 },
    });
    expect(await rpc(tester, 'CreateTaskPushNotificationConfig', { taskId: 'x', url: 'https://x' })).toMatchObject({
      error: { code: -32_003 },
    });
    expect(await rpc(tester, 'GetExtendedAgentCard', {})).toMatchObject({ error: { code: -32_004 } });
    const broken = await tester.call('POST', '/a2a/laptop/coder', { text: '{', headers: { 'A2A-Version': '1.0' } });
    expect(broken.json).toMatchObject({ id: null, error: { code: -32_700 } });
  });

  it('takes a message back as a task that is canceled', async () => {
    const relay = await runRelay();
    const office = new ApiMachine({ name: 'office', dialer: createRelayDialer({ clock: systemClock }) });
    const home = new ApiMachine({ name: 'home', dialer: createRelayDialer({ clock: systemClock }) });
    try {
      for (const one of [office, home]) {
        await one.start();
        await one.device.configure(relay.relay.url);
      }
      await pairDevices(office.device, home.device, { allow: ['message'], joinerAllows: ['message'] });
      const writer = await home.add('writer', { http: true });
      const reader = await office.add('reader');
      const client = await clientOf(writer, 'office/reader', 'JSONRPC');
      const asking = taskFrom(client, requestOf([text('Over the link')]));
      await answerNext(reader, 'And back');
      expect(textOf(await asking)).toBe('And back');
      await office.stop();
      const { id } = await taskFrom(client, requestOf([text('never mind')], {}, { returnImmediately: true }));
      const canceled = await client.cancelTask({ id, tenant: '', metadata: undefined });
      expect(canceled.status?.state).toBe(TaskState.TASK_STATE_CANCELED);
    } finally {
      await home.stop();
      await office.stop();
      await relay.dispose();
    }
  });

  it('ends streams of a task that was removed with its machine with an error', async () => {
    const relay = await runRelay();
    const office = new ApiMachine({ name: 'office', dialer: createRelayDialer({ clock: systemClock }) });
    const home = new ApiMachine({ name: 'home', dialer: createRelayDialer({ clock: systemClock }) });
    try {
      for (const one of [office, home]) {
        await one.start();
        await one.device.configure(relay.relay.url);
      }
      await pairDevices(office.device, home.device, { allow: ['message'], joinerAllows: ['message'] });
      await office.add('reader');
      const writer = await home.add('writer', { http: true });
      const begun: StreamResponse[] = [];
      const ends = (['JSONRPC', 'HTTP+JSON'] as const).map(async (binding) => {
        const client = await clientOf(writer, 'office/reader', binding);
        for await (const event of client.sendMessageStream(requestOf([text('Anyone?')]))) begun.push(event);
      });
      const outcomes = Promise.allSettled(ends);
      await expect.poll(() => begun.filter(({ payload }) => payload?.$case === 'task').length).toBe(2);
      await home.device.api.call('peers.forget', { peer: 'office' });
      for (const outcome of await outcomes)
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringMatching(/no such task/i) },
        });
    } finally {
      await home.stop();
      await office.stop();
      await relay.dispose();
    }
  });

  it('keeps its tasks over a restart', async () => {
    const sent = (await rpc(tester, 'SendMessage', hello)) as { result: { task: { id: string } } };
    const { id } = sent.result.task;
    await machine.stop();
    await machine.start();
    const [asked] = await coder.inbox('?wait=10');
    await coder.send('tester', 'still here', { reply_to: asked?.id });
    // The same message once more is the same task.
    expect(await rpc(tester, 'SendMessage', hello)).toMatchObject({
      result: {
        task: {
          id,
          status: { state: 'TASK_STATE_COMPLETED' },
          artifacts: [{ parts: [{ text: 'still here' }] }],
          history: [{ messageId: 'm1', role: 'ROLE_USER', parts: [{ text: 'hello' }] }],
        },
      },
    });
  });

  it('serves a Python client that was written from the specification', async () => {
    const path = `${machine.directory}/agents/tester.token`;
    const running = promisify(execFile)('python3', ['-I', PYTHON_CLIENT, path, 'laptop/coder', 'Green?']);
    await answerNext(coder, 'All of them');
    await answerNext(coder, 'Still');
    const { stdout } = await running;
    const { card, sent, again, events, tasks } = JSON.parse(stdout);
    expect(card).toMatchObject({ name: 'coder', capabilities: { streaming: true } });
    expect(sent).toMatchObject({
      status: { state: 'TASK_STATE_COMPLETED' },
      artifacts: [{ parts: [{ text: 'All of them' }] }],
    });
    expect(again).toEqual(sent);
    expect(events[0]).toMatchObject({ task: { contextId: sent.contextId } });
    expect(events.at(-1)).toMatchObject({ statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } });
    expect(tasks).toMatchObject({
      totalSize: 2,
      tasks: [{ artifacts: [{ parts: [{ text: 'Still' }] }] }, { id: sent.id }],
    });
  });
});
