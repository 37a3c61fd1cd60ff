import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createConnectorFiles } from '#node/files/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { createPlainRelayDialer, createRelayDialer } from '#node/sockets/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { PlainRelayDouble, type PlainMessage, type PlainSocket } from '#test/support/plain-relay/double.ts';
import { newSession } from '#test/support/plain-relay/session-ids.ts';

const NODE_ID = 'my-server-01';

let relay: PlainRelayDouble;
let gateway: GatewayDouble;
let device: TestDevice;

beforeEach(async () => {
  relay = await PlainRelayDouble.start();
  gateway = await GatewayDouble.start({ autoApproveLocal: true });
  gateway.chats.script = (prompt) => [`you said `, prompt];
  device = await TestDevice.create({
    name: 'server',
    dialer: createRelayDialer({ clock: systemClock }),
    gateways: createGatewayMachine({ clock: systemClock }),
    plainRelays: {
      files: createConnectorFiles(),
      dialer: createPlainRelayDialer({ clock: systemClock }),
      limits: { heartbeat: 100 },
    },
  });
  device.agent.start();
  await device.api.call('gateways.add', {
    settings: {
      name: 'Lab',
      endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
      fingerprint: gateway.fingerprint ?? null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'server', capabilities: [] },
    },
    token: gateway.secret.value,
  });
  await until('the gateway', async () =>
    (await device.api.call('gateways.list', {}))[0]?.operator.state === 'connected' ? true : undefined,
  );
});
afterEach(async () => {
  gateway.chats.endAll();
  await device.close();
  await gateway.stop();
  await relay.stop();
});

async function connect(decision: RightDecision): Promise<PlainSocket> {
  const config = join(temporaryDirectory(), 'node.json');
  relay.tokens.add('a-secret-token');
  writeFileSync(config, JSON.stringify({ relay_url: relay.url, node_id: NODE_ID, auth_token: 'a-secret-token' }), {
    mode: 0o600,
  });
  const { id } = await device.api.call('plainRelays.add', { config });
  await device.api.call('plainRelays.setRight', { relay: id, right: 'prompt', decision, expiresAt: null });
  return await relay.connected();
}

/** Sends a request in one of the two forms, and collects the answer in that form until its end. */
async function ask(
  connection: PlainSocket,
  form: 'flat' | 'nested',
  type: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const request = newSession();
  connection.socket.send(
    JSON.stringify(
      form === 'flat' ? { type, request_id: request, data } : { type, data: { request_id: request, data } },
    ),
  );
  const answers: Readonly<Record<string, unknown>>[] = [];
  for (;;) {
    const message = await connection.next(
      `answer to ${type}`,
      (one) => answerOf(one, form)?.['request_id'] === request,
    );
    const answer = answerOf(message, form) ?? {};
    answers.push(answer);
    if (answer['type'] === 'done' || answer['type'] === 'error') return answers;
  }
}

function answerOf(message: PlainMessage, form: 'flat' | 'nested'): Readonly<Record<string, unknown>> | undefined {
  if (form === 'nested') return message.type === 'response' ? message.data : undefined;
  return message;
}

const tokens = (answers: readonly Readonly<Record<string, unknown>>[]): string =>
  answers.flatMap(({ type, content }) => (type === 'token' ? [String(content)] : [])).join('');

