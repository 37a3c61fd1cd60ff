import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startRelay } from '#relay/index.ts';
import {
  acknowledge,
  connect,
  newInstance,
  newProject,
  openSocket,
  post,
  send,
  sign,
  WallClock,
  type TestInstance,
} from '#test/support/foreign/foreign-world.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const REGISTER = 'POST /api/v1/register';

let clock: WallClock;
let platform: TestPlatform;
let owner: Person;
let project: string;
let one: TestInstance;
let two: TestInstance;
beforeAll(async () => {
  clock = new WallClock();
  // Requests with earlier timestamps count, as at a relay that runs for a while.
  clock.shift = -3_600_000;
  platform = await TestPlatform.start({ clock });
  clock.shift = 0;
  ({ owner, project } = await newProject(platform));
  one = await newInstance(owner, project);
  two = await newInstance(owner, project);
});
afterAll(() => platform.stop());

const now = (): number => Math.floor(Date.now() / 1000);
const register = (fields = {}, request = REGISTER) =>
  post(platform.origin, '/api/v1/register', sign(one, request, { instance_id: one.id, ...fields }));

describe('a register', () => {
  it('is answered with a session, each time', async () => {
    const first = await register({ name: 'Office bot', agents: ['a', 'b'] });
    expect(first).toMatchObject({ status: 200, body: { ok: true } });
    expect(first.body['session']).toMatch(/^[\w-]{22}$/);
    expect((await register()).status).toBe(200);
  });

  it('counts 299 s before and after the time of the relay, and not at 301 s; a refusal tells the time [S-FOREIGN-2]', async () => {
    // At a relay whose clock stands still, however slow this machine is.
    const time = now();
    clock.heldAt = time * 1000;
    onTestFinished(() => void (clock.heldAt = undefined));
    for (const skew of [-299, 299]) expect((await register({ timestamp: time + skew })).status).toBe(200);
    for (const skew of [-301, 301]) {
      const { status, body } = await register({ timestamp: time + skew });
      expect([status, body['status'], body['code']]).toEqual([401, 'refused', 'clock']);
      expect(body['server_time']).toBe(time);
    }
  });

  it('counts once: its nonce is refused the second time, of this instance alone [S-FOREIGN-2]', async () => {
    const nonce = 'A'.repeat(22);
    expect((await register({ nonce })).status).toBe(200);
    expect(await register({ nonce })).toMatchObject({ status: 401, body: { code: 'replay' } });
    const body = sign(two, REGISTER, { instance_id: two.id, nonce });
    const answers = await Promise.all([1, 2, 3].map(() => post(platform.origin, '/api/v1/register', body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
  });

  it('needs its own method and path in its signature, and the key of the instance [S-FOREIGN-1]', async () => {
    const refused = { status: 401, body: { status: 'refused', code: 'signature' } };
    expect(await register({}, 'GET /api/v1/ws')).toMatchObject(refused);
    expect(await register({}, 'POST /api/v1/send')).toMatchObject(refused);
    const withOther = sign(two, REGISTER, { instance_id: one.id });
    expect(await post(platform.origin, '/api/v1/register', withOther)).toMatchObject(refused);
    const changed = { ...sign(one, REGISTER, { instance_id: one.id, name: 'a' }), name: 'b' };
    expect(await post(platform.origin, '/api/v1/register', changed)).toMatchObject(refused);
  });

  it('of an unknown instance is answered like one with a wrong key [S-FOREIGN-1]', async () => {
    const texts = [];
    for (const id of ['nobody', one.id]) {
      const { status, body } = await post(
        platform.origin,
        '/api/v1/register',
        sign({ key: 'A'.repeat(43) }, REGISTER, { instance_id: id }),
      );
      texts.push([status, { ...body, server_time: 0 }]);
    }
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]?.[0]).toBe(401);
  });

  it('is refused if it is malformed', async () => {
    const valid = { instance_id: one.id, timestamp: now(), nonce: 'B'.repeat(22), signature: '0'.repeat(64) };
    for (const change of [
      { instance_id: undefined },
      { instance_id: 'A' },
      { instance_id: '../x' },
      { timestamp: 1.5 },
      { timestamp: '1' },
      { timestamp: -1 },
      { nonce: 'short' },
      { signature: 'F'.repeat(64) },
      { extra: 1 },
      { agents: ['A B'] },
      { agents: Array.from({ length: 65 }, () => 'a') },
      { name: { length: 1 } },
    ]) {
      const answer = await post(platform.origin, '/api/v1/register', { ...valid, ...change });
      expect([change, answer.status, answer.body['code']]).toEqual([change, 400, 'input']);
    }
    for (const body of ['[]', 'null', '"x"', '1'])
      expect((await post(platform.origin, '/api/v1/register', body)).body['code']).toBe('input');
    expect((await post(platform.origin, '/api/v1/register', '{')).status).toBe(400);
    const surrogate = `{"instance_id":"${one.id}","name":"\\ud800","timestamp":1,"nonce":"${'B'.repeat(22)}","signature":"${'0'.repeat(64)}"}`;
    expect((await post(platform.origin, '/api/v1/register', surrogate)).status).toBe(400);
  });

  it('pins the first public key, until the key is renewed [S-FOREIGN-1]', async () => {
    const instance = await newInstance(owner, project);
    const registerWith = (key: string, public_key: string) =>
      post(platform.origin, '/api/v1/register', sign({ key }, REGISTER, { instance_id: instance.id, public_key }));
    expect((await registerWith(instance.key, 'A'.repeat(43))).status).toBe(200);
    expect((await registerWith(instance.key, 'A'.repeat(43))).status).toBe(200);
    expect(await registerWith(instance.key, `${'B'.repeat(42)}A`)).toMatchObject({
      status: 403,
      body: { code: 'public-key' },
    });
    const params = { project, instance: instance.id };
    const { key } = await owner.client.call('instances.createKey', { params });
    expect(await registerWith(instance.key, 'A'.repeat(43))).toMatchObject({ body: { code: 'signature' } });
    expect((await registerWith(key, `${'B'.repeat(42)}A`)).status).toBe(200);
  });

  it('ends with its instance, its project and its account [S-FOREIGN-4]', async () => {
    const { owner: other, project: theirs } = await newProject(platform, 'Other');
    const [removed, left] = [await newInstance(other, theirs), await newInstance(other, theirs)];
    await other.client.call('instances.delete', { params: { project: theirs, instance: removed.id } });
    await other.client.call('projects.delete', { params: { project: theirs } });
    const disabled = await newProject(platform, 'Disabled');
    const kept = await newInstance(disabled.owner, disabled.project);
    const client = await connect(platform.origin, kept);
    platform.run('update accounts set disabled_at = 1 where id = ?', disabled.owner.account);
    for (const { id, key } of [removed, left, kept]) {
      const body = sign({ key }, REGISTER, { instance_id: id });
      expect(await post(platform.origin, '/api/v1/register', body)).toMatchObject({ status: 401 });
    }
    expect(platform.rows('select id from foreign_instances where id in (?, ?)', removed.id, left.id)).toEqual([]);
    expect((await client.closed).code).toBe(4001);
    platform.run('update accounts set disabled_at = null where id = ?', disabled.owner.account);
    expect((await connect(platform.origin, kept)).of('registered')).toHaveLength(1);
  });
});

describe('after a restart of the relay', () => {
  it('no request from before it counts again, also one whose clock was ahead [S-FOREIGN-2]', async () => {
    const before = new WallClock();
    before.shift = -5000;
    const first = await TestPlatform.start({ clock: before });
    before.shift = 0;
    const { owner: person, project: home } = await newProject(first);
    const [sender, recipient] = [await newInstance(person, home), await newInstance(person, home)];
    const punctual = await newInstance(person, home);
    acknowledge(await connect(first.origin, recipient));
    const fields = { from: `${sender.id}/a`, to: `${recipient.id}/b`, message: 'once' };
    const timely = sign(punctual, 'POST /api/v1/send', { ...fields, from: `${punctual.id}/a` });
    const ahead = sign(sender, 'POST /api/v1/send', { ...fields, timestamp: now() + 200 });
    const later = sign(sender, 'POST /api/v1/send', { ...fields, timestamp: now() + 220 });
    for (const body of [timely, ahead]) expect((await post(first.origin, '/api/v1/send', body)).status).toBe(202);
    await first.relay.close({ drain: 0 });

    const after = new WallClock();
    after.shift = 10_000;
    // Nothing else is kept of what doesn't count again.
    expect(first.rows('select instance, timestamp from foreign_nonces')).toEqual([
      { instance: sender.id, timestamp: ahead['timestamp'] },
    ]);
    const options = {
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
      accounts: {},
    } as const;
    const relay = await startRelay({ ...options, dataDirectory: first.directory, clock: after });
    try {
      const origin = `http://127.0.0.1:${relay.port}`;
      const online = await connect(origin, recipient, { timestamp: now() + 11 });
      acknowledge(online);
      const answers = [await post(origin, '/api/v1/send', timely), await post(origin, '/api/v1/send', ahead)];
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
        [401, 'clock'],
        [401, 'replay'],
      ]);
      expect(online.of('message')).toEqual([]);
      // Others of the same clock count, and so do those of a clock that was corrected by the time in the refusal.
      expect((await post(origin, '/api/v1/send', later)).status).toBe(202);
      const corrected = { ...fields, timestamp: Number(answers[0]?.body['server_time']) };
      const next = sign(sender, 'POST /api/v1/send', corrected);
      expect((await post(origin, '/api/v1/send', next)).status).toBe(202);
      expect(await post(origin, '/api/v1/send', next)).toMatchObject({ status: 401, body: { code: 'replay' } });
    } finally {
      await relay.close({ drain: 0 });
      await first.stop();
    }
  });
});

