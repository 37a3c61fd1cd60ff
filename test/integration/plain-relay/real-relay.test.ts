import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createConnectorFiles } from '#node/files/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { createPlainRelayDialer, createRelayDialer } from '#node/sockets/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import type { PlainClient } from '#test/support/plain-client.ts';
import {
  startPlainRelay,
  type PlainRelay,
  type TestAccount,
  type TestDevice as PlainDevice,
} from '#test/support/plain-relay.ts';
import { base64 } from '#test/support/plain-relay/session-ids.ts';

const SKILL = new URL('../../../skills/clawreach/client.mjs', import.meta.url).pathname;
/** Stands for OpenClaw: says what it was told, in pieces, and whether it could see the token. */
const OPENCLAW = `
  const words = process.argv.slice(1);
  process.stdout.write(words[0] === 'agent' ? 'heard ' : 'restarted');
  setTimeout(() => process.stdout.write(words[0] === 'agent' ? words.at(-1) + (process.env.AUTH_TOKEN ?? '') : ''), 50);
`;

let relay: PlainRelay;
let owner: TestAccount;
let project: string;

beforeAll(async () => {
  relay = await startPlainRelay();
  owner = await relay.account('owner');
  project = await relay.project(owner);
});
afterAll(() => relay.stop());

async function connectAgent(): Promise<{ agent: TestDevice; device: PlainDevice }> {
  const device = await relay.device(project, owner);
  const agent = await TestDevice.create({
    name: 'server',
    dialer: createRelayDialer({ clock: systemClock }),
    plainRelays: { files: createConnectorFiles(), dialer: createPlainRelayDialer({ clock: systemClock }) },
  });
  onTestFinished(() => agent.close());
  agent.agent.start();
  const config = join(temporaryDirectory(), 'c.json');
  const api = `${relay.url}/functions/v1`;
  const { id } = await agent.api.call('plainRelays.pair', { code: device.code, api, name: 'server', config });
  await agent.api.call('plainRelays.setRight', { relay: id, right: 'terminal', decision: 'allow', expiresAt: null });
  await until('the connection', async () =>
    (await agent.api.call('plainRelays.list', {}))[0]?.state === 'online' ? true : undefined,
  );
  return { agent, device };
}

/** Everything that a viewer has been sent of the terminal, as text. */
const shown = (viewer: PlainClient): string =>
  Buffer.concat(viewer.of('stdout').map(({ data }) => Buffer.from(String(data?.['data_b64']), 'base64'))).toString();

describe('our connector at our relay', () => {
  it('serves a terminal, and resumes it for a second browser', async () => {
    const { agent, device } = await connectAgent();
    const session = await relay.session(device, owner);
    const viewer = await relay.view(device, session, owner.token);
    viewer.send('session_start', { session_id: session, cols: 100, rows: 30 });
    await viewer.next('session_started');
    viewer.send('stdin', { session_id: session, data_b64: base64('echo one\r') });
    await until('the echo', () => (shown(viewer).includes('echo one') ? true : undefined));
    await viewer.close();
    const second = await relay.view(device, session, owner.token);
    second.send('resize', { session_id: session, cols: 100, rows: 30, probe: true });
    await second.next('session_started');
    second.send('stdin', { session_id: session, data_b64: base64('echo two\r') });
    await until('the echo', () => (shown(second).includes('echo two') ? true : undefined));
    expect(agent.shell.run).toHaveLength(1);
    second.send('session_end', { session_id: session, reason: 'user_disconnect' });
    await until('the end of the program', () => (agent.shell.running === 0 ? true : undefined));
    await second.close();
  });
});

/** Sends a request to a node by the API, and collects its events. */
async function ask(device: PlainDevice, body: unknown): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer = await relay.api('POST', `/nodes/${device.id}/requests`, owner.token, body);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Record<string, unknown>);
}

const tokensOf = (events: readonly Readonly<Record<string, unknown>>[]): string =>
  events.map(({ type, content }) => (type === 'token' ? String(content) : '')).join('');

