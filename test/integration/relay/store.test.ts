import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { startRelay } from '#relay/index.ts';
import { openStore } from '#relay/store/index.ts';
import { testRelayStore } from '#test/support/compliance/relay-store.ts';
import { joinRelay } from '#test/support/relay-agent.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { joinMember, joinOwner } from '#test/support/relay-project.ts';

describe('the store in SQLite', () => {
  testRelayStore(() => {
    const directory = temporaryDirectory();
    return { open: (limits) => openStore(directory, { ...RELAY_PROCESS_LIMITS, ...limits }) };
  });
});

test('a relay ends within seconds, also beside a connection that says nothing and hears nothing', async () => {
  const relay = await startRelay({
    dataDirectory: temporaryDirectory(),
    listen: { host: '127.0.0.1', port: 0 },
    limits: { helloTimeout: 60_000 },
  });
  // It never begins its TLS handshake, and never ends.
  const silent = connect({ host: '127.0.0.1', port: relay.port, allowHalfOpen: true });
  await once(silent, 'connect');
  try {
    await expect(relay.close({ drain: 0 })).resolves.toBeUndefined();
  } finally {
    silent.destroy();
  }
}, 10_000);

test('a restarted relay has the same key, token, certificate and projects', async () => {
  const dataDirectory = temporaryDirectory();
  const options = { dataDirectory, listen: { host: '127.0.0.1', port: 0 } };
  const first = await startRelay(options);
  const owner = await joinOwner(first);
  const member = await joinMember(first, owner);
  await first.close({ drain: 0 });
  const second = await startRelay(options);
  expect(second.keyId).toBe(first.keyId);
  expect(second.relayKey).toEqual(first.relayKey);
  expect(second.tlsPin).toEqual(first.tlsPin);
  expect(second.admissionToken).toBe(first.admissionToken);
  const { agent, welcome } = await joinRelay(second, member.device, { admission: undefined });
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'member' }]);
  await agent.close();
  await second.close({ drain: 0 });
  for (const file of ['relay-key', 'admission-token', 'tls-key.pem', 'relay.db']) {
    expect([file, (await stat(join(dataDirectory, file))).mode & 0o777]).toEqual([file, 0o600]);
  }
});

test('a relay that is killed while it writes has a whole database', async () => {
  const directory = temporaryDirectory();
  const writer = fileURLToPath(new URL('../../support/relay-store-writer.ts', import.meta.url));
  let total = 0;
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let lines = 0;
    for await (const chunk of child.stdout) {
      lines += (chunk as Buffer).toString().split('\n').length - 1;
      if (lines >= 30 + round * 17) child.kill('SIGKILL');
    }
    await exited;
    const database = new DatabaseSync(join(directory, 'relay.db'));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    const { count } = database.prepare('SELECT count(*) AS count FROM sessions').get() as { count: number };
    total += lines;
    // Each line was written after its transaction: what was reported is there.
    expect(count).toBeGreaterThanOrEqual(total);
    database.close();
    const store = await openStore(directory, RELAY_PROCESS_LIMITS);
    await store.close();
  }
});
