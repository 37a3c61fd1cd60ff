import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromUuid } from '#shared/platform/index.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { startPlainRelay, type PlainRelay, type TestAccount, type TestDevice } from '#test/support/plain-relay.ts';
import { claimProject } from '#test/support/platform/test-platform.ts';
import { joinOwner } from '#test/support/relay-project.ts';

const text = (words: string): string => Buffer.from(words).toString('base64');

let relay: PlainRelay;
let owner: TestAccount;
let member: TestAccount;
let project: string;
beforeAll(async () => {
  relay = await startPlainRelay();
  owner = await relay.account('owner');
  member = await relay.account('member');
  project = await relay.project(owner, [member]);
});
afterAll(() => relay.stop());

type Live = Readonly<{
  device: TestDevice;
  token: string;
  connector: PlainClient;
  session: string;
  viewer: PlainClient;
}>;

/** Paired device, its connector, and a live session of the owner. */
async function live(): Promise<Live> {
  const device = await relay.device(project, owner);
  const token = await relay.pair(device);
  const connector = await relay.connect(device, token);
  const session = await relay.session(device, owner);
  const viewer = await relay.view(device, session, owner.token);
  viewer.send('session_start', { session_id: session, cols: 80, rows: 24 });
  await connector.next('session_start');
  connector.send('session_started', { session_id: session });
  await viewer.next('session_started');
  return { device, token, connector, session, viewer };
}

describe('a viewer', () => {
  it("types into no one else's session of the device, and ends none [S-PLAIN-1]", async () => {
    const { device, connector, session: theirs, viewer: victim } = await live();
    const own = await relay.session(device, member);
    const attacker = await relay.view(device, own, member.token);
    for (const [type, data] of [
      ['stdin', { data_b64: text('rm -rf ~\n') }],
      ['resize', { cols: 1, rows: 1, probe: true }],
      ['session_start', { cols: 1, rows: 1 }],
      ['session_end', { reason: 'user_disconnect' }],
    ] as const) {
      attacker.send(type, { session_id: theirs, ...data });
      expect(await attacker.next('error')).toMatchObject({ data: { message: 'Session not found or unauthorized' } });
    }
    await attacker.settled();
    const about = connector.messages.filter(({ data }) => data?.['session_id'] === theirs);
    expect(about.map(({ type }) => type)).toEqual(['session_start']);
    expect(victim.of('session_end')).toEqual([]);
  });

  it('authenticates for no session but an own, active one, and for no other after that [S-PLAIN-1]', async () => {
    const { device, session: theirs, viewer } = await live();
    const own = await relay.session(device, member);
    const over = await relay.session(device, member);
    await relay.call('end-session', { session_id: over }, member.token);
    for (const session of [theirs, over, '00000000-0000-0000-0000-000000000000', 'x', `${own}'--`]) {
      const client = await PlainClient.open(`${relay.socketUrl}/session`);
      client.send('auth', { token: member.token, session_id: session, device_id: device.id });
      expect(await client.closed).toEqual({ code: 4002, reason: 'Session invalid' });
      expect(client.messages).toEqual([{ type: 'error', data: { message: 'Session not found or unauthorized' } }]);
    }
    const client = await relay.view(device, own, member.token);
    client.send('auth', { token: owner.token, session_id: theirs, device_id: device.id });
    client.send('stdin', { session_id: theirs, data_b64: text('id\n') });
    expect(await client.next('error')).toMatchObject({ data: { message: 'Session not found or unauthorized' } });
    expect(viewer.of('error')).toEqual([]);
  });

  it('reaches the device of its session, whatever device it names [S-PLAIN-1]', async () => {
    const first = await live();
    const second = await live();
    const client = await relay.view(second.device, first.session, owner.token);
    client.send('stdin', { session_id: first.session, data_b64: text('here') });
    await first.connector.next('stdin');
    expect(second.connector.of('stdin')).toEqual([]);
  });

  it('gets nowhere with a token that is wrong, a device’s, or a cookie [S-PLAIN-1]', async () => {
    const { device, session, token: deviceToken } = await live();
    for (const token of ['wrong', deviceToken]) {
      const client = await PlainClient.open(`${relay.socketUrl}/session`, {
        Cookie: `__Host-clawreach=${owner.token}`,
      });
      client.send('stdin', { session_id: session, data_b64: text('id\n') });
      expect(await client.next('error')).toEqual({ type: 'error', data: { message: 'Send auth first' } });
      client.send('auth', { session_id: session, device_id: device.id });
      await client.find(({ data }) => data?.['message'] === 'Missing token, session_id, or device_id');
      client.send('auth', { token, session_id: session, device_id: device.id });
      await client.find(({ data }) => data?.['message'] === 'Invalid auth token');
      expect(await client.closed).toEqual({ code: 4001, reason: 'Auth failed' });
    }
  });
});

