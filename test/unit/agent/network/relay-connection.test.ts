import { expect, test } from 'vitest';
import { RelayConnection } from '#agent/network/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { AuditLog, SettingsStore } from '#agent/store/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';

test('a relay that was left cannot put its key, or the end of a token, into the settings of the next', async () => {
  const clock = new FakeClock();
  const [left, next] = [new ScriptedRelay(), new ScriptedRelay()];
  const settings = new SettingsStore({ file: new MemoryDocumentFile(), deviceName: 'laptop', logger: silentLogger });
  const connection = new RelayConnection({
    crypto,
    clock,
    logger: silentLogger,
    settings,
    identity: createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 }),
    dialer: {
      control: (endpoint, options) => (endpoint.host === 'left.example' ? left : next).control(endpoint, options),
      link: () => Promise.reject(new Error('unused')),
    },
    peers: new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger }),
    audit: new AuditLog({ file: new MemoryLineFile(), clock, logger: silentLogger }),
    software: 'test',
    onChange: () => undefined,
    onPresence: () => undefined,
    onReplaced: () => undefined,
    isPaused: () => false,
    isUrgent: () => false,
  });
  connection.configure({ url: 'wss://left.example' });
  await settle();
  left.last.challenge();
  connection.configure({ url: 'wss://next.example', admission: 'token' });
  // Before the old connection has ended: its welcome is on its way already.
  left.last.welcome();
  await settle();
  expect(settings.value.relay).toMatchObject({ url: 'wss://next.example:7474', relayKey: null, admission: 'token' });
  next.last.challenge();
  next.last.welcome();
  await settle();
  expect(settings.value.relay.relayKey).toBe(toBase64Url(next.relayKey));
  expect(settings.value.relay.admission).toBeUndefined();
  await connection.close();
});
