import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createConnectorFiles } from '#node/files/index.ts';
import { createPlainRelayDialer, createRelayDialer } from '#node/sockets/index.ts';
import type { PlainRelayView } from '#shared/app-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, TestDevice } from '#test/support/hostile/device.ts';
import { PlainRelayDouble, type PlainSocket } from '#test/support/plain-relay/double.ts';
import { base64, newSession } from '#test/support/plain-relay/session-ids.ts';

const CODE = 'ABCDEFGHJK';
const SIZE = { cols: 100, rows: 30 };

let relay: PlainRelayDouble;
let device: TestDevice;
let config: string;

beforeEach(async () => {
  relay = await PlainRelayDouble.start();
  relay.codes.add(CODE);
  config = join(temporaryDirectory(), '.relay-connector.json');
  device = await createDevice();
  device.agent.start();
});

afterEach(async () => {
  await device.close();
  await relay.stop();
});

async function createDevice(): Promise<TestDevice> {
  return await TestDevice.create({
    name: 'server',
    dialer: createRelayDialer({ clock: systemClock }),
    plainRelays: { files: createConnectorFiles(), dialer: createPlainRelayDialer({ clock: systemClock }) },
  });
}

const pair = (more: Partial<{ code: string; api: string }> = {}): Promise<PlainRelayView> =>
  device.api.call('plainRelays.pair', { code: 'abcde-fghjk', api: relay.api, name: 'My Server', config, ...more });
const allow = (decision: 'allow' | 'ask' | 'deny' = 'allow'): Promise<PlainRelayView> =>
  device.api.call('plainRelays.setRight', { relay: host(), right: 'terminal', decision, expiresAt: null });
const view = async (): Promise<PlainRelayView | undefined> => (await device.api.call('plainRelays.list', {}))[0];
const untilState = (state: PlainRelayView['state']): Promise<PlainRelayView> =>
  until(`the state ${state}`, async () => {
    const found = await view();
    return found?.state === state ? found : undefined;
  });

function host(): string {
  return `127.0.0.1:${relay.port}`;
}

/** A session that has printed what was typed. */
async function startSession(connection: PlainSocket, id = newSession()): Promise<string> {
  connection.send('session_start', { session_id: id, ...SIZE });
  await connection.nextOf('session_started', id);
  connection.send('stdin', { session_id: id, data_b64: base64('hello\r') });
  await connection.output(id, 'hello');
  return id;
}

