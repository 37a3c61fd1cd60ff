import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SendMessageRequest, Task as SdkTask } from '@a2a-js/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Feature } from '#agent/index.ts';
import { createMessages } from '#agent/messages/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { ApiMessage } from '#shared/message-api/index.ts';
import { UNFINISHED_PER_AGENT } from '#shared/files/index.ts';
import { MESSAGE_FILES } from '#shared/messages/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { codeOf, pairDevices } from '#test/support/hostile/device.ts';
import { ApiMachine, type AgentProgram, type EventReader } from '#test/support/messages/api-machine.ts';
import { startFileMachines, type FileMachines } from '#test/support/messages/file-machines.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const LIMIT = 60_000;

let office: ApiMachine;
let laptop: ApiMachine;
/** Agent of the laptop that sends, and of the office that gets. */
let coder: AgentProgram;
let tester: AgentProgram;
let folder: string;
let arrived: string;
let right: FileMachines['right'];
let relayUrl: string;

shareAmongTests(async (defer) => {
  ({ office, laptop, arrived, relayUrl, right } = await startFileMachines(defer, ['send', 'message']));
  coder = await laptop.add('coder');
  tester = await office.add('tester');
});

beforeEach(async () => {
  await right('send', 'allow');
  await right('message', 'allow');
  folder = join(await realpath(temporaryDirectory()), 'out');
  await mkdir(join(folder, 'logs'), { recursive: true });
  await writeFile(join(folder, 'report.txt'), 'third quarter');
  await writeFile(join(folder, 'logs', 'a.log'), 'log');
  await writeFile(join(folder, '.env'), 'TOKEN=1');
  await laptop.device.api.call('agents.setFiles', { name: 'coder', folder });
});

