import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fromUuid } from '#shared/platform/index.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { startPlainRelay, type PlainRelay, type TestAccount, type TestDevice } from '#test/support/plain-relay.ts';
import { Program } from '#test/support/privaclaw/program.ts';

type NodeEvent = Readonly<Record<string, unknown>>;

let relay: PlainRelay;
let owner: TestAccount;
let project: string;
beforeAll(async () => {
  relay = await startPlainRelay({ limits: { nodeSilence: 2000, nodeAnswer: 100_000 } });
  owner = await relay.account('owner');
  project = await relay.project(owner);
});
afterAll(() => relay.stop());

/** Starts the skill in Python for a new device. */
async function startNode(
  form: 'flat' | 'nested',
  { heartbeat = 15, id = undefined as string | undefined } = {},
): Promise<{ device: TestDevice; token: string; node: Program }> {
  const device = await relay.device(project, owner, 'Assistant');
  const token = await relay.pair(device);
  const node = new Program('skill', ['--form', form, '--heartbeat', String(heartbeat)], {
    RELAY_URL: relay.socketUrl,
    NODE_ID: id ?? device.id,
    AUTH_TOKEN: token,
  });
  onTestFinished(() => node.stop());
  await node.line((line) => line === 'online');
  return { device, token, node };
}

/** Sends a request to a node. Yields its events as they come. */
async function* ask(device: TestDevice, body: unknown, signal?: AbortSignal): AsyncGenerator<NodeEvent> {
  const answer = await fetch(`${relay.url}/api/v1/nodes/${device.id}/requests`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('data: ')) yield JSON.parse(part.slice(6)) as NodeEvent;
  }
}

async function all(events: AsyncIterable<NodeEvent>): Promise<NodeEvent[]> {
  const list: NodeEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe.each(['flat', 'nested'] as const)('a node with %s messages', (form) => {
  it.each([15, 0])('answers prompts, status, workflows and restarts (heartbeat every %d s)', async (heartbeat) => {
    const { device } = await startNode(form, { heartbeat });
    expect(await all(ask(device, { type: 'prompt', prompt: 'say hello' }))).toEqual([
      { type: 'token', content: 'say ' },
      { type: 'token', content: 'hello ' },
      { type: 'done' },
    ]);
    expect(await all(ask(device, { type: 'status' }))).toEqual([
      {
        type: 'status',
        status: {
          node_id: device.id,
          uptime: expect.any(Number) as unknown,
          active_tasks: 0,
          last_error: null,
          connection_state: 'online',
        },
      },
      { type: 'done' },
    ]);
    expect(await all(ask(device, { type: 'workflow', workflow: 'deploy', params: { to: 'staging' } }))).toEqual([
      { type: 'token', content: 'deploy {"to": "staging"}' },
      { type: 'done' },
    ]);
    expect(await all(ask(device, { type: 'prompt', prompt: 'fail' }))).toEqual([
      { type: 'error', reason: 'node', message: 'the model failed' },
    ]);
  });

  it('reports pending tasks before it restarts', async () => {
    const { device } = await startNode(form);
    const waiting = ask(device, { type: 'prompt', prompt: 'wait for it' });
    await waiting.next();
    expect(await all(ask(device, { type: 'restart' }))).toEqual([
      { type: 'pending', tasks: ['wait for it'] },
      { type: 'done' },
    ]);
    await waiting.return(undefined);
  });
});

it('a node with an ID of its own choice is known by its token', async () => {
  const { device } = await startNode('flat', { id: 'my-server-01' });
  expect(await all(ask(device, { type: 'status' }))).toMatchObject([{ status: { node_id: 'my-server-01' } }, {}]);
  const nodes = await relay.call('relay-nodes', undefined, owner.token);
  expect(((await nodes.json()) as { nodes: unknown[] }).nodes).toContainEqual(
    expect.objectContaining({ device_id: device.id, name: 'Assistant', kind: 'openclaw' }),
  );
});

it('a connector and a node of one device are online side by side, and neither gets what is for the other', async () => {
  const { device, token, node } = await startNode('nested');
  const connector = await relay.connect(device, token);
  const session = await relay.session(device, owner);
  const viewer = await relay.view(device, session, owner.token);
  viewer.send('session_start', { session_id: session, cols: 80, rows: 24 });
  await connector.next('session_start');
  expect(await all(ask(device, { type: 'status' }))).toHaveLength(2);
  expect(node.lines.filter((line) => line !== 'online')).toEqual([expect.stringMatching(/^status /)]);
  expect(connector.of('status')).toEqual([]);
  // The list has each program; a device in the page is what opens terminals.
  const listed = await relay.call('relay-nodes', undefined, owner.token);
  const { nodes } = (await listed.json()) as { nodes: { device_id: string; kind: string }[] };
  expect(nodes.filter(({ device_id: id }) => id === device.id).map(({ kind }) => kind)).toEqual([
    'connector',
    'openclaw',
  ]);
  const shown = await owner.client.call('devices.get', { params: { project, device: device.id } });
  expect(shown).toMatchObject({ online: true, kind: 'connector' });
  await node.stop();
  await expect
    .poll(() => all(ask(device, { type: 'status' })).catch((error: unknown) => String(error)))
    .toContain('project.not-a-node');
});

describe('an answer', () => {
  it('fails when the node goes away, is silent, or says too much', async () => {
    const { device, node } = await startNode('flat');
    const cut = ask(device, { type: 'prompt', prompt: 'wait' });
    await cut.next();
    node.process.kill('SIGKILL');
    expect(await all(cut)).toEqual([{ type: 'error', reason: 'offline', message: expect.any(String) }]);
    await expect(all(ask(device, { type: 'status' }))).rejects.toThrow('project.device-offline');
    const { device: silent } = await startNode('flat');
    expect((await all(ask(silent, { type: 'prompt', prompt: 'wait' }))).at(-1)).toMatchObject({ reason: 'timeout' });
    const talkative = await relay.device(project, owner);
    const client = await relay.connect(talkative, await relay.pair(talkative), { meta: { kind: 'openclaw' } });
    const asked = all(ask(talkative, { type: 'prompt', prompt: 'x' }));
    const { request_id: id } = await client.next('prompt');
    for (let index = 0; index < 3; index += 1) {
      client.raw(JSON.stringify({ type: 'token', request_id: id, content: 'x'.repeat(40_000) }));
    }
    expect((await asked).at(-1)).toMatchObject({ type: 'error', reason: 'too-large' });
  });

  it('comes from the node that was asked, and from no other', async () => {
    const { device } = await startNode('flat');
    const other = await relay.device(project, owner);
    const attacker = await PlainClient.open(`${relay.socketUrl}/connect`);
    attacker.send('hello', { node_id: other.id, token: await relay.pair(other), meta: { kind: 'openclaw' } });
    await attacker.next('hello_ok');
    const asked = ask(device, { type: 'prompt', prompt: 'wait' });
    await asked.next();
    const own = ask(other, { type: 'status' });
    const first = own.next();
    const { request_id: id } = await attacker.next('status');
    for (const type of ['token', 'done', 'error']) {
      attacker.send(type, { request_id: '*', content: 'forged' });
      attacker.raw(JSON.stringify({ type, request_id: '*', content: 'forged' }));
    }
    attacker.raw(JSON.stringify({ type: 'done', request_id: id }));
    expect((await first).value).toEqual({ type: 'done' });
    expect((await all(asked)).map(({ type }) => type)).toEqual(['error']);
  });

  it.each([
    ['text', 400, (id: string) => ({ type: 'token', request_id: id, content: 'y'.repeat(50_000) })],
    [
      'pending tasks',
      100,
      (id: string) => ({ type: 'pending', request_id: id, tasks: Array(256).fill('y'.repeat(1000)) }),
    ],
    ['single letters', 100_000, (id: string) => ({ type: 'token', request_id: id, content: 'y' })],
  ] as const)('of any kind that no one reads is cut off: %s [S-PLAIN-10]', async (_kind, count, message) => {
    const small = await startPlainRelay({ limits: { nodeQueue: 100_000 } });
    try {
      const account = await small.account('owner');
      const device = await small.device(await small.project(account), account);
      const node = await small.connect(device, await small.pair(device), { meta: { kind: 'openclaw' } });
      const answer = await fetch(`${small.url}/api/v1/nodes/${device.id}/requests`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${account.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ type: 'prompt', prompt: 'x' }),
      });
      const { request_id: id } = await node.next('prompt');
      const text = JSON.stringify(message(String(id)));
      for (let index = 0; index < count; index += 1) node.raw(text);
      await node.settled();
      const received = await answer.text();
      expect(received).toContain('"reason":"too-large"');
      expect(received.length).toBeLessThan(20_000_000);
    } finally {
      await small.stop();
    }
  });
});