describe('pairing as a connector', () => {
  it('exchanges the code, writes the documented file for the owner alone, and connects with the documented hello', async () => {
    const paired = await pair();
    expect(relay.requests).toEqual([
      { path: '/functions/v1/pair-device', body: { pairing_code: CODE, name: 'My Server' } },
    ]);
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
      device_id: '11111111-2222-4333-8444-555555555555',
      token: `token-of-${CODE}`,
      relay_url: relay.url,
    });
    expect(statSync(config).mode & 0o777).toBe(0o600);
    await relay.connected();
    expect(relay.upgrades).toEqual(['/connect']);
    expect(relay.hellos).toEqual([
      {
        type: 'hello',
        data: {
          device_id: '11111111-2222-4333-8444-555555555555',
          token: `token-of-${CODE}`,
          meta: { name: 'My Server' },
        },
      },
    ]);
    expect(paired).toMatchObject({ name: `Plain relay ${host()}`, kind: 'connector', config, relayReads: true });
    expect((await untilState('online')).rights).toEqual({
      terminal: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
    });
    expect((await device.api.call('status.get', {})).plainRelays).toEqual({ known: 1, online: 1, terminals: 0 });
  });

  it('never sends a code of eight characters, half of which may be a secret', async () => {
    for (const code of ['ABCD-1234', 'abcd1234', 'ABCD 1234', 'A B-C D1 23-4'])
      expect(await codeOf(pair({ code }))).toBe('plain.sealed-code');
    expect(relay.requests).toEqual([]);
  });

  it('says why a code is refused, and leaves no file', async () => {
    expect(await codeOf(pair({ code: 'ABCDE-FGHJ1' }))).toBe('plain.pairing');
    expect(await codeOf(pair({ code: 'ABCDE' }))).toBe('plain.code');
    expect(await codeOf(pair({ code: 'ABCDE_GHJK1' }))).toBe('plain.code');
    expect(await codeOf(pair({ api: relay.api.replace('/functions/v1', '') }))).toBe('plain.url');
    expect(await codeOf(pair({ api: 'http://192.0.2.1/functions/v1' }))).toBe('plain.insecure');
    relay.pairing = { status: 429, body: { error: 'Too many' } };
    expect(await codeOf(pair())).toBe('plain.rate');
    for (const body of ['text', { device_id: 'x' }, { device_id: 'x', token: 'short', relay_url: relay.url }, null]) {
      relay.pairing = { status: 200, body };
      expect(await codeOf(pair())).toBe('plain.answer');
    }
    expect(() => statSync(config)).toThrow(/ENOENT/);
    expect(await view()).toBeUndefined();
  });

  it('replaces another configuration, but no other file', async () => {
    writeFileSync(config, 'a letter', { mode: 0o600 });
    expect(await codeOf(pair())).toBe('plain.config-exists');
    expect(readFileSync(config, 'utf8')).toBe('a letter');
    relay.codes.add(CODE);
    writeFileSync(config, JSON.stringify({ device_id: 'old', token: 'an-old-token', relay_url: relay.url }));
    await pair();
    expect(readFileSync(config, 'utf8')).toContain(`token-of-${CODE}`);
  });

  it('uses a file that was written by hand only if no one else can read it', async () => {
    const file = { device_id: 'by-hand', token: 'a-token-by-hand', relay_url: relay.url };
    relay.tokens.add(file.token);
    writeFileSync(config, JSON.stringify(file));
    chmodSync(config, 0o644);
    expect(await codeOf(device.api.call('plainRelays.add', { config }))).toBe('plain.config-permissions');
    chmodSync(config, 0o600);
    expect(await device.api.call('plainRelays.add', { config })).toMatchObject({ kind: 'connector', url: relay.url });
    await relay.connected();
    expect(relay.hellos[0]?.data).toMatchObject({ device_id: 'by-hand', meta: { name: 'server' } });
  });

  it('opens nothing without a relay that a person has accepted', async () => {
    expect(await view()).toBeUndefined();
    expect((await device.api.call('status.get', {})).plainRelays).toBeUndefined();
    expect(relay.upgrades).toEqual([]);
  });
});