describe('a connector', () => {
  it("writes into no other device's session, and ends none [S-PLAIN-2]", async () => {
    const { connector: honest, session, viewer } = await live();
    const attacker = await live();
    const about = { session_id: session };
    attacker.connector.send('stdout', { ...about, data_b64: text('password: ') });
    attacker.connector.send('session_started', about);
    attacker.connector.send('error', { ...about, message: 'session_not_found' });
    attacker.connector.send('session_end', { ...about, reason: 'exit' });
    attacker.connector.send('meta_update', { shell_probe_ok: false, shell_probe_detail: 'gone' });
    await attacker.connector.settled();
    honest.send('stdout', { ...about, data_b64: text('true') });
    expect(await viewer.next('stdout')).toMatchObject({ data: { data_b64: text('true') } });
    expect(viewer.messages.map(({ type }) => type)).toEqual(['auth_ok', 'session_started', 'stdout']);
  });

  /** Sends a hello that is refused. Returns the text, and the code of the close; a connection that stays open is closed here. */
  async function refuse(hello: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
    const client = await PlainClient.open(`${relay.socketUrl}/connect`);
    client.send('stdout', { session_id: hello['device_id'], data_b64: text('x') });
    client.send('hello', hello);
    const last = await client.find(
      ({ data }) => !['Send hello first', 'Invalid message'].includes(String(data?.['message'])),
    );
    const isClosed = last.data?.['message'] === 'Authentication failed';
    const { code } = isClosed ? await client.closed : { code: client.socket.readyState === client.socket.OPEN };
    client.socket.terminate();
    return [last.data?.['message'], code];
  }

  it('is not connected without the token of exactly this device [S-PLAIN-6]', async () => {
    const first = await live();
    const second = await live();
    const { id } = first.device;
    const failed = ['Authentication failed', 4001];
    expect(await refuse({ device_id: id, token: second.token })).toEqual(failed);
    expect(await refuse({ device_id: id, token: 'x' })).toEqual(failed);
    expect(await refuse({ device_id: 'x', token: first.token })).toEqual(failed);
    expect(await refuse({ node_id: 'x', token: 'x' })).toEqual(failed);
    const missing = ['Missing device_id or token', true];
    expect(await refuse({ device_id: '', token: first.token, meta: { kind: 'openclaw' } })).toEqual(missing);
    expect(await refuse({ device_id: { id }, token: first.token })).toEqual(missing);
    expect(await refuse({ token: first.token })).toEqual(missing);
    expect(await refuse({ device_id: id })).toEqual(missing);
    expect(first.viewer.of('session_end')).toEqual([]);
  });

  it('that is replaced is told so, and its end changes nothing [S-PLAIN-3]', async () => {
    const { device, token, connector: old, session, viewer } = await live();
    const fresh = await relay.connect(device, token);
    expect(await old.closed).toEqual({ code: 4001, reason: 'Replaced' });
    expect(await viewer.next('session_end')).toMatchObject({ data: { reason: 'connector_disconnected' } });
    const count = viewer.messages.length;
    const nodes = await relay.call('relay-nodes', undefined, owner.token);
    expect(((await nodes.json()) as { nodes: { device_id: string }[] }).nodes).toContainEqual(
      expect.objectContaining({ device_id: device.id, online: true }),
    );
    // The session goes on with the new connection, on the same socket of the viewer.
    viewer.send('resize', { session_id: session, cols: 80, rows: 24, probe: true });
    expect(await fresh.next('resize')).toMatchObject({ data: { probe: true } });
    fresh.send('session_started', { session_id: session });
    await viewer.next('session_started', count);
    expect(viewer.messages.slice(count).map(({ type }) => type)).toEqual(['session_started']);
  });
});

