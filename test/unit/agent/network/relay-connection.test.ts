import { expect, test } from 'vitest';
import { DialError, type RelayDialer } from '#shared/relay-dialer/index.ts';
import { RelayConnection } from '#agent/network/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { AuditLog, SettingsStore } from '#agent/core/store/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toBase64Url, toHex } from '#shared/bytes/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';

function open(control: RelayDialer['control']) {
  const clock = new FakeClock();
  const settings = new SettingsStore({ file: new MemoryDocumentFile(), deviceName: 'laptop', logger: silentLogger });
  const connection = new RelayConnection({
    crypto,
    clock,
    logger: silentLogger,
    settings,
    identity: createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 }),
    dialer: { control, link: () => Promise.reject(new Error('unused')) },
    peers: new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger }),
    audit: new AuditLog({ file: new MemoryLineFile(), clock, logger: silentLogger }),
    software: 'test',
    onChange: () => undefined,
    onPresence: () => undefined,
    onAddRequest: () => undefined,
    onLeft: () => undefined,
    onMessage: () => undefined,
    onReplaced: () => undefined,
    isPaused: () => false,
    isUrgent: () => false,
  });
  return { clock, settings, connection };
}

test('a relay that was left cannot put its key, or the end of a token, into the settings of the next', async () => {
  const [left, next] = [new ScriptedRelay(), new ScriptedRelay()];
  const { settings, connection } = open((endpoint, options) =>
    (endpoint.host === 'left.example' ? left : next).control(endpoint, options),
  );
  connection.configure({ url: 'wss://left.example' });
  await settle();
  await left.last.challenge();
  connection.configure({ url: 'wss://next.example', admission: 'token' });
  // Before the old connection has ended: its welcome is on its way already.
  left.last.welcome();
  await settle();
  expect(settings.value.relay).toMatchObject({ url: 'wss://next.example:7474', relayKey: null, admission: 'token' });
  await next.last.challenge();
  next.last.welcome();
  await settle();
  expect(settings.value.relay.relayKey).toBe(toBase64Url(next.relayKey));
  expect(settings.value.relay.admission).toBeUndefined();
  await connection.close();
});

const PIN = 'ab'.repeat(32);
const WRONG = 'cd'.repeat(32);
const live = new AbortController().signal;

test('a wrong pin changes nothing: the relay of before stays, and is not left [S-RELAY-7]', async () => {
  const relay = new ScriptedRelay();
  const dialed: string[] = [];
  const { settings, connection } = open((endpoint, options) => {
    dialed.push(endpoint.host);
    if (endpoint.host === 'new.example') return Promise.reject(new DialError('relay.pin-mismatch', 'another key'));
    return relay.control(endpoint, options);
  });
  connection.configure({ url: 'wss://old.example' });
  await settle();
  await relay.last.challenge();
  relay.last.welcome();
  await settle();
  const before = settings.value.relay;
  expect(await codeOf(() => connection.change({ url: 'wss://new.example', pin: WRONG }, live))).toBe('relay.other-pin');
  expect(settings.value.relay).toEqual(before);
  expect(connection.status).toMatchObject({ url: 'wss://old.example:7474', state: 'online' });
  // The same of the relay in use: what was trusted is.
  dialed.length = 0;
  await connection.change({ url: 'wss://old.example' }, live);
  expect(dialed).toEqual(['old.example']);
  await connection.close();
});

test('the address of a relay that does not answer changes nothing, unless the person insists', async () => {
  const relay = new ScriptedRelay();
  const { settings, connection } = open((endpoint, options) =>
    endpoint.host === 'dead.example'
      ? Promise.reject(new DialError('relay.unreachable', 'not there'))
      : relay.control(endpoint, options),
  );
  await connection.change({ url: 'wss://old.example' }, live);
  await settle();
  await relay.last.challenge();
  relay.last.welcome();
  await settle();
  const before = settings.value.relay;
  expect(await codeOf(() => connection.change({ url: 'wss://dead.example' }, live))).toBe('relay.not-changed');
  expect(settings.value.relay).toEqual(before);
  expect(connection.status).toMatchObject({ url: 'wss://old.example:7474', state: 'online' });
  await connection.change({ url: 'wss://dead.example', force: true }, live);
  expect(settings.value.relay.url).toBe('wss://dead.example:7474');
  await connection.close();
});

test('a relay that was set up again is used with its new pin, and its keys are read again when a person asks', async () => {
  const [old, renewed] = [new ScriptedRelay(), new ScriptedRelay()];
  let current = old;
  let seen = WRONG;
  const { settings, connection } = open(async (endpoint, options) => {
    if (current === renewed && options.tlsPin !== undefined && toHex(options.tlsPin) !== seen)
      throw new DialError('relay.pin-mismatch', 'another key', { details: { seen } });
    return await current.control(endpoint, options);
  });
  const url = 'wss://relay.example';
  connection.configure({ url, pin: PIN });
  await settle();
  await old.last.challenge();
  old.last.welcome();
  await settle();
  current = renewed;
  old.last.drop();
  connection.retryNow();
  await settle();
  expect(connection.status).toMatchObject({ state: 'failed', problem: 'relay.pin-mismatch' });
  seen = 'ef'.repeat(32);
  connection.askAgain();
  await expect(connection.ready(1000, live)).rejects.toMatchObject({
    code: 'relay.pin-mismatch',
    details: { seen, url: 'wss://relay.example:7474' },
  });
  await connection.change({ url, pin: seen }, live);
  await settle();
  await renewed.last.challenge();
  renewed.last.welcome();
  await settle();
  expect(connection.status.state).toBe('online');
  expect(settings.value.relay).toMatchObject({ tlsPin: seen, relayKey: toBase64Url(renewed.relayKey) });
  await connection.close();
});