describe('a node of the documented skill', () => {
  it('says hello with its node ID, and sends heartbeats', async () => {
    const connection = await connect('deny');
    expect(relay.hellos).toEqual([
      {
        type: 'hello',
        data: { node_id: NODE_ID, token: 'a-secret-token', meta: { name: 'server', kind: 'openclaw' } },
      },
    ]);
    for (let count = 0; count < 2; count += 1)
      expect((await connection.nextOf('heartbeat')).data).toMatchObject({
        node_id: NODE_ID,
        active_tasks: 0,
        last_error: null,
        connection_state: 'online',
      });
  });

  it.each(['flat', 'nested'] as const)('answers prompts token by token, in the %s form', async (form) => {
    const connection = await connect('allow');
    const answers = await ask(connection, form, 'prompt', { prompt: 'hello there' });
    expect(tokens(answers)).toBe('you said hello there');
    expect(answers.at(-1)).toMatchObject({ type: 'done' });
    const [status, done] = await ask(connection, form, 'status');
    expect(status).toMatchObject({ type: 'status', node_id: NODE_ID, connection_state: 'online' });
    expect(done).toMatchObject({ type: 'done' });
    // Heartbeats have the form of the last request.
    const beat = await connection.next('heartbeat', (message) =>
      form === 'flat' ? message['node_id'] === NODE_ID && message.type === undefined : message.type === 'heartbeat',
    );
    expect(form === 'flat' ? beat : beat.data).toMatchObject({ node_id: NODE_ID });
    const [started] = await device.audit('remote.started');
    expect(started?.fields).toMatchObject({ relayReads: true });
    expect(device.disk.audit.lines.join('\n')).not.toContain('hello there');
  });

  it('reports pending tasks before it restarts, and restarts', async () => {
    const connection = await connect('allow');
    const answers = await ask(connection, 'nested', 'restart');
    expect(answers[0]).toMatchObject({ type: 'pending' });
    expect(Array.isArray(answers[0]?.['tasks'])).toBe(true);
    expect(answers.at(-1)).toMatchObject({ type: 'done' });
    expect(gateway.record.requests('gateway.restart.request')).toHaveLength(1);
  });

  it('starts workflows by name, with their values, and no other', async () => {
    const connection = await connect('allow');
    await device.api.call('workflows.set', {
      workflows: [
        { name: 'water', description: '', gateway: null, action: { kind: 'prompt', template: 'water {{what}}' } },
      ],
    });
    const data = { workflow_id: 'water', params: { what: 'roses' } };
    expect(tokens(await ask(connection, 'nested', 'workflow', data))).toBe('you said water roses');
    expect((await ask(connection, 'flat', 'workflow', { workflow_id: 'rm' })).at(-1)).toMatchObject({
      type: 'error',
      code: 'remote.unknown-workflow',
    });
  });

  it('does nothing without the right, asks where it is undecided, and opens no terminals', async () => {
    const connection = await connect('deny');
    expect(await ask(connection, 'flat', 'prompt', { prompt: 'hello' })).toMatchObject([{ type: 'error' }]);
    expect(await ask(connection, 'nested', 'restart')).toMatchObject([{ type: 'error' }]);
    expect(gateway.record.requests('chat.send')).toEqual([]);
    const session = newSession();
    connection.send('session_start', { session_id: session, cols: 80, rows: 24 });
    expect((await connection.nextOf('session_end', session)).data).toMatchObject({ reason: 'pty_error' });
    expect(device.shell.run).toEqual([]);

    const [{ id } = { id: '' }] = await device.api.call('plainRelays.list', {});
    await device.api.call('plainRelays.setRight', { relay: id, right: 'prompt', decision: 'ask', expiresAt: null });
    const asked = ask(connection, 'flat', 'prompt', { prompt: 'may I' });
    const [pending] = await until('a question', async () => {
      const waiting = await device.api.call('approvals.list', {});
      return waiting.length > 0 ? waiting : undefined;
    });
    expect(pending).toMatchObject({ right: 'prompt', relayReads: true });
    expect(gateway.record.requests('chat.send')).toEqual([]);
    await device.api.call('approvals.decide', { id: pending?.id ?? 0, decision: 'approve' });
    expect(tokens(await asked)).toBe('you said may I');
  });

  it('ends its requests when the person says so', async () => {
    gateway.chats.script = async function* endless() {
      for (;;) {
        yield 'on ';
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const connection = await connect('allow');
    const answer = ask(connection, 'flat', 'prompt', { prompt: 'go on' });
    await connection.next('a token', ({ type }) => type === 'token');
    expect(await device.api.call('plainRelays.end', {})).toEqual({ terminals: 0, requests: 1 });
    expect((await answer).at(-1)).toMatchObject({ type: 'error' });
    await gateway.until('the end of the run', () => gateway.chats.active.length === 0);
  });
});
