import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiMessage } from '#shared/message-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { AgentProgram } from '#test/support/messages/api-machine.ts';

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
