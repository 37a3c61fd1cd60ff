import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiMessage } from '#shared/message-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { AgentProgram } from '#test/support/messages/api-machine.ts';

const A2A_CLIENT = join(import.meta.dirname, '..', 'support', 'messages', 'a2a_client.py');
type Status = Readonly<{ status: Readonly<{ state: string }> }>;
type A2aEvents = readonly Readonly<{
  task?: Status & { id: string };
  statusUpdate?: Status;
  artifactUpdate?: unknown;
}>[];
/** Output of the client of A2A. */
type A2aSaid = Readonly<
  Record<'card' | 'sent' | 'again' | 'tasks' | 'last', unknown> & Record<'events' | 'with_files', A2aEvents>
>;

describe.runIf(HAS_PROCESS_TABLE)('programs of laptop and office that use the local API', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let coder: AgentProgram;
  let tester: AgentProgram;

  const program = async (device: Device, name: string): Promise<AgentProgram> =>
    new AgentProgram((await device.ok('agent', 'token', name)).trim());

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    await office.ok('agent', 'add', 'coder', '--description', 'Works on the shop', '--http');
    await laptop.ok('agent', 'add', 'tester');
    await office.ok('rights', 'laptop', '--allow', 'message');
    await laptop.ok('rights', 'office', '--allow', 'message');
    coder = await program(office, 'coder');
    tester = await program(laptop, 'tester');
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  it('lists the token files, and prints no token', async () => {
    const { token } = coder.file;
    const text = await office.ok('agent');
    expect(text).not.toContain(token);
    expect(await office.json('agent')).toContainEqual(
      expect.objectContaining({ name: 'coder', http: true, tokenFile: expect.stringMatching(/agents\/coder\.token$/) }),
    );
    const renewed = await office.ok('agent', 'token', 'coder', '--renew');
    expect(coder.file.token).not.toBe(token);
    expect(renewed).not.toContain(coder.file.token);
    expect((await office.run(['agent', 'token', 'me'])).code).not.toBe(0);
  });

  it('carries a question and its answer, at the socket and at the port', async () => {
    const asked = tester.call('POST', '/v1/messages', {
      body: { to: 'office/coder', body: 'Are the tests green?', wait: 'reply', timeout: 60 },
    });
    const { json } = await coder.call('GET', '/v1/inbox?wait=60', { place: 'port' });
    const [question] = (json as { messages: readonly ApiMessage[] }).messages;
    expect(question).toMatchObject({ from: 'laptop/tester', body: 'Are the tests green?' });
    const answer = { to: question?.from, body: 'All of them.', reply_to: question?.id, wait: 'stored' };
    expect(await coder.call('POST', '/v1/messages', { place: 'port', body: answer })).toMatchObject({ status: 200 });
    const { status, json: outcome } = await asked;
    expect(status).toBe(200);
    expect(outcome).toMatchObject({ reply: { body: 'All of them.' } });
    await coder.ack(question?.id ?? '');
    await tester.ack((outcome as { reply: ApiMessage }).reply.id);
    await expect
      .poll(async () => (await tester.call('GET', `/v1/messages/${question?.id}`)).json)
      .toMatchObject({ state: 'read' });
  });

  it('serves a client of A2A written from the specification alone, whose messages and bytes another machine gets and answers', async () => {
    const folder = temporaryDirectory();
    const file = join(folder, 'report.bin');
    const contents = randomBytes(300_000);
    writeFileSync(file, contents);
    await office.ok('agent', 'add', 'coder', '--files', folder);
    await laptop.ok('rights', 'office', '--allow', 'send');
    const path = (await office.ok('agent', 'token', 'coder')).trim();
    const running = promisify(execFile)('python3', ['-I', A2A_CLIENT, path, 'laptop/tester', 'Green?', file]);
    const answerNext = async (body: (asked: ApiMessage) => string | Promise<string>): Promise<ApiMessage> => {
      const asked = await until('the question', async () => (await tester.inbox('?wait=30&limit=1')).at(0));
      await tester.ack(asked.id);
      // Its sender has seen that it works on it.
      await expect
        .poll(async () => (await coder.call('GET', `/v1/messages/${asked.id}`)).json, { timeout: 20_000 })
        .toMatchObject({ state: 'read' });
      await tester.send(asked.from, await body(asked), { reply_to: asked.id });
      return asked;
    };
    const asked = await answerNext(() => 'All of them');
    expect(asked).toMatchObject({ from: 'office/coder', body: 'Green?', verified: 'device' });
    await answerNext(() => 'Still');
    const third = await answerNext(async ({ id }) => {
      const { files } = (await tester.call('GET', `/v1/messages/${id}?wait=60`)).json as ApiMessage;
      expect(files).toMatchObject([{ name: 'report.bin', size: contents.length, state: 'done' }]);
      const arrived = readFileSync(files[0]?.path ?? '');
      expect(arrived.equals(contents)).toBe(true);
      return `${arrived.length} bytes`;
    });
    const said = JSON.parse((await running).stdout) as A2aSaid;
    expect(said.card).toMatchObject({ name: 'tester', capabilities: { streaming: true } });
    expect(said.sent).toMatchObject({
      id: asked.id,
      contextId: asked.thread,
      status: { state: 'TASK_STATE_COMPLETED' },
      artifacts: [{ parts: [{ text: 'All of them' }] }],
    });
    expect(said.again).toEqual(said.sent);
    const states = (events: A2aSaid['events']): unknown[] =>
      events.flatMap(({ task, statusUpdate }) => (task ?? statusUpdate)?.status.state ?? []);
    for (const [events, text] of [
      [said.events, 'Still'],
      [said.with_files, `${contents.length} bytes`],
    ] as const) {
      expect(states(events)).toEqual(['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING', 'TASK_STATE_COMPLETED']);
      expect(events.flatMap(({ artifactUpdate }) => artifactUpdate ?? [])).toMatchObject([
        { artifact: { parts: [{ text }] } },
      ]);
    }
    expect(said.tasks).toMatchObject({ totalSize: 2, tasks: [{ artifacts: [{ parts: [{ text: 'Still' }] }] }, {}] });
    expect(said.last).toMatchObject({ id: third.id, status: { state: 'TASK_STATE_COMPLETED' } });
    // Each answer was read, and no program gets it again.
    expect(await coder.inbox()).toEqual([]);
    expect(await tester.inbox()).toEqual([]);
  });

  it('hands a message out again after the agent was killed between that and the acknowledgement, once it is there', async () => {
    const { token, http } = coder.file;
    const id = await tester.send('office/coder', 'Do not lose this');
    const first = await until('the message', async () => (await coder.inbox('?wait=30')).at(0));
    expect(first).toMatchObject({ id, redelivered: false, state: 'taken' });
    await office.agent?.end('SIGKILL');
    expect(coder.file.http).toBe(http);
    await expect(coder.inbox()).rejects.toThrow(/ECONNREFUSED|ENOENT/);
    await office.restore();
    // Another program may have had the port in between.
    await expect.poll(() => coder.file.token).not.toBe(token);
    const again = await until('the message', async () => (await coder.inbox('?wait=30')).at(0));
    expect(again).toMatchObject({ id, redelivered: true, body: 'Do not lose this' });
    await coder.ack(id);
    const { token: second } = coder.file;
    await office.agent?.end('SIGKILL');
    await office.restore();
    await expect.poll(() => coder.file.token).not.toBe(second);
    await coder.send('laptop/tester', 'Done');
    expect(await until('the answer', async () => (await tester.inbox('?wait=30')).at(0))).toMatchObject({
      body: 'Done',
    });
    expect(await coder.inbox('?wait=1')).toEqual([]);
    await expect
      .poll(async () => (await tester.call('GET', `/v1/messages/${id}`)).json, { timeout: 20_000 })
      .toMatchObject({ state: 'read' });
  });

  it('delivers after a stream of events broke with the agent, and what came meanwhile', async () => {
    const events = await tester.events();
    await coder.send('laptop/tester', 'one');
    await expect
      .poll(() => events.named('message').map(({ data }) => data['body']), { timeout: 20_000 })
      .toContain('one');
    await laptop.agent?.end('SIGKILL');
    await expect.poll(() => events.isOver).toBe(true);
    await coder.send('laptop/tester', 'two');
    await laptop.restore();
    const last = events.named('message').at(-1)?.id ?? '';
    const continued = await until('the API', () => tester.events({ 'Last-Event-ID': last }).catch(() => undefined));
    await expect
      .poll(() => continued.named('message').map(({ data }) => data['body']), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['one', 'two']));
    continued.close();
  });
});
