import { expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createIdentity, safetyNumber } from '#shared/identity/index.ts';
import {
  haveSafetyNumbers,
  prepareSafetyNumbers,
  safetyNumberOf,
} from '../../../../src-main/agent/peers/safety-numbers.ts';

const device = (byte: number) =>
  createIdentity(nativeBackend, new Uint8Array(32).fill(byte), { generation: 0, now: 0 });

test('safety numbers are worked out with turns between, once each, and are those of the keys', async () => {
  let hashes = 0;
  const crypto = {
    ...nativeBackend,
    sha512: (...pieces: readonly Uint8Array[]) => {
      hashes += 1;
      return nativeBackend.sha512(...pieces);
    },
  };
  const identity = device(1);
  const peers = [device(2), device(3), device(4)];
  const parts = { crypto, identity, clock: systemClock };
  expect(haveSafetyNumbers(parts, peers)).toBe(false);
  const seen: number[] = [];
  const prepared = prepareSafetyNumbers(parts, peers);
  const count = (): number => peers.filter((peer) => haveSafetyNumbers(parts, [peer])).length;
  const turns = (async () => {
    while (count() < peers.length) {
      seen.push(count());
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  })();
  await Promise.all([prepared, turns]);
  // Something else had a turn after each but the last.
  expect(seen).toEqual([1, 2]);
  const spent = hashes;
  expect(spent).toBeGreaterThanOrEqual(3 * 5200);
  expect(peers.map((peer) => safetyNumberOf(parts, peer))).toEqual(
    peers.map((peer) => safetyNumber(nativeBackend, peer.signingKey, identity.signingKey)),
  );
  expect(haveSafetyNumbers(parts, peers)).toBe(true);
  await prepareSafetyNumbers(parts, peers);
  expect(hashes).toBe(spent);
});