describe('the key of an instance', () => {
  it('is in no answer but the one that made it, and sealed in the database [S-FOREIGN-4]', async () => {
    const instance = await newInstance(owner, project);
    const listed = JSON.stringify(await owner.client.call('instances.list', { params: { project } }));
    expect(listed).toContain(instance.id);
    expect(listed).not.toContain(instance.key);
    const [row] = platform.rows('select sealed from foreign_instances where id = ?', instance.id);
    const sealed = Buffer.from(row?.['sealed'] as Uint8Array);
    const key = Buffer.from(instance.key, 'base64url');
    expect(sealed.includes(key)).toBe(false);
    expect(sealed.includes(createHash('sha256').update(key).digest())).toBe(false);
    expect(Buffer.from(JSON.stringify(platform.rows('select * from account_audit'))).includes(instance.key)).toBe(
      false,
    );
  });

  it('works for no other instance, though a stolen database could exchange rows [S-FOREIGN-4]', async () => {
    const [thief, victim] = [await newInstance(owner, project), await newInstance(owner, project)];
    const sql =
      'update foreign_instances set sealed = (select sealed from foreign_instances where id = ?) where id = ?';
    platform.run(sql, thief.id, victim.id);
    const body = sign(thief, REGISTER, { instance_id: victim.id });
    expect(await post(platform.origin, '/api/v1/register', body)).toMatchObject({ body: { code: 'signature' } });
  });
});

describe('a relay without accounts', () => {
  it('serves none of this', async () => {
    const relay = await startRelay({
      dataDirectory: `${platform.directory}/bare`,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
    });
    try {
      const origin = `http://127.0.0.1:${relay.port}`;
      const answer = await fetch(`${origin}/api/v1/send`, { method: 'POST', body: '{}' });
      expect(answer.status).toBe(405);
      await expect(openSocket(origin)).rejects.toThrow('404');
      expect(await (await fetch(`${origin}/metrics`)).text()).not.toContain('foreign');
    } finally {
      await relay.close({ drain: 0 });
    }
  });
});

it('sends to and from agents whose names and texts are in any script', async () => {
  const client = await connect(platform.origin, two);
  acknowledge(client);
  const message = '你好,小包子! \u0000\u2028\u{1F99E} "\\/" e\u0301';
  expect((await send(platform.origin, one, two, { message })).status).toBe(202);
  expect(await client.next('message')).toMatchObject({ message, from: `${one.id}/a`, verified: 'relay' });
});