describe('skill configurations', () => {
  const config = { relay_url: 'wss://relay.example', node_id: 'my-server-01', auth_token: 'a secret of eight' };
  const input = { skill: 'privaclaw', name: 'Home', config };

  it('are stored sealed, and read by their account alone [S-PLAIN-11]', async () => {
    const created = await relay.api('POST', '/skill-configs', owner.token, input);
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const read = await relay.api('GET', `/skill-configs/${id}`, owner.token);
    expect(await read.json()).toMatchObject({ skill: 'privaclaw', nodeId: 'my-server-01', name: 'Home', config });
    const stranger = await relay.account('stranger');
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', input]] as const) {
      expect((await relay.api(method, `/skill-configs/${id}`, stranger.token, body)).status).toBe(404);
    }
    expect(await (await relay.api('GET', '/skill-configs', stranger.token)).json()).toEqual({ skillConfigs: [] });
    const rows = relay.platform.rows('select sealed from skill_configs') as { sealed: Uint8Array }[];
    const stored = rows.map(({ sealed }) => Buffer.from(sealed).toString('latin1')).join('');
    expect(rows).toHaveLength(1);
    expect(stored).not.toMatch(/secret|relay\.example/);
    expect((await relay.api('POST', '/skill-configs', owner.token, input)).status).toBe(409);
    const replaced = await relay.api('PUT', `/skill-configs/${id}`, owner.token, { ...input, name: 'Office' });
    expect(await replaced.json()).toMatchObject({ id, name: 'Office' });
    expect((await relay.api('DELETE', `/skill-configs/${id}`, owner.token)).status).toBe(200);
    expect((await relay.api('GET', `/skill-configs/${id}`, owner.token)).status).toBe(404);
  });

  it('can’t be read from the row of another account [S-PLAIN-11]', async () => {
    const thief = await relay.account('thief');
    const [mine, theirs] = await Promise.all(
      [owner, thief].map(async ({ token }) => {
        const answer = await relay.api('POST', '/skill-configs', token, input);
        return ((await answer.json()) as { id: string }).id;
      }),
    );
    relay.platform.run(
      'update skill_configs set sealed = (select sealed from skill_configs where id = ?) where id = ?',
      fromUuid(mine ?? ''),
      fromUuid(theirs ?? ''),
    );
    const read = await relay.api('GET', `/skill-configs/${theirs ?? ''}`, thief.token);
    expect([read.status, (await read.text()).includes('secret')]).toEqual([500, false]);
  });
});
