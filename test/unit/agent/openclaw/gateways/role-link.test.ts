import { afterEach, describe, expect, it } from 'vitest';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Reply } from '#test/support/scripted-gateways.ts';
import { Lab, NODE_ONLY } from './lab.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Enough for waits that grow for half a minute at most. */
const HOURS = 2 * 60 * MINUTE;

let lab: Lab;
afterEach(() => lab.manager.close());

function begin(reply: Lab['machine']['reply'] | Reply): Lab {
  lab = new Lab();
  lab.machine.reply = typeof reply === 'function' ? reply : () => reply;
  return lab;
}

const PENDING: Reply = {
  kind: 'refuse',
  detail: 'PAIRING_REQUIRED',
  more: { reason: 'not-paired', requestId: 'request-1' },
};

describe('hours and days of', () => {
  it('waiting for an approval asks for the same request every 15 s, with one socket at a time', async () => {
    const { manager, machine, clock } = begin(PENDING);
    const id = lab.add();
    await clock.advance(DAY);
    expect(machine.attempts.length).toBeGreaterThan(DAY / 20_000);
    expect(machine.attempts.length).toBeLessThan(DAY / 14_000);
    expect(machine.mostSockets).toBe(1);
    expect(manager.view(id).operator).toMatchObject({ state: 'pairing', requestId: 'request-1' });
    // One key, role, scopes and metadata: the gateway sees one request.
    const devices = machine.attempts.map(({ params }) =>
      JSON.stringify([params?.device?.id, params?.scopes, params?.client]),
    );
    expect(new Set(devices).size).toBe(1);
    // Told once, not at each try.
    expect(lab.events.filter((event) => event === 'gateway.pairing')).toHaveLength(1);
  });

  it('a wrong token is one attempt [S-GW-3]', async () => {
    const { manager, machine, clock } = begin({ kind: 'refuse', detail: 'AUTH_TOKEN_MISMATCH' });
    const id = lab.add();
    await clock.advance(DAY);
    expect(machine.attempts).toHaveLength(1);
    expect(manager.view(id).operator).toMatchObject({ state: 'stopped', problem: { code: 'gateway.token-wrong' } });
    for (let time = 0; time < 100; time += 1) manager.nudge();
    await clock.advance(DAY);
    expect(machine.attempts).toHaveLength(1);
  });

  it.each([
    ['AUTH_TOKEN_MISSING', 'gateway.token-missing'],
    ['AUTH_PASSWORD_MISMATCH', 'gateway.password-wrong'],
    ['DEVICE_AUTH_SIGNATURE_INVALID', 'gateway.signature'],
    ['DEVICE_IDENTITY_REQUIRED', 'gateway.identity'],
    ['PROTOCOL_MISMATCH', 'gateway.protocol'],
  ])('%s is one attempt', async (detail, code) => {
    const { manager, machine, clock } = begin({ kind: 'refuse', detail });
    const id = lab.add();
    await clock.advance(DAY);
    expect(machine.attempts).toHaveLength(1);
    expect(manager.view(id).operator).toMatchObject({ state: 'stopped', problem: { code } });
  });

  it('a refused connection is tried again with a wait that grows to 30 s', async () => {
    const { manager, machine, clock } = begin({
      kind: 'fail',
      error: gatewayError('gateway.refused', 'no', { host: 'h' }),
    });
    const id = lab.add();
    await clock.advance(HOURS);
    // 30 s with full jitter are 15 s on average.
    expect(machine.attempts.length).toBeGreaterThan(HOURS / 30_000 / 2);
    expect(machine.attempts.length).toBeLessThan(HOURS / 9000);
    expect(machine.mostSockets).toBe(1);
    expect(manager.view(id).operator).toMatchObject({ state: 'waiting', problem: { code: 'gateway.refused' } });
    expect(lab.events.filter((event) => event === 'gateway.lost')).toHaveLength(1);
  });

  it('a rate limit is kept to, whatever the network does [S-GW-3]', async () => {
    const { manager, machine, clock } = begin({
      kind: 'refuse',
      detail: 'AUTH_RATE_LIMITED',
      retryAfterMs: 5 * MINUTE,
    });
    const id = lab.add();
    for (let time = 0; time < 12 * 24; time += 1) {
      await clock.advance(5 * MINUTE);
      manager.nudge();
    }
    expect(machine.attempts.length).toBeLessThanOrEqual(DAY / (5 * MINUTE));
    const { operator } = manager.view(id);
    expect(operator).toMatchObject({
      state: 'waiting',
      problem: { code: 'gateway.rate-limited', details: { retryAfter: 300 } },
    });
    expect(operator.retryAt).toBeGreaterThan(clock.now());
  });

  it('connections that are lost as soon as they are made is no storm', async () => {
    const { machine, clock } = begin({ kind: 'hello', lives: 10, code: 1006 });
    lab.add();
    await clock.advance(HOURS);
    expect(machine.attempts.length).toBeLessThan(HOURS / 9000);
    expect(machine.mostSockets).toBe(1);
  });

  it('a token that is rotated at once, again and again, is no storm', async () => {
    const { machine, clock } = begin({ kind: 'hello', deviceToken: 'device-token', lives: 10, code: 4001 });
    lab.add();
    await clock.advance(HOURS);
    expect(machine.attempts.length).toBeLessThan(HOURS / 9000);
  });

  it('a network that changes every second causes an attempt every three seconds at most', async () => {
    const { manager, machine, clock } = begin({ kind: 'fail', error: gatewayError('gateway.unreachable', 'no') });
    lab.add();
    for (let time = 0; time < 3600; time += 1) {
      await clock.advance(1000);
      manager.nudge();
    }
    expect(machine.attempts.length).toBeLessThan(3600 / 2.5);
    expect(machine.mostSockets).toBe(1);
  });

  it('a gateway that says nothing is given up after 15 s each time', async () => {
    const { manager, machine, clock } = begin({ kind: 'silent' });
    const id = lab.add();
    await clock.advance(60 * MINUTE);
    expect(machine.opened.length).toBeGreaterThan(60);
    expect(machine.opened.length).toBeLessThan(240);
    expect(machine.mostSockets).toBe(1);
    expect(manager.view(id).operator.problem?.code).toBe('gateway.timeout');
  });

  it('a gateway that starts for ever is asked less and less', async () => {
    const { machine, clock } = begin({
      kind: 'refuse',
      detail: '',
      more: { reason: 'startup-sidecars' },
      retryAfterMs: 500,
      code: 1013,
    });
    lab.add();
    await clock.advance(HOURS);
    expect(machine.attempts.length).toBeLessThan(HOURS / 9000);
  });
});