const send = async (files: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  await coder.call('POST', '/v1/messages', { body: { to: 'office/tester', body: 'See these', files, ...more } });

async function got(id: string): Promise<ApiMessage> {
  for (;;) {
    const found = (await tester.inbox('?wait=20')).find((message) => message.id === id);
    if (found !== undefined) return found;
  }
}

describe('a message with files', () => {
  it('names them where they lie, once they are there, at both ends', { timeout: LIMIT }, async () => {
    const { json } = await send(['report.txt', 'logs'], { wait: 'stored' });
    const { id } = json as { id: string };
    expect(await got(id)).toMatchObject({
      body: 'See these',
      media: 'text/plain',
      files: [
        { name: 'report.txt', size: 13 },
        { name: 'logs', size: null },
      ],
    });
    const whole = (await tester.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage;
    expect(whole.files).toMatchObject([
      { name: 'report.txt', state: 'done', code: null, path: join(arrived, 'report.txt') },
      { name: 'logs', state: 'done', path: join(arrived, 'logs') },
    ]);
    expect(await readFile(join(arrived, 'report.txt'), 'utf8')).toBe('third quarter');
    const sent = (await coder.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage;
    expect(sent.files).toMatchObject([
      { name: 'report.txt', state: 'done', path: join(folder, 'report.txt') },
      { name: 'logs', state: 'done', path: join(folder, 'logs') },
    ]);
    const { api } = laptop.device;
    expect(await api.call('messages.get', { id, direction: 'out' })).toMatchObject({ files: sent.files });
    await tester.ack(id);
  });

  it('is sent once with its files if the request is repeated', { timeout: LIMIT }, async () => {
    const post = async (): Promise<string> => {
      const { json } = await coder.call('POST', '/v1/messages', {
        body: { to: 'office/tester', body: 'Once', files: ['report.txt'] },
        headers: { 'Idempotency-Key': 'once' },
      });
      return (json as { id: string }).id;
    };
    const before = (await laptop.device.api.call('transfers.list', {})).length;
    expect(new Set([await post(), await post(), await post()]).size).toBe(1);
    expect(await laptop.device.api.call('transfers.list', {})).toHaveLength(before + 1);
  });

  it('is written by a person with any of their files, and by a program only below its folder [S-GRANT-1] [S-GRANT-2]', async () => {
    const { api } = laptop.device;
    const message = { peer: 'office', agent: 'tester', body: 'From me' };
    const hidden = await api.call('messages.sendFiles', { ...message, files: [join(folder, '.env')] });
    expect(hidden.files).toMatchObject([{ name: '.env', size: 7 }]);
    const asCoder = { ...message, from: 'coder', folder };
    for (const [path, code] of [
      ['.env', 'file.hidden'],
      ['../x', 'file.outside'],
      ['/etc/passwd', 'file.outside'],
    ] as const) {
      expect(await codeOf(api.call('messages.sendFiles', { ...asCoder, files: [path] }))).toBe(code);
      expect(((await send([path])).json as { error: { code: string } }).error.code).toBe(code);
    }
    expect(
      await codeOf(api.call('messages.sendFiles', { ...asCoder, folder: '/', files: [join(folder, '.env')] })),
    ).toBe('local-agent.no-files');
    await laptop.add('other');
    expect(await codeOf(api.call('messages.sendFiles', { ...asCoder, from: 'other', files: ['report.txt'] }))).toBe(
      'local-agent.no-files',
    );
    expect((await send(Array.from({ length: MESSAGE_FILES + 1 }, () => 'report.txt'))).status).toBe(422);
  });

  it('is not for agents of this machine', async () => {
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: './me', body: 'x', files: ['report.txt'] } })).toBe(
      '409 message.no-files',
    );
  });

  it(
    'arrives without its files where the right `send` is denied, and says so [S-FILE-6]',
    { timeout: LIMIT },
    async () => {
      await right('send', 'deny');
      const { id } = (await send(['report.txt'])).json as { id: string };
      expect((await got(id)).files).toMatchObject([{ name: 'report.txt', path: null }]);
      expect(((await coder.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage).files).toMatchObject([
        { state: 'refused' },
      ]);
      expect(((await tester.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage).files).toMatchObject([
        { state: 'refused', code: 'rights.denied', path: null },
      ]);
    },
  );

  it('takes its files along when it is taken back', { timeout: LIMIT }, async () => {
    await right('send', 'ask');
    await right('message', 'ask');
    const { id } = (await send(['report.txt'])).json as { id: string };
    const now = async (): Promise<ApiMessage> => (await coder.call('GET', `/v1/messages/${id}`)).json as ApiMessage;
    await expect.poll(now, { timeout: 20_000 }).toMatchObject({ waits_for: 'approval', files: [{ state: 'waiting' }] });
    await coder.call('DELETE', `/v1/messages/${id}`);
    await expect.poll(now, { timeout: 20_000 }).toMatchObject({ state: 'cancelled', files: [{ state: 'cancelled' }] });
  });
});

describe('a message with files by A2A', () => {
  const headers = { 'A2A-Version': '1.0' };
  const raw = (text: string): string => Buffer.from(text).toString('base64');
  type Task = Readonly<{
    id: string;
    status: { state: string };
    artifacts?: readonly { parts: readonly unknown[]; metadata: object }[];
    history?: readonly { parts: readonly unknown[]; metadata?: object }[];
  }>;
  type Reply = Readonly<{ result?: { task: Task }; error?: { code: number; message: string } }>;
  async function ask(parts: readonly object[], messageId: string = crypto.randomUUID()): Promise<Reply> {
    // As the SDK of A2A writes it.
    const params = SendMessageRequest.toJSON(
      SendMessageRequest.fromJSON({
        message: { messageId, role: 'ROLE_USER', parts },
        configuration: { returnImmediately: true },
      }),
    );
    const body = { jsonrpc: '2.0', id: 1, method: 'SendMessage', params };
    return (await coder.call('POST', '/a2a/office/tester', { headers, body })).json as Reply;
  }
  const taskOf = async (id: string): Promise<Task> =>
    (await coder.call('GET', `/a2a/office/tester/tasks/${id}`, { headers })).json as Task;
  /** Private files for contents in the profile of the laptop. */
  const spools = async (): Promise<readonly string[]> =>
    (await readdir(join(dirname(dirname(arrived)), '..', 'laptop', 'lists'))).filter((name) =>
      name.startsWith('spool'),
    );

  it(
    'takes bytes and paths below the folder, and keeps the bytes no longer than it needs them',
    { timeout: LIMIT },
    async () => {
      await right('send', 'ask');
      const parts = [
        { text: 'See these' },
        { raw: raw('by bytes'), filename: 'bytes.txt', mediaType: 'text/plain' },
        { url: pathToFileURL(join(folder, 'report.txt')).href },
        { raw: raw('nameless'), mediaType: 'image/png' },
      ];
      const first = (await ask(parts, 'once')).result?.task;
      // The same message once more is the same task, with the same files.
      expect((await ask(parts, 'once')).result?.task.id).toBe(first?.id);
      expect(await spools()).toHaveLength(2);
      const { id = '' } = first ?? {};
      // A private file is no place that a program is told.
      expect(((await coder.call('GET', `/v1/messages/${id}`)).json as ApiMessage).files).toMatchObject([
        { name: 'bytes.txt', size: 8, path: null },
        { name: 'report.txt', size: 13, path: join(folder, 'report.txt') },
        { name: 'file-4.png', size: 8, path: null },
      ]);
      expect((await taskOf(id)).history).toMatchObject([
        { parts: [{ text: 'See these' }], metadata: { files: [{ filename: 'bytes.txt', size: 8 }, {}, {}] } },
      ]);
      expect(await got(id)).toMatchObject({ body: 'See these', media: 'text/plain' });
      await right('send', 'allow');
      const whole = (await tester.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage;
      expect(await Promise.all(whole.files.map(async ({ path }) => await readFile(path ?? '', 'utf8')))).toEqual([
        'by bytes',
        'third quarter',
        'nameless',
      ]);
      await expect.poll(spools, { timeout: 20_000 }).toEqual([]);
      await tester.ack(id);
    },
  );

  it(
    'is refused without a folder, for what is not below it, and to an agent of this machine; no bytes stay [S-GRANT-1]',
    { timeout: LIMIT },
    async () => {
      const other = await laptop.add('other');
      const refusal = async (parts: readonly object[]): Promise<string> => (await ask(parts)).error?.message ?? '';
      expect(await refusal([{ raw: raw('x') }, { url: pathToFileURL(join(folder, '.env')).href }])).toContain(
        'file.hidden',
      );
      expect(await refusal([{ raw: raw('x') }, { url: 'file:///etc/passwd' }])).toContain('file.outside');
      expect(await refusal([{ url: 'https://a.test/x' }])).toContain('nothing is fetched');
      const body = {
        jsonrpc: '2.0',
        id: 1,
        method: 'SendMessage',
        params: { message: { messageId: 'x', role: 'ROLE_USER', parts: [{ raw: raw('x') }] } },
      };
      expect((await other.call('POST', '/a2a/office/tester', { headers, body })).json).toMatchObject({
        error: { code: -32_005, message: expect.stringContaining('local-agent.no-files') },
      });
      expect((await coder.call('POST', '/a2a/laptop/other', { headers, body })).json).toMatchObject({
        error: { code: -32_005, message: expect.stringContaining('message.no-files') },
      });
      expect(await spools()).toEqual([]);
    },
  );

  it(
    'leaves no bytes of more messages than an agent may have under way, nor of one that is refused there',
    { timeout: LIMIT },
    async () => {
      await right('send', 'ask');
      const ids: string[] = [];
      for (let each = 0; each < UNFINISHED_PER_AGENT; each += 1)
        ids.push((await ask([{ raw: raw(String(each)) }])).result?.task.id ?? '');
      expect((await ask([{ raw: raw('one more') }])).error?.message).toContain('file.full');
      expect(await spools()).toHaveLength(UNFINISHED_PER_AGENT);
      await right('send', 'deny');
      await expect.poll(spools, { timeout: 20_000 }).toEqual([]);
      expect(((await coder.call('GET', `/v1/messages/${ids[0]}`)).json as ApiMessage).files).toMatchObject([
        { name: 'file-1', state: 'refused' },
      ]);
      const came = await tester.inbox('?wait=10');
      await tester.ack(...came.map(({ id }) => id));
    },
  );

  it('has the files of the answer as parts once they are here', { timeout: LIMIT }, async () => {
    await office.device.api.call('agents.setFiles', { name: 'tester', folder });
    const { peerId: peer } = office.device;
    for (const name of ['send', 'message'] as const)
      await laptop.device.api.call('rights.set', { peer, right: name, decision: 'allow', expiresAt: null });
    const asking = coder.call('POST', '/a2a/office/tester/message:send', {
      headers,
      body: { message: { messageId: 'q', role: 'ROLE_USER', parts: [{ text: 'The report?' }] } },
    });
    const [asked] = await tester.inbox('?wait=30');
    await tester.ack(asked?.id ?? '');
    await tester.call('POST', '/v1/messages', {
      body: { to: 'laptop/coder', body: 'Here', files: ['report.txt'], reply_to: asked?.id },
    });
    const { task } = (await asking).json as { task: Task };
    expect(task.status.state).toBe('TASK_STATE_COMPLETED');
    const [artifact] = task.artifacts ?? [];
    expect(artifact).toMatchObject({
      parts: [{ text: 'Here' }, { filename: 'report.txt', metadata: { size: 13 } }],
      metadata: { files: [{ filename: 'report.txt', size: 13, state: 'done', code: null }] },
    });
    const read = SdkTask.fromJSON(task).artifacts[0]?.parts[1]?.content;
    expect(read?.$case).toBe('url');
    expect(await readFile(new URL(String(read?.value)), 'utf8')).toBe('third quarter');
  });
});

describe('the stream of events', () => {
  it(
    'tells both ends once the files of a message are there or can not come, also one that continues',
    { timeout: LIMIT },
    async () => {
      const streams = await Promise.all([coder.events(), tester.events()]);
      const [own, there] = streams;
      const without = await tester.call('GET', '/v1/events?messages=some');
      expect(without.status).toBe(422);
      const { id } = (await send(['report.txt'])).json as { id: string };
      const toldOf = (reader: EventReader, of: string) =>
        reader.named('files').find(({ data }) => data['id'] === of)?.data as unknown;
      await expect
        .poll(() => toldOf(own, id), { timeout: 20_000 })
        .toMatchObject({
          direction: 'out',
          files: [{ name: 'report.txt', state: 'done', path: join(folder, 'report.txt') }],
        });
      await expect.poll(() => there.named('message').some(({ data }) => data['id'] === id)).toBe(true);
      const late = there.named('files').at(-1)?.id ?? there.named('message').at(-1)?.id ?? '';
      await tester.ack(id);
      for (const stream of streams) stream.close();
      await right('send', 'ask');
      const { id: refused } = (await send(['report.txt'])).json as { id: string };
      await got(refused);
      await tester.ack(refused);
      await right('send', 'deny');
      const again = await tester.events({ 'Last-Event-ID': late });
      await expect
        .poll(() => toldOf(again, refused), { timeout: 20_000 })
        .toMatchObject({
          direction: 'in',
          files: [{ name: 'report.txt', state: 'refused', path: null }],
        });
      again.close();
    },
  );

  it(
    'lists what has ended, to the agents of the message alone, and goes on after the list',
    { timeout: LIMIT },
    async () => {
      type Listed = { messages: { id: string; state: string }[]; cursor: string };
      const list = async (agent: AgentProgram): Promise<Listed> =>
        (await agent.call('GET', '/v1/messages?files=ended')).json as Listed;
      const other = await laptop.add('other');
      await right('send', 'ask');
      const { id } = (await send(['report.txt'])).json as { id: string };
      await got(id);
      await tester.ack(id);
      const before = await Promise.all([coder, tester].map(list));
      expect(before.flatMap(({ messages }) => messages.map((one) => one.id))).not.toContain(id);
      await right('send', 'deny');
      const toldOf = (stream: EventReader) => stream.named('files').map(({ data }) => data['id']);
      const next: EventReader[] = [];
      for (const [index, agent] of [coder, tester].entries()) {
        await expect
          .poll(async () => (await list(agent)).messages, { timeout: 20_000 })
          .toContainEqual({ id, state: 'refused' });
        const stream = await agent.events({ 'Last-Event-ID': before[index]?.cursor ?? '' }, 'socket', '?messages=none');
        await expect.poll(() => toldOf(stream), { timeout: 20_000 }).toContain(id);
        stream.close();
        next.push(await agent.events({ 'Last-Event-ID': (await list(agent)).cursor }, 'socket', '?messages=none'));
      }
      await right('send', 'allow');
      const { id: after } = (await send(['report.txt'])).json as { id: string };
      await got(after);
      await tester.ack(after);
      for (const stream of next) {
        // What is in the list isn't told again.
        await expect.poll(() => toldOf(stream), { timeout: 20_000 }).toEqual([after]);
        stream.close();
      }
      expect((await list(other)).messages).toEqual([]);
      expect(await coder.codeOf('GET', '/v1/messages')).toBe('422 api.input');
    },
  );

  it('hands out no messages to a program that wants none', { timeout: LIMIT }, async () => {
    const quiet = await tester.events({}, 'socket', '?messages=none');
    const { id } = (await send(['report.txt'])).json as { id: string };
    expect((await got(id)).redelivered).toBe(false);
    await expect.poll(() => quiet.named('files').some(({ data }) => data['id'] === id), { timeout: 20_000 }).toBe(true);
    expect(quiet.named('message')).toEqual([]);
    quiet.close();
    await tester.ack(id);
  });
});

describe('a machine that lies about the files of its messages', () => {
  /** A machine whose messages name this transfer. @returns what the office's agent is told of its files */
  async function lie(named: () => Promise<string>): Promise<ApiMessage['files']> {
    let transfer = '';
    const place = temporaryDirectory();
    const liar: Feature = (_core, { agentTransfers }) => {
      const unused = (): never => {
        throw new Error('not part of this test');
      };
      agentTransfers.set({
        grant: unused,
        send: unused,
        get: unused,
        cancel: unused,
        cancelAll: async () => undefined,
        drop: async () => undefined,
        onChange: () => () => undefined,
        stateOf: () => ({ state: 'waiting', code: null, files: [] }),
        attach: async () => [{ transfer, name: 'report.txt', size: 13 }],
      });
      return {};
    };
    const dialer = createRelayDialer({ clock: systemClock });
    const evil = new ApiMachine({ name: 'evil', dialer, features: [createMessages, liar] }, place);
    await evil.start();
    try {
      await evil.device.configure(relayUrl);
      await pairDevices(office.device, evil.device, { allow: ['send', 'message'] });
      transfer = await named();
      const { id } = await evil.device.api.call('messages.sendFiles', {
        peer: 'office',
        agent: 'tester',
        body: 'Look',
        files: ['/report.txt'],
      });
      const { files } = await got(id);
      await tester.ack(id);
      return files;
    } finally {
      await office.device.api.call('peers.forget', { peer: evil.device.peerId });
      await evil.stop();
    }
  }

  it(
    'learns nothing of the transfers of others, nor gives them as its own [S-GRANT-3]',
    { timeout: LIMIT },
    async () => {
      const { id } = (await send(['report.txt'])).json as { id: string };
      await got(id);
      await tester.ack(id);
      const [of] = ((await tester.call('GET', `/v1/messages/${id}?wait=30`)).json as ApiMessage).files;
      expect(of?.path).toBeTruthy();
      expect(await lie(async () => of?.transfer ?? '')).toEqual([
        { transfer: of?.transfer, name: 'report.txt', size: 13, state: 'waiting', code: null, path: null },
      ]);
    },
  );

  it('names none that this machine has sent [S-GRANT-3]', { timeout: LIMIT }, async () => {
    const own = join(temporaryDirectory(), 'own.txt');
    await writeFile(own, 'own');
    const sentTo = async (): Promise<string> =>
      (await office.device.api.call('transfers.send', { peer: 'evil', paths: [own] })).id;
    expect(await lie(sentTo)).toMatchObject([{ name: 'report.txt', path: null }]);
  });
});