it('offers no way to ports or networks of a device [S-PLAIN-4]', async () => {
  const { device, connector } = await live();
  for (const path of [
    `/proxy/${device.id}/127.0.0.1:22/`,
    `/proxy/${device.id}/`,
    `/ws-proxy/${device.id}/`,
    '/nodes',
  ]) {
    const answer = await fetch(`${relay.url}${path}?token=${owner.token}`);
    expect([path, answer.status]).toEqual([path, 404]);
    await expect(PlainClient.open(`${relay.socketUrl}${path}`)).rejects.toThrow('404');
  }
  connector.send('http_request', { device_id: device.id, request_id: '1', port: 22 });
  connector.send('ws_open', { device_id: device.id, request_id: '1', port: 22 });
  await connector.settled();
  expect(connector.messages.map(({ type }) => type).filter((type) => type !== 'error')).toEqual([
    'hello_ok',
    'session_start',
  ]);
});

it('starts no session on a sealed device, and lists none [S-PLAIN-12]', async () => {
  const machine = await joinOwner(relay.platform.relay);
  const peer = machine.device;
  const sealed = await claimProject(relay.platform, owner, machine);
  await owner.client.call('projects.change', { params: { project: sealed }, input: { plainAllowed: true } });
  // The lists of the account have it.
  expect(JSON.stringify(await owner.client.call('devices.list', { params: { project: sealed } }))).toContain(
    peer.peerId,
  );
  const started = await relay.call('start-session', { device_id: peer.peerId }, owner.token);
  expect(started.status).toBe(400);
  const nodes = await relay.call('relay-nodes', undefined, owner.token);
  expect(await nodes.text()).not.toContain(peer.peerId);
  const page = await relay.api('POST', `/projects/${sealed}/devices/${peer.peerId}/sessions`, owner.token);
  expect([page.status, await page.json()]).toMatchObject([409, { code: 'project.sealed-device' }]);
  const asked = await relay.api('POST', `/nodes/${peer.peerId}/requests`, owner.token, { type: 'status' });
  expect([asked.status, await asked.json()]).toMatchObject([409, { code: 'project.sealed-device' }]);
});

describe('a pairing code', () => {
  it('pairs once, with hyphen and case ignored; the token is random and stored as a hash [S-PLAIN-6]', async () => {
    const device = await relay.device(project, owner);
    const typed = ` ${device.code.toLowerCase().replace('-', ' ')} `;
    const answer = await relay.call('pair-device', { pairing_code: typed, name: 'Rack <1>' });
    expect(answer.status).toBe(400);
    const paired = await relay.call('pair-device', { pairing_code: typed, name: 'Rack 1' });
    const body = (await paired.json()) as { device_id: string; token: string; relay_url: string };
    expect(body).toEqual({
      device_id: device.id,
      token: expect.stringMatching(/^[\w-]{43}$/),
      relay_url: `ws://localhost:${relay.platform.relay.port}`,
    });
    const again = await relay.call('pair-device', { pairing_code: device.code });
    expect([again.status, await again.json()]).toEqual([
      404,
      { error: 'Invalid or expired pairing code', code: 'platform.not-found' },
    ]);
    const rows = relay.platform.rows('select * from plain_devices') as { name: string; token_hash: Uint8Array }[];
    expect(rows.find(({ name }) => name === 'Rack 1')?.token_hash).toHaveLength(32);
    const codes = relay.platform.rows('select * from one_time');
    const stored = Buffer.from(JSON.stringify([rows, codes]));
    expect(stored.includes(body.token) || stored.includes(device.code.replace('-', ''))).toBe(false);
  });

  it('that is made anew ends the old code, the token and the connection [S-PLAIN-6]', async () => {
    const { device, token, connector, viewer } = await live();
    const code = await relay.renewCode(device, project);
    expect(await connector.closed).toEqual({ code: 4001, reason: 'Auth failed' });
    await viewer.next('session_end');
    const late = await PlainClient.open(`${relay.socketUrl}/connect`);
    late.send('hello', { device_id: device.id, token });
    expect(await late.closed).toEqual({ code: 4001, reason: 'Auth failed' });
    expect((await relay.call('pair-device', { pairing_code: device.code })).status).toBe(404);
    expect((await relay.call('pair-device', { pairing_code: code })).status).toBe(200);
  });
});