describe('our node at our relay', () => {
  it('answers prompts, status, workflows and restarts with its own OpenClaw, as its rights say', async () => {
    const gateway = await GatewayDouble.start({ autoApproveLocal: true });
    onTestFinished(() => gateway.stop());
    gateway.chats.script = (prompt) => ['you said ', prompt];
    const agent = await TestDevice.create({
      name: 'server',
      dialer: createRelayDialer({ clock: systemClock }),
      gateways: createGatewayMachine({ clock: systemClock }),
      plainRelays: { files: createConnectorFiles(), dialer: createPlainRelayDialer({ clock: systemClock }) },
    });
    onTestFinished(() => agent.close());
    agent.agent.start();
    await agent.api.call('gateways.add', {
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
      (await agent.api.call('gateways.list', {}))[0]?.operator.state === 'connected' ? true : undefined,
    );
    const device = await relay.device(project, owner);
    const config = join(temporaryDirectory(), 'node.json');
    const file = { relay_url: relay.socketUrl, node_id: 'my-server-01', auth_token: await relay.pair(device) };
    writeFileSync(config, JSON.stringify(file), { mode: 0o600 });
    const { id } = await agent.api.call('plainRelays.add', { config });
    const allow = (decision: 'allow' | 'deny'): Promise<unknown> =>
      agent.api.call('plainRelays.setRight', { relay: id, right: 'prompt', decision, expiresAt: null });
    await until('the connection', async () =>
      (await agent.api.call('plainRelays.list', {}))[0]?.state === 'online' ? true : undefined,
    );

    await allow('deny');
    expect(await ask(device, { type: 'prompt', prompt: 'hello' })).toMatchObject([{ type: 'error', reason: 'node' }]);
    await allow('allow');
    const answer = await ask(device, { type: 'prompt', prompt: 'hello there' });
    expect([tokensOf(answer), answer.at(-1)]).toEqual(['you said hello there', { type: 'done' }]);
    expect(await ask(device, { type: 'status' })).toMatchObject([
      { type: 'status', status: { node_id: 'my-server-01', connection_state: 'online' } },
      { type: 'done' },
    ]);
    await agent.api.call('workflows.set', {
      workflows: [
        { name: 'water', description: '', gateway: null, action: { kind: 'prompt', template: 'water {{what}}' } },
      ],
    });
    const workflow = { type: 'workflow', workflow: 'water', params: { what: 'roses' } };
    expect(tokensOf(await ask(device, workflow))).toBe('you said water roses');
    const restarted = await ask(device, { type: 'restart' });
    expect(restarted.map(({ type }) => type)).toEqual(['pending', 'done']);
    expect(gateway.record.requests('gateway.restart.request')).toHaveLength(1);
    const nodes = await relay.call('relay-nodes', undefined, owner.token);
    expect(await nodes.text()).toContain(`"device_id":"${device.id}","name":"Server","kind":"openclaw"`);
    expect((await agent.audit('remote.started'))[0]?.fields).toMatchObject({ relayReads: true });
  });
});

describe('the skill for OpenClaw', () => {
  it('answers prompts, status, workflows and restarts at our relay, and keeps its token to itself', async () => {
    const device = await relay.device(project, owner);
    const token = await relay.pair(device);
    const workflows = join(temporaryDirectory(), 'workflows.json');
    writeFileSync(workflows, JSON.stringify({ water: 'water the {{what}}' }));
    const child = spawn(process.execPath, [SKILL], {
      env: {
        PATH: process.env['PATH'],
        RELAY_URL: relay.socketUrl,
        NODE_ID: device.id,
        AUTH_TOKEN: token,
        WORKFLOWS: workflows,
        OPENCLAW_PROGRAM: JSON.stringify([process.execPath, '-e', OPENCLAW, '--']),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    for await (const line of createInterface({ input: child.stdout })) if (line === 'online') break;

    const ask = async (body: unknown): Promise<string> => {
      const answer = await relay.api('POST', `/nodes/${device.id}/requests`, owner.token, body);
      expect(answer.status).toBe(200);
      return await answer.text();
    };
    const prompt = await ask({ type: 'prompt', prompt: 'hello; echo $AUTH_TOKEN' });
    expect(prompt).toContain('"heard "');
    expect(prompt).toContain('hello; echo $AUTH_TOKEN');
    expect(prompt).not.toContain(token);
    expect(prompt).toContain('"type":"done"');
    expect(await ask({ type: 'status' })).toContain(`"node_id":"${device.id}"`);
    expect(await ask({ type: 'workflow', workflow: 'water', params: { what: 'roses' } })).toContain('water the roses');
    expect(await ask({ type: 'workflow', workflow: 'other' })).toContain('there is no such workflow');
    const restarted = await ask({ type: 'restart' });
    expect(restarted.indexOf('"pending"')).toBeGreaterThanOrEqual(0);
    expect(restarted.indexOf('"pending"')).toBeLessThan(restarted.indexOf('"done"'));
  });
});

describe('the skill, wrongly set up', () => {
  const SETTINGS = { RELAY_URL: 'wss://relay.example', NODE_ID: 'my-server-01', AUTH_TOKEN: 'a-long-token' };

  it.each([
    [{ RELAY_URL: '' }, /^RELAY_URL must be an address such as wss:[^\n]*\n$/],
    [{ RELAY_URL: 'ws://relay.example' }, /^RELAY_URL must be wss:\/\/\n$/],
    [{ AUTH_TOKEN: 'short' }, /^set RELAY_URL, NODE_ID and AUTH_TOKEN[^\n]*\n$/],
    [{ ALLOW: 'promt' }, /^ALLOW has promt; there are prompt, status, restart, workflow\n$/],
    [{ WORKFLOWS: '/nothing/here.json' }, /^WORKFLOWS can't be read: ENOENT[^\n]*\n$/],
  ])('ends with a line that says what to change: %j', async (wrong, line) => {
    const ended = promisify(execFile)(process.execPath, [SKILL], { env: { ...process.env, ...SETTINGS, ...wrong } });
    await expect(ended).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(line),
    });
  });
});