describe('credentials', () => {
  it('the shared token once, then the device token alone', async () => {
    const { machine, clock } = begin({ kind: 'hello', deviceToken: 'device-token', lives: 60_000 });
    lab.add();
    await clock.advance(5 * MINUTE);
    expect(machine.attempts[0]?.auth).toEqual({ token: expect.any(String) });
    expect(machine.attempts.length).toBeGreaterThan(2);
    for (const { auth } of machine.attempts.slice(1)) expect(auth).toEqual({ deviceToken: 'device-token' });
  });

  it('a device token that the gateway does not know any more is forgotten, and the shared token shown once', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello', deviceToken: 'former', lives: 60_000, code: 4001 });
    const id = lab.add();
    await clock.advance(30_000);
    machine.reply = (params) =>
      params?.auth?.deviceToken === undefined ? PENDING : { kind: 'refuse', detail: 'AUTH_DEVICE_TOKEN_MISMATCH' };
    await clock.advance(40_000);
    expect(machine.attempts.slice(1, 3).map(({ auth }) => Object.keys(auth ?? {}))).toEqual([
      ['deviceToken'],
      ['token'],
    ]);
    expect(manager.view(id).operator.state).toBe('pairing');
    await clock.advance(10 * MINUTE);
    for (const { auth } of machine.attempts.slice(2)) expect(auth?.deviceToken).toBeUndefined();
  });

  it('both refused is two attempts', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello', deviceToken: 'former', lives: 60_000, code: 4001 });
    const id = lab.add();
    await clock.advance(30_000);
    machine.reply = (params) => ({
      kind: 'refuse',
      detail: params?.auth?.deviceToken === undefined ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_DEVICE_TOKEN_MISMATCH',
    });
    await clock.advance(DAY);
    expect(machine.attempts).toHaveLength(3);
    expect(manager.view(id).operator.problem?.code).toBe('gateway.token-wrong');
  });

  it('a person may try again what has stopped, and a new token is tried at once', async () => {
    const { manager, machine, clock } = begin((params) =>
      params === undefined || params.auth?.token === 'right'
        ? { kind: 'hello' }
        : { kind: 'refuse', detail: 'AUTH_TOKEN_MISMATCH' },
    );
    const id = lab.add({}, { token: 'wrong' });
    await clock.advance(1000);
    manager.connect(id);
    await clock.advance(1000);
    expect(machine.attempts).toHaveLength(2);
    manager.update(id, manager.view(id).settings, { token: 'right' });
    await clock.advance(1000);
    expect(manager.view(id).operator.state).toBe('connected');
  });

  it('a setup code is shown by the node alone, and is gone once it was used', async () => {
    begin({ kind: 'hello', deviceToken: 'node-token', lives: 60_000 });
    const { manager, machine, clock } = lab;
    const code = Buffer.from(
      JSON.stringify({
        url: 'wss://127.0.0.1:18789',
        bootstrapToken: 'once-only-bootstrap',
        expiresAtMs: clock.now() + MINUTE,
      }),
    ).toString('base64url');
    const { draft } = await manager.read(`oc-pair://${code}`, new AbortController().signal);
    lab.add(NODE_ONLY, { draft });
    await clock.advance(5 * MINUTE);
    expect(machine.attempts[0]?.auth).toEqual({ bootstrapToken: 'once-only-bootstrap' });
    for (const { auth } of machine.attempts.slice(1)) expect(auth).toEqual({ deviceToken: 'node-token' });
    expect(() => lab.add({ name: 'Again' }, { draft })).toThrow(
      expect.objectContaining({ code: 'gateway.draft-unknown' }),
    );
  });

  it('a setup code whose time is over is not shown', async () => {
    begin({ kind: 'hello' });
    const { manager, machine, clock } = lab;
    const code = Buffer.from(
      JSON.stringify({
        url: 'wss://127.0.0.1:18789',
        bootstrapToken: 'late-bootstrap',
        expiresAtMs: clock.now() + 1000,
      }),
    ).toString('base64url');
    const { signal } = new AbortController();
    const { draft } = await manager.read(code, signal);
    await clock.advance(MINUTE);
    // One that is too old already is not read at all.
    await expect(manager.read(code, signal)).rejects.toMatchObject({ code: 'gateway.setup-expired' });
    const id = lab.add(NODE_ONLY, { draft });
    await clock.advance(MINUTE);
    expect(machine.opened).toHaveLength(0);
    expect(manager.view(id).node).toMatchObject({ state: 'stopped', problem: { code: 'gateway.setup-expired' } });
  });
});