describe('what the published platform gives away', () => {
  it('no answer has the token, the code or a hash of a device [S-PLAIN-6]', async () => {
    const { device, token } = await live();
    const unused = await relay.device(project, owner);
    const rows = [
      ...relay.platform.rows('select token_hash as hash from plain_devices where token_hash is not null'),
      ...relay.platform.rows("select hash from one_time where purpose = 'plain-pair'"),
    ] as { hash: Uint8Array }[];
    expect(rows.length).toBeGreaterThan(1);
    const secrets = [token, unused.code, unused.code.replace('-', '')].concat(
      rows.flatMap(({ hash }) =>
        (['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(hash).toString(form)),
      ),
    );
    for (const person of [owner, member]) {
      const answers = await Promise.all([
        ...[
          `/projects/${project}`,
          `/projects/${project}/devices`,
          `/projects/${project}/devices/${device.id}`,
          `/projects/${project}/history`,
          `/projects/${project}/people`,
        ].map((path) => relay.api('GET', path, person.token)),
        relay.call('relay-nodes', undefined, person.token),
        relay.call('start-session', { device_id: device.id }, person.token),
      ]);
      const exported = JSON.stringify(await person.client.call('account.export'));
      const texts = await Promise.all(answers.map((answer) => answer.text()));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(texts.join('')).toContain(device.id);
      for (const text of [...texts, exported]) {
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      }
    }
  });

  it('an invitation to an address that no one has proved gives no seat [S-PLAIN-15]', async () => {
    const eve = relay.platform.person('Eve', { verified: false, email: 'victim@example.org' });
    const token = relay.platform.session(eve.account, { kind: 'api' });
    const invited = await relay.call('invite-member', { project_id: project, email: eve.email }, owner.token);
    expect(await invited.json()).toMatchObject({ status: 'invited' });
    const { device } = await live();
    const nodes = await relay.call('relay-nodes', undefined, token);
    expect([nodes.status, await nodes.json()]).toEqual([200, { nodes: [] }]);
    expect((await relay.call('start-session', { device_id: device.id }, token)).status).toBe(404);
    const { projects } = await eve.client.call('projects.list');
    expect(projects).toEqual([]);
  });

  it('no one puts a connector there for others to install [S-PLAIN-14]', async () => {
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      const answer = await relay.call('download-connector', undefined, owner.token, { method });
      expect([method, answer.status]).toEqual([method, 405]);
    }
    const below = await relay.call('download-connector/linux-amd64', undefined, owner.token, { method: 'PUT' });
    expect(below.status).toBe(404);
  });
});

describe('access ends while it is used', () => {
  const ways: readonly Readonly<[string, (live: Live) => Promise<unknown>]>[] = [
    ['the person is removed', () => owner.client.call('people.remove', { params: { project, person: member.id } })],
    ['the person leaves', () => member.client.call('projects.leave', { params: { project } })],
    [
      'the API token is deleted',
      async () => {
        const { tokens } = await member.client.call('tokens.list');
        await member.client.call('tokens.delete', { params: { token: tokens[0]?.id ?? '' } });
      },
    ],
    ['the account is deleted', () => member.client.call('account.delete')],
    [
      'the device is deleted',
      ({ device }) => owner.client.call('devices.delete', { params: { project, device: device.id } }),
    ],
    [
      'the project no longer allows it',
      () => owner.client.call('projects.change', { params: { project }, input: { plainAllowed: false } }),
    ],
    ['the project is deleted', () => owner.client.call('projects.delete', { params: { project } })],
  ];
  it.each(ways)('when %s [S-PLAIN-9]', async (way, end) => {
    member = await relay.account('leaving');
    project = await relay.project(owner, [member]);
    const others = await live();
    const session = await relay.session(others.device, member);
    const viewer = await relay.view(others.device, session, member.token);
    await end(others);
    await viewer.closed;
    const again = await PlainClient.open(`${relay.socketUrl}/session`);
    again.send('auth', { token: member.token, session_id: session, device_id: others.device.id });
    expect([4001, 4002]).toContain((await again.closed).code);
    // Whoever kept their access goes on.
    await (way.startsWith('the device') || way.startsWith('the project')
      ? others.connector.closed
      : others.viewer.settled());
  });

  it('before a token for a terminal was used [S-PLAIN-9]', async () => {
    const account = await relay.account('thief');
    const own = await relay.project(account);
    const device = await relay.device(own, account);
    const connector = await relay.connect(device, await relay.pair(device));
    const other = relay.platform.session(account.account);
    const params = { project: own, device: device.id };
    const thief = relay.platform.client({ cookie: other });
    const { session, token } = await thief.call('plainSessions.start', { params });
    const { token: second } = await thief.call('plainSessions.attach', { params: { ...params, session } });
    await (await relay.view(device, session, second)).close();
    await account.client.call('sessions.endOthers');
    const late = await PlainClient.open(`${relay.socketUrl}/session`);
    late.send('auth', { token, session_id: session, device_id: device.id });
    late.send('stdin', { session_id: session, data_b64: text('id\n') });
    expect(await late.closed).toEqual({ code: 4002, reason: 'Session invalid' });
    expect(late.of('auth_ok')).toEqual([]);
    await connector.settled();
    expect(connector.of('stdin')).toEqual([]);
  });

  it('when something changed past the relay, by the next check [S-PLAIN-9]', async () => {
    const strict = await startPlainRelay({ limits: { recheck: 50 } });
    try {
      const account = await strict.account('owner');
      const device = await strict.device(await strict.project(account), account);
      const connector = await strict.connect(device, await strict.pair(device));
      const viewer = await strict.view(device, await strict.session(device, account), account.token);
      strict.platform.run('update accounts set disabled_at = 1 where id = ?', account.account);
      await viewer.closed;
      strict.platform.run('update plain_devices set token_hash = null');
      expect(await connector.closed).toEqual({ code: 4001, reason: 'Auth failed' });
    } finally {
      await strict.stop();
    }
  });
});

it('takes from a full history the sessions of who has the most, and no one else’s [S-PLAIN-10]', async () => {
  const strict = await startPlainRelay({ limits: { sessionRows: 20, sweep: 50 } });
  try {
    const ended = async (account: TestAccount, from: number, count: number): Promise<void> => {
      const { id } = await strict.device(await strict.project(account), account);
      for (let index = 0; index < count; index += 1) {
        strict.platform.run(
          "insert into plain_sessions (id, device, account, status, started_at, ended_at) values (?, ?, ?, 'ended', 1, ?)",
          randomUUID().replaceAll('-', ''),
          fromUuid(id),
          account.account,
          from + index,
        );
      }
    };
    const now = Date.now();
    const [anna, mallory] = [await strict.account('anna'), await strict.account('mallory')];
    await ended(anna, now - 1000, 2);
    await ended(mallory, now, 40);
    const rows = (account: TestAccount) =>
      strict.platform.rows('select id from plain_sessions where account = ?', account.account).length;
    await expect.poll(() => rows(mallory)).toBe(2);
    expect(rows(anna)).toBe(2);
  } finally {
    await strict.stop();
  }
});
