import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { openStore } from '#relay/store/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { createIdentity, verifyCertificate } from '#shared/identity/index.ts';

/** Writes projects and sessions as fast as it can, a line for each round, until it is killed. */
const store = await openStore(process.argv[2] ?? '', RELAY_PROCESS_LIMITS);
const now = Math.floor(Date.now() / 1000);
for (;;) {
  const device = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now });
  const certificate = verifyCertificate(crypto, device.certificate, now);
  await store.exclusively(async (changes) => {
    await changes.recordDevice(certificate, 'writer', now);
    return changes.createProject(toHex(crypto.randomBytes(16)), device.peerId, now);
  });
  const connection = toHex(crypto.randomBytes(16));
  const times = { startedAt: Date.now(), endedAt: Date.now() };
  await store.addSessions(
    [{ connection, from: device.peerId, to: device.peerId, ...times, bytesForward: 0, bytesBack: 0, reason: 'ended' }],
    Date.now(),
  );
  process.stdout.write(`${connection}\n`);
}
