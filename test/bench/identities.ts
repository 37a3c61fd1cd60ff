import { fromHex } from '#shared/bytes/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';

/** Two devices that know each other, from secrets given on the command line. */
export function knownPair(ownSecret: string, otherSecret: string) {
  const now = Math.floor(Date.now() / 1000);
  const make = (secret: string): DeviceIdentity =>
    createIdentity(nativeBackend, fromHex(secret), { generation: 1, now });
  const [identity, other] = [make(ownSecret), make(otherSecret)];
  const pinned = {
    peerId: other.peerId,
    signingKey: other.signingKey,
    staticKey: other.staticKey.publicKey,
    generation: 1,
  };
  return { identity, pinned, now };
}