describe('pairing', () => {
  it('is over as soon as somebody has approved, without anybody here', async () => {
    const { manager, clock, machine } = begin(PENDING);
    const id = lab.add();
    await clock.advance(MINUTE);
    machine.reply = () => ({ kind: 'hello', deviceToken: 'mine' });
    await clock.advance(20_000);
    expect(manager.view(id).operator).toMatchObject({ state: 'connected', requestId: null, problem: null });
  });

  it('ends when an operator says no: the next question would be a new one before the same person [S-GW-3]', async () => {
    const { manager, clock, machine } = begin(PENDING);
    const id = lab.add();
    await clock.advance(MINUTE);
    const before = machine.attempts.length;
    machine.reply = () => ({ ...PENDING, more: { reason: 'not-paired', requestId: 'request-2' } });
    await clock.advance(DAY);
    expect(machine.attempts).toHaveLength(before + 1);
    expect(manager.view(id).operator).toMatchObject({
      state: 'stopped',
      problem: { code: 'gateway.pairing-rejected' },
    });
  });

  it('of the node is over at once when an operator here hears of the answer', async () => {
    const { manager, clock, machine } = begin((params) => (params?.role === 'node' ? PENDING : { kind: 'hello' }));
    const id = lab.add({ node: { enabled: true, name: 'Node', capabilities: [] } });
    await clock.advance(4000);
    const { deviceId } = manager.view(id).node;
    machine.reply = () => ({ kind: 'hello' });
    machine.event('device.pair.resolved', {
      requestId: 'another',
      deviceId: 'f'.repeat(64),
      decision: 'approved',
      ts: 1,
    });
    machine.event('device.pair.resolved', { requestId: 'request-1', deviceId, decision: 'approved', ts: 1 });
    await clock.advance(100);
    expect(manager.view(id).node.state).toBe('connected');
    machine.reply = () => PENDING;
    [...machine.sockets].find(({ role }) => role === 'node')?.ended(1006);
    await clock.advance(2000);
    expect(manager.view(id).node.state).toBe('pairing');
    const count = machine.attempts.length;
    machine.event('device.pair.resolved', { requestId: 'request-1', deviceId, decision: 'rejected', ts: 1 });
    await clock.advance(DAY / 24);
    expect(machine.attempts).toHaveLength(count);
    expect(manager.view(id).node).toMatchObject({ state: 'stopped', problem: { code: 'gateway.pairing-rejected' } });
  });

  it('goes on under a new name after the gateway was away', async () => {
    const { manager, clock, machine } = begin(PENDING);
    const id = lab.add();
    await clock.advance(MINUTE);
    machine.reply = () => ({ kind: 'fail', error: gatewayError('gateway.refused', 'no') });
    await clock.advance(MINUTE);
    expect(manager.view(id).operator).toMatchObject({ state: 'waiting', requestId: null });
    machine.reply = () => ({ ...PENDING, more: { reason: 'not-paired', requestId: 'request-2' } });
    await clock.advance(2 * MINUTE);
    expect(manager.view(id).operator).toMatchObject({ state: 'pairing', requestId: 'request-2' });
  });
});