describe('a session of a plain relay', () => {
  it('is a terminal here: typed at, resized, ended by its program, and in the audit log as read by the relay', async () => {
    relay.workdir = '/tmp';
    await pair();
    const connection = await relay.connected();
    await allow();
    const id = await startSession(connection);
    expect(device.shell.last.request).toMatchObject({ cwd: '/tmp', cols: 100, rows: 30 });
    expect(device.shell.last.request.environment['TERM']).toBe('xterm-256color');
    expect(device.shell.last.heardText).toBe('hello\r');
    expect(await view()).toMatchObject({ terminals: 1 });
    device.shell.last.exit(0);
    expect((await connection.nextOf('session_end', id)).data).toEqual({ session_id: id, reason: 'exit' });
    const opened = await device.audit('terminal.opened');
    expect(opened[0]?.fields).toMatchObject({ name: `Plain relay ${host()}`, relayReads: true });
    expect((await device.audit('plain.added'))[0]?.fields).toMatchObject({ url: relay.url, config, relayReads: true });
    expect(device.disk.audit.lines.join('\n')).not.toContain('hello');
    expect(device.disk.audit.lines.join('\n')).not.toContain('token-of');
    expect(JSON.stringify(device.log)).not.toContain('token-of');
  });

  it('asks the person first, who sees that the relay reads it, and runs nothing before', async () => {
    await pair();
    const connection = await relay.connected();
    const id = newSession();
    connection.send('session_start', { session_id: id, ...SIZE });
    const [asked] = await until('a request', async () => {
      const pending = await device.api.call('approvals.list', {});
      return pending.length > 0 ? pending : undefined;
    });
    expect(asked).toMatchObject({ right: 'terminal', peerName: `Plain relay ${host()}`, relayReads: true });
    connection.send('stdin', { session_id: id, data_b64: base64('too early\r') });
    await connection.output(id, 'Waiting for approval');
    expect(device.shell.run).toEqual([]);
    await device.api.call('approvals.decide', { id: asked?.id ?? 0, decision: 'approve' });
    await connection.nextOf('session_started', id);
    expect(device.shell.last.heardText).toBe('');
    expect((await device.api.call('approvals.list', { all: true }))[0]).toMatchObject({ relayReads: true });
  });

  it('runs nothing without the right, and says so in the browser', async () => {
    await pair();
    const connection = await relay.connected();
    await allow('deny');
    const id = newSession();
    connection.send('session_start', { session_id: id, ...SIZE });
    await connection.output(id, 'rights.denied');
    expect((await connection.nextOf('session_end', id)).data).toMatchObject({ reason: 'pty_error' });
    expect(device.shell.run).toEqual([]);
  });

  it('ends at once when the right is taken back', async () => {
    await pair();
    const connection = await relay.connected();
    await allow();
    const id = await startSession(connection);
    await allow('deny');
    expect((await connection.nextOf('session_end', id)).data).toMatchObject({ reason: 'pty_error' });
    expect(device.shell.running).toBe(0);
  });

  it('goes on without its connection, and is resumed by a probe', async () => {
    await pair();
    const connection = await relay.connected();
    await allow();
    const id = await startSession(connection);
    await connection.close();
    device.shell.last.print(Buffer.from('said to no one'));
    const again = await relay.connected();
    expect(device.shell.running).toBe(1);
    again.send('resize', { session_id: id, ...SIZE, probe: true });
    await again.nextOf('session_started', id);
    again.send('stdin', { session_id: id, data_b64: base64('back\r') });
    const printed = await again.output(id, 'back');
    expect(printed.startsWith('\u001bc')).toBe(true);
    expect(printed).not.toContain('no one');
    expect(device.shell.run).toHaveLength(1);
    again.send('session_end', { session_id: id, reason: 'browser_disconnected' });
    again.send('session_end', { session_id: id, reason: '' });
    await startSession(again);
    expect(device.shell.running).toBe(2);
    again.send('session_end', { session_id: id, reason: 'user_disconnect' });
    await until('one to end', () => (device.shell.running === 1 ? true : undefined));
  });

  it('is one of several, each with its own terminal', async () => {
    await pair();
    const connection = await relay.connected();
    await allow();
    const ids = await Promise.all([1, 2, 3].map(() => startSession(connection)));
    expect(device.shell.running).toBe(3);
    connection.send('stdin', { session_id: ids[1], data_b64: base64('second') });
    await connection.output(String(ids[1]), 'second');
    expect(device.shell.run.filter(({ heardText }) => heardText.includes('second'))).toHaveLength(1);
  });

  it('ends with all others when the person says so, and with the relay when it is removed; the relay learns it [S-PLAIN-16]', async () => {
    await pair();
    const connection = await relay.connected();
    await allow();
    const [one, two] = [await startSession(connection), await startSession(connection)];
    expect(await device.api.call('plainRelays.end', {})).toEqual({ terminals: 2, requests: 0 });
    expect(device.shell.running).toBe(0);
    // The relay's viewers hear of it.
    for (const id of [one, two]) {
      expect((await connection.nextOf('session_end', id)).data).toMatchObject({ reason: 'exit' });
    }
    for (const id of [one, two]) {
      connection.send('stdin', { session_id: id, data_b64: base64('still there?') });
      expect((await connection.nextOf('error', id)).data).toMatchObject({ message: 'session_not_found' });
    }
    expect((await device.audit('plain.ended'))[0]?.fields).toMatchObject({ terminals: 2, relayReads: true });
    const three = await startSession(connection);
    await device.api.call('plainRelays.remove', { relay: host() });
    await connection.nextOf('session_end', three);
    await connection.closed;
    expect(device.shell.running).toBe(0);
    expect(await view()).toBeUndefined();
    expect(readFileSync(config, 'utf8')).toContain('device_id');
  });
});