test('a relay that refused this device is asked again when a person asks, since a member may have enrolled it', async () => {
  const relay = new ScriptedRelay();
  const { connection } = open((endpoint, options) => relay.control(endpoint, options));
  connection.configure({ url: 'wss://relay.example' });
  await settle();
  await relay.last.challenge({ admission: 'token' });
  relay.last.say({ type: 'error', code: 'admission', message: 'no', fatal: true });
  await settle();
  expect(connection.status).toMatchObject({ state: 'failed', problem: 'relay.admission-needed' });
  connection.askAgain();
  await settle();
  await relay.last.challenge({ admission: 'token' });
  relay.last.welcome();
  await settle();
  expect(connection.status.state).toBe('online');
  await connection.close();
});

test('a relay that admits this device only with a token replaces no relay that works, unless the person insists', async () => {
  const [old, next] = [new ScriptedRelay(), new ScriptedRelay()];
  const { settings, connection } = open((endpoint, options) =>
    (endpoint.host === 'old.example' ? old : next).control(endpoint, options),
  );
  connection.configure({ url: 'wss://old.example' });
  await settle();
  await old.last.challenge();
  old.last.welcome();
  await settle();
  const before = settings.value.relay;
  const change = { url: 'wss://next.example', admission: 'token', onlyIfAdmitted: true };
  const refused = codeOf(() => connection.change(change, live));
  await expect.poll(() => next.controls.length).toBe(2);
  await next.last.challenge({ admission: 'token' });
  next.last.say({ type: 'error', code: 'admission', message: 'no', fatal: true });
  expect(await refused).toBe('relay.admission');
  expect(settings.value.relay).toEqual(before);
  expect(connection.status).toMatchObject({ url: 'wss://old.example:7474', state: 'online' });

  const admitted = connection.change(change, live);
  await expect.poll(() => next.controls.length).toBe(4);
  await next.last.challenge();
  next.last.welcome();
  await admitted;
  expect(settings.value.relay).toMatchObject({ url: 'wss://next.example:7474', admission: 'token' });
  await connection.close();
});

test('a pin that nothing has answered for is not kept by the next setting of that relay; one that was seen is [S-RELAY-7]', async () => {
  const relay = new ScriptedRelay();
  let isThere = false;
  const { settings, connection } = open((endpoint, options) =>
    isThere ? relay.control(endpoint, options) : Promise.reject(new DialError('relay.unreachable', 'not there')),
  );
  const url = 'wss://relay.example';
  await connection.change({ url, pin: PIN }, live);
  expect(settings.value.relay).toMatchObject({ tlsPin: PIN, pinUnproven: true });
  await connection.change({ url }, live);
  expect(settings.value.relay.tlsPin).toBeNull();

  await connection.change({ url, pin: PIN }, live);
  isThere = true;
  connection.retryNow();
  await settle();
  await relay.last.challenge();
  relay.last.welcome();
  await settle();
  expect(connection.status.state).toBe('online');
  expect(settings.value.relay).toMatchObject({ tlsPin: PIN });
  expect(settings.value.relay.pinUnproven).toBeUndefined();
  await connection.change({ url }, live);
  expect(settings.value.relay.tlsPin).toBe(PIN);
  await connection.close();
});

test.each(['relay.connection-refused', 'relay.unreachable', 'relay.timeout'])(
  'where nobody answers for the relay of this machine (%s), that is said, with what there is to do; of any other relay as it is',
  async (code) => {
    const { clock, connection } = open(() => Promise.reject(new DialError(code, 'nobody')));
    const ready = async (): Promise<string> => {
      const code = codeOf(() => connection.ready(1000, new AbortController().signal));
      await clock.advance(1000);
      return code;
    };
    connection.configure({ url: 'wss://192.0.2.7:7474', pin: 'ab'.repeat(32), own: true });
    await settle();
    expect(connection.status).toMatchObject({ state: 'waiting', problem: 'relay.hosted-off', own: true });
    expect(await ready()).toBe('relay.hosted-off');
    expect(await codeOf(() => connection.pairing.inviter())).toBe('relay.hosted-off');
    connection.configure({ url: 'wss://relay.example' });
    await settle();
    expect(connection.status).toMatchObject({ state: 'waiting', problem: code });
    expect(connection.status.own).toBeUndefined();
    expect(await ready()).toBe(code);
    connection.configure({ url: 'wss://192.0.2.7:7474', pin: 'ab'.repeat(32), own: true });
    await settle();
    expect(connection.status).toMatchObject({ state: 'waiting', problem: 'relay.hosted-off-before' });
    // It goes on trying: the application may be started any time.
    await clock.advance(31_000);
    expect(connection.status.state).toBe('waiting');
    await connection.close();
  },
);

test('a relay of this machine that answers and refuses is not said to be off, nor one that comes back at once', async () => {
  const relay = new ScriptedRelay();
  const { connection } = open((endpoint, options) => relay.control(endpoint, options));
  connection.configure({ url: 'wss://192.0.2.7:7474', pin: 'ab'.repeat(32), own: true });
  await settle();
  await relay.last.challenge();
  relay.last.welcome();
  await settle();
  expect(connection.status).toMatchObject({ state: 'online', own: true, problem: null });
  relay.last.say({ type: 'restarting', reconnectIn: 1000, tryFor: 120_000 });
  relay.last.drop();
  await settle();
  expect(connection.status).toMatchObject({ state: 'waiting', problem: 'relay.restarting' });
  await connection.close();
});