describe('a connection', () => {
  it('that says nothing for two ticks is lost and made again', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello' });
    const id = lab.add();
    await clock.advance(10 * MINUTE);
    expect(machine.attempts).toHaveLength(1);
    const socket = machine.connected('operator');
    if (socket === undefined) throw new Error('not connected');
    socket.isDead = true;
    await clock.advance(MINUTE + 31_000);
    expect(machine.attempts).toHaveLength(2);
    expect(manager.view(id).operator.state).toBe('connected');
    expect(machine.mostSockets).toBe(1);
  });

  it('that only looks open is found out after a wake, and made again at once', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello' });
    lab.add();
    await clock.advance(40_000);
    machine.respond = () => undefined;
    manager.nudge();
    await clock.advance(5001);
    expect(machine.attempts).toHaveLength(2);
  });

  it('that answers after a wake stays', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello' });
    lab.add();
    await clock.advance(40_000);
    manager.nudge();
    await clock.advance(MINUTE);
    expect(machine.attempts).toHaveLength(1);
  });

  it('whose gateway says when it is back is made again then', async () => {
    const { manager, machine, clock } = begin({ kind: 'hello' });
    const id = lab.add();
    await clock.advance(MINUTE);
    machine.event('shutdown', { reason: 'restart', restartExpectedMs: 8000 });
    machine.connected('operator')?.ended(1012);
    machine.reply = () => ({ kind: 'fail', error: gatewayError('gateway.refused', 'no') });
    await clock.advance(7000);
    expect(machine.attempts).toHaveLength(1);
    expect(manager.view(id)).toMatchObject({
      operator: { state: 'waiting', problem: { code: 'gateway.restarting' } },
      server: { restarting: true },
    });
    await clock.advance(2100);
    expect(machine.attempts.length).toBeGreaterThan(1);
    expect(manager.view(id).operator.problem?.code).toBe('gateway.restarting');
    machine.reply = () => ({ kind: 'hello' });
    await clock.advance(35_000);
    expect(manager.view(id)).toMatchObject({ operator: { state: 'connected' }, server: { restarting: false } });
  });

  it.each([
    ['with a time', { reason: 'restart', restartExpectedMs: 1500 }],
    ['without a time', { reason: 'service restart' }],
  ])(
    'whose gateway restarts %s is asked for every second or so until it is back, for a minute',
    async (_what, said) => {
      const { manager, machine, clock } = begin({ kind: 'hello' });
      const id = lab.add();
      await clock.advance(MINUTE);
      machine.event('shutdown', said);
      machine.connected('operator')?.ended(1012);
      machine.reply = () => ({ kind: 'fail', error: gatewayError('gateway.refused', 'no') });
      const gaps: number[] = [];
      let seen = machine.attempts.length;
      let at = clock.monotonic();
      for (let step = 0; step < 500; step += 1) {
        await clock.advance(100);
        if (machine.attempts.length === seen) continue;
        seen = machine.attempts.length;
        gaps.push(clock.monotonic() - at);
        at = clock.monotonic();
      }
      expect(manager.view(id).operator.problem?.code).toBe('gateway.restarting');
      // The first one waits for what was announced.
      expect(Math.max(...gaps.slice(1, 30))).toBeLessThanOrEqual(1600);
      expect(gaps.length).toBeLessThanOrEqual(60);
      // One that does not come back is no restart any more, and left alone as any other.
      await clock.advance(2 * MINUTE);
      expect(manager.view(id).operator.problem?.code).toBe('gateway.refused');
      const before = machine.attempts.length;
      await clock.advance(10 * MINUTE);
      expect(machine.attempts.length - before).toBeLessThan(100);
      machine.reply = () => ({ kind: 'hello' });
      await clock.advance(31_000);
      expect(manager.view(id).operator.state).toBe('connected');
    },
  );

  it('of a node that another connection has taken over is made again', async () => {
    begin({ kind: 'hello', deviceToken: 'node-token' });
    const { manager, machine, clock } = lab;
    const id = lab.add(NODE_ONLY);
    await clock.advance(1000);
    await manager.channel(id, 'node')?.request('skills.bins', {});
    machine.respond = () => ({
      refused: { code: 'UNAVAILABLE', message: 'changed', details: { code: 'PAIRING_CHANGED' } },
    });
    await expect(manager.channel(id, 'node')?.request('node.event', {})).rejects.toMatchObject({
      code: 'gateway.request',
      details: { detailsCode: 'PAIRING_CHANGED' },
    });
    machine.respond = () => ({});
    await clock.advance(5000);
    expect(machine.attempts).toHaveLength(2);
    expect(manager.view(id).node.state).toBe('connected');
  });

  it('of a node that nobody has approved the commands of stays, though it is told the same', async () => {
    begin({ kind: 'hello', deviceToken: 'node-token' });
    const { manager, machine, clock } = lab;
    const refused = { code: 'UNAVAILABLE', message: 'changed', details: { code: 'PAIRING_CHANGED' } };
    machine.respond = () => ({ refused });
    const id = lab.add(NODE_ONLY);
    await clock.advance(1000);
    await expect(manager.channel(id, 'node')?.request('node.event', {})).rejects.toThrow('refused');
    await clock.advance(MINUTE);
    expect(machine.attempts).toHaveLength(1);
  });
});