describe('the connection to a plain relay', () => {
  it('comes back after the relay has gone, with the file as it is now', async () => {
    await pair();
    const connection = await relay.connected();
    const { port } = relay;
    await untilState('online');
    await relay.stop();
    await connection.closed;
    expect(await untilState('waiting')).toMatchObject({ problem: expect.stringMatching(/^(?:plain\.lost|relay\.)/) });
    relay = await PlainRelayDouble.start(port);
    relay.tokens.add('a-token-of-now');
    writeFileSync(config, JSON.stringify({ device_id: 'now', token: 'a-token-of-now', relay_url: relay.url }));
    await relay.connected();
    expect(relay.hellos.at(-1)?.data).toMatchObject({ device_id: 'now', token: 'a-token-of-now' });
  });

  it('does not follow a file that names another relay than the one that was accepted', async () => {
    await pair();
    const connection = await relay.connected();
    const other = await PlainRelayDouble.start();
    other.tokens.add('stolen-token');
    writeFileSync(config, JSON.stringify({ device_id: 'x', token: 'stolen-token', relay_url: other.url }));
    await connection.close();
    expect(await untilState('stopped')).toMatchObject({ problem: 'plain.relay-changed' });
    expect(other.upgrades).toEqual([]);
    await other.stop();
  });

  it('stops when another program has taken its place, instead of taking turns', async () => {
    await pair();
    const connection = await relay.connected();
    await connection.close(4001, 'Replaced');
    expect(await untilState('stopped')).toMatchObject({ problem: 'plain.replaced', retryAt: null });
    await device.api.call('plainRelays.enable', { relay: host(), enabled: true });
    await relay.connected();
  });

  it('says that the token is rejected, and keeps trying', async () => {
    relay.answer = 'refuse';
    await pair();
    expect(await untilState('waiting')).toMatchObject({ problem: 'plain.rejected' });
    relay.answer = 'ok';
    await relay.connected();
  });

  it('is closed during a pause, while switched off, and only then', async () => {
    await pair();
    const connection = await relay.connected();
    await device.api.call('agent.pause', { until: null });
    await connection.closed;
    expect(await view()).toMatchObject({ state: 'off' });
    await device.api.call('agent.resume', {});
    const again = await relay.connected();
    await device.api.call('plainRelays.enable', { relay: host(), enabled: false });
    await again.closed;
    expect(await view()).toMatchObject({ state: 'off', enabled: false });
  });

  it('and its rights are still there after a restart', async () => {
    await pair();
    await relay.connected();
    await allow();
    const decided = (await device.audit('right.changed')).length;
    await device.close();
    device = await TestDevice.create({
      name: 'server',
      disk: device.disk,
      dialer: createRelayDialer({ clock: systemClock }),
      plainRelays: { files: createConnectorFiles(), dialer: createPlainRelayDialer({ clock: systemClock }) },
    });
    device.agent.start();
    await relay.connected();
    expect(await view()).toMatchObject({ rights: { terminal: { decision: 'allow' }, prompt: { decision: 'ask' } } });
    // The restart is no decision.
    expect(await device.audit('right.changed')).toHaveLength(decided);
  });
});
