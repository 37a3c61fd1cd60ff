import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import { fromUuid } from '#shared/platform/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { startPlainRelay, type PlainRelay, type TestAccount } from '#test/support/plain-relay.ts';
import { addPlainDevice, callFunction, setUpProject } from '#test/support/privaclaw/public-api.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let relay: PlainRelay;
let owner: TestAccount;
let member: TestAccount;
let stranger: TestAccount;
let project: string;
beforeAll(async () => {
  relay = await startPlainRelay();
  owner = await relay.account('owner');
  member = await relay.account('member');
  stranger = await relay.account('stranger');
  project = await relay.project(owner, [member]);
});
afterAll(() => relay.stop());

async function answerOf(answer: Promise<Response>): Promise<[number, unknown]> {
  const response = await answer;
  return [response.status, await response.json()];
}

describe('the functions answer what the document says', () => {
  it('POST /pair-device', async () => {
    const device = await relay.device(project, owner);
    expect(await answerOf(relay.call('pair-device', { pairing_code: device.code, name: 'My Server' }))).toEqual([
      200,
      { device_id: device.id, token: expect.any(String), relay_url: `ws://localhost:${relay.platform.relay.port}` },
    ]);
  });

  it('POST /start-session, for owners and members', async () => {
    const device = await relay.device(project, owner);
    for (const { token } of [owner, member]) {
      expect(await answerOf(relay.call('start-session', { device_id: device.id.toUpperCase() }, token))).toEqual([
        200,
        {
          session_id: expect.stringMatching(UUID),
          device_id: device.id,
          status: 'active',
          started_at: expect.stringMatching(TIME),
        },
      ]);
    }
  });

  it('POST /end-session, also a second time', async () => {
    const device = await relay.device(project, owner);
    const session = await relay.session(device, member);
    const ended = {
      ok: true,
      session_id: session,
      status: 'ended',
      ended_at: expect.stringMatching(TIME) as unknown,
    };
    const [status, first] = await answerOf(relay.call('end-session', { session_id: session }, member.token));
    expect([status, first]).toEqual([200, ended]);
    expect(await answerOf(relay.call('end-session', { session_id: session }, member.token))).toEqual([200, first]);
    const rows = relay.platform.rows('select * from plain_sessions where id = ?', fromUuid(session));
    expect(rows).toMatchObject([{ account: member.account, status: 'ended', reason: 'user_disconnect' }]);
  });

  it('GET /relay-nodes, of own projects only', async () => {
    const device = await relay.device(project, owner);
    const connector = await relay.connect(device, await relay.pair(device));
    const node = {
      device_id: device.id,
      name: 'Server',
      kind: 'connector',
      connected_at: expect.stringMatching(TIME) as unknown,
      last_heartbeat: expect.stringMatching(TIME) as unknown,
      online: true,
    };
    expect(await answerOf(relay.call('relay-nodes', undefined, member.token))).toEqual([200, { nodes: [node] }]);
    expect(await answerOf(relay.call('relay-nodes', undefined, stranger.token))).toEqual([200, { nodes: [] }]);
    await connector.close();
    await expect.poll(() => answerOf(relay.call('relay-nodes', undefined, member.token))).toEqual([200, { nodes: [] }]);
  });

  it('POST /invite-member', async () => {
    const body = { project_id: project, email: stranger.email };
    // The relay sends no mail, so the owner hands the link over.
    const invited = { status: 'invited', message: 'Invitation sent', link: expect.stringMatching(/^http:.*#invite=/) };
    const added = { status: 'added', message: 'Member added to project' };
    expect(await answerOf(relay.call('invite-member', body, owner.token))).toEqual([200, added]);
    expect(await answerOf(relay.call('relay-nodes', undefined, stranger.token))).toMatchObject([200, {}]);
    expect(await answerOf(relay.call('invite-member', body, owner.token))).toEqual([
      409,
      { error: 'This person is already a member', code: 'project.already-member' },
    ]);
    const another = { ...body, email: 'By.Hand@Example.com' };
    expect(await answerOf(relay.call('invite-member', another, owner.token))).toEqual([200, invited]);
    expect(await answerOf(relay.call('invite-member', another, owner.token))).toEqual([
      409,
      { error: 'This person is already invited', code: 'project.already-invited' },
    ]);
    expect(await answerOf(relay.call('invite-member', another, member.token))).toMatchObject([
      403,
      { error: 'Only project owners can invite members' },
    ]);
    const elsewhere = await relay.account('elsewhere');
    expect(await answerOf(relay.call('invite-member', another, elsewhere.token))).toMatchObject([
      404,
      { error: 'Project not found' },
    ]);
    await owner.client.call('people.remove', { params: { project, person: stranger.id } });
  });
});

describe('the functions refuse', () => {
  it('whoever has no API token, a cookie and the device’s token included', async () => {
    const device = await relay.device(project, owner);
    const token = await relay.pair(device);
    for (const [name, body] of [
      ['start-session', { device_id: device.id }],
      ['end-session', { session_id: device.id }],
      ['relay-nodes', undefined],
      ['invite-member', { project_id: project, email: 'a@example.com' }],
    ] as const) {
      for (const credentials of [undefined, 'wrong', token]) {
        const answer = relay.call(name, body, credentials, { headers: { Cookie: `__Host-clawreach=${owner.token}` } });
        expect(await answerOf(answer)).toEqual([401, { error: 'Unauthorized', code: 'platform.signed-out' }]);
      }
    }
  });

  it('devices and sessions of others, as if there were none', async () => {
    const device = await relay.device(project, owner);
    const session = await relay.session(device, owner);
    const unknown = [404, { error: 'Device not found or access denied', code: 'platform.not-found' }];
    expect(await answerOf(relay.call('start-session', { device_id: device.id }, stranger.token))).toEqual(unknown);
    expect(await answerOf(relay.call('start-session', { device_id: project }, owner.token))).toEqual(unknown);
    for (const { token } of [member, stranger]) {
      expect(await answerOf(relay.call('end-session', { session_id: session }, token))).toMatchObject([
        404,
        { error: 'Session not found or access denied' },
      ]);
    }
  });

  it.each([
    ['pair-device', { pairing_code: 'A1' }],
    ['pair-device', { pairing_code: 'A'.repeat(21) }],
    ['pair-device', { pairing_code: 'ABCD_1234!' }],
    ['pair-device', { pairing_code: 5 }],
    ['pair-device', { name: 'x' }],
    ['pair-device', { pairing_code: 'ABCDEFGHJK', name: '<b>' }],
    ['pair-device', { pairing_code: 'ABCDEFGHJK', name: 'x'.repeat(101) }],
    ['pair-device', []],
    ['pair-device', 'not JSON'],
    ['start-session', { device_id: '0'.repeat(56) }],
    ['start-session', { device_id: { $ne: null } }],
    ['start-session', {}],
    ['end-session', { session_id: "' or 1=1 --" }],
    ['invite-member', { project_id: 'x', email: 'a@example.com' }],
    ['invite-member', { project_id: '00000000-0000-0000-0000-000000000000', email: 'nobody' }],
  ])('%s with %j, by 400', async (name, body) => {
    const [status, content] = await answerOf(relay.call(name, body, owner.token));
    expect([status, content]).toEqual([400, { error: expect.any(String), code: 'platform.input' }]);
  });

  it('codes of a wrong length, unknown ones, and other methods and paths', async () => {
    // Six and eight characters are valid elsewhere; no device here has such a code.
    for (const code of ['ABC123', 'ABCD1234', 'ABCDEFGHJK', '0'.repeat(20), 'UUUUUUUUUU']) {
      expect(await answerOf(relay.call('pair-device', { pairing_code: code }))).toEqual([
        404,
        { error: 'Invalid or expired pairing code', code: 'platform.not-found' },
      ]);
    }
    expect((await relay.call('pair-device')).status).toBe(405);
    expect((await relay.call('relay-nodes', {}, owner.token)).status).toBe(405);
    expect(await answerOf(relay.call('unknown', {}, owner.token))).toMatchObject([404, { error: expect.any(String) }]);
  });
});

it('lets pages of every origin call the functions, without a cookie', async () => {
  const preflight = await relay.call('start-session', undefined, undefined, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://app.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,apikey,content-type,x-client-info',
    },
  });
  expect([preflight.status, await preflight.text()]).toEqual([204, '']);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': expect.stringContaining('POST'),
    'access-control-allow-headers': 'authorization, x-client-info, apikey, content-type',
  });
  expect(preflight.headers.has('access-control-allow-credentials')).toBe(false);
  const answer = await relay.call('relay-nodes', undefined, owner.token, {
    headers: { Origin: 'https://app.example', apikey: 'anon' },
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  const refused = await relay.call('relay-nodes', undefined, undefined, { headers: { Origin: 'https://app.example' } });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
});

describe('a project that does not allow it', () => {
  it('looks like one without plain devices [S-PLAIN-8]', async () => {
    const closed = await relay.project(owner);
    const device = await relay.device(closed, owner);
    const token = await relay.pair(device);
    const unused = await relay.device(closed, owner);
    await owner.client.call('projects.change', { params: { project: closed }, input: { plainAllowed: false } });
    expect((await relay.call('start-session', { device_id: device.id }, owner.token)).status).toBe(404);
    expect((await relay.call('pair-device', { pairing_code: unused.code })).status).toBe(404);
    await expect(relay.connect(device, token)).rejects.toThrow('Authentication failed');
    const body = { project_id: closed, email: 'a@example.com' };
    expect((await relay.call('invite-member', body, owner.token)).status).toBe(404);
  });
});

it('a relay that no longer serves it refuses the devices that it knows, and opens no project to it [S-PLAIN-13]', async () => {
  const dataDirectory = temporaryDirectory();
  const begin = (plainProtocol: boolean): Promise<RunningRelay> =>
    startRelay({
      dataDirectory,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
      accounts: { plainProtocol },
    });
  const before = await begin(true);
  const home = await setUpProject(`http://127.0.0.1:${before.port}`, dataDirectory);
  const device = await addPlainDevice(home, 'Server');
  const { token } = (await callFunction(`http://127.0.0.1:${before.port}`, 'pair-device', home.token, {
    pairing_code: device.code,
  })) as { token: string };
  const connector = await PlainClient.open(`ws://127.0.0.1:${before.port}/connect`);
  connector.send('hello', { device_id: device.id, token, meta: { name: 'connector' } });
  await connector.next('hello_ok');
  await before.close({ drain: 0 });
  expect((await connector.closed).code).toBe(1001);

  const after = await begin(false);
  try {
    const url = `http://127.0.0.1:${after.port}`;
    const nothing = await (await fetch(`${url}/nothing`)).text();
    for (const path of ['/connect', '/session', '/functions/v1/relay-nodes', '/functions/v1/download-connector']) {
      const answer = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${home.token}` } });
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, nothing]);
    }
    await expect(PlainClient.open(`ws://127.0.0.1:${after.port}/connect`)).rejects.toThrow('404');
    const headers = { Authorization: `Bearer ${home.token}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${url}/api/v1/nodes/${device.id}/requests`, {
      method: 'POST',
      headers,
      body: '{"type":"status"}',
    });
    expect(answer.status).toBe(404);
    const opened = await fetch(`${url}/api/v1/projects/${home.project}`, {
      method: 'PATCH',
      headers,
      body: '{"plainAllowed":true}',
    });
    expect([opened.status, await opened.json()]).toMatchObject([409, { code: 'project.plain-off' }]);
  } finally {
    await after.close({ drain: 0 });
  }
});

describe('pairing codes', () => {
  it('are tried ten times in fifteen minutes by an address, whatever it forwards [S-PLAIN-7]', async () => {
    const strict = await startPlainRelay({ rates: { pairingsPerAddress: { burst: 10, perSecond: 10 / 900 } } });
    try {
      const statuses: number[] = [];
      const waits: number[] = [];
      for (let index = 0; index < 12; index += 1) {
        const answer = await strict.call('pair-device', { pairing_code: 'ABCDEFGHJK' }, undefined, {
          headers: { 'X-Forwarded-For': `203.0.113.${index}`, 'X-Real-IP': `203.0.113.${index}` },
        });
        statuses.push(answer.status);
        waits.push(Number(answer.headers.get('retry-after') ?? 0));
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429, 429]);
      expect(Math.min(...waits.slice(10))).toBeGreaterThan(60);
    } finally {
      await strict.stop();
    }
  });

  it('end after a quarter of an hour [S-PLAIN-6]', async () => {
    const strict = await startPlainRelay();
    try {
      const account = await strict.account('owner');
      const device = await strict.device(await strict.project(account), account);
      strict.platform.run('update one_time set expires_at = expires_at - ?', 15 * 60_000);
      expect((await strict.call('pair-device', { pairing_code: device.code })).status).toBe(404);
    } finally {
      await strict.stop();
    }
  });
});

it('reads no more than 64 KiB of a body', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const post = request(`${relay.url}/functions/v1/pair-device`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': 1_000_000 },
    });
    post.on('response', (response) => resolve(response.statusCode)).on('error', reject);
    post.write('{');
  });
  expect(status).toBe(413);
});
