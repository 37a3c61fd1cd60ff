import { nativeBackend } from '#node/crypto/index.ts';
import { HandshakeResponder, startHandshake, type StartedHandshake } from '#shared/handshake/index.ts';
import { createIdentity, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

export const crypto = nativeBackend;
/** Seconds; where a new FakeClock starts. */
export const NOW = 1_800_000_000;
export const SESSION_ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

export function device(fill: number, generation = 0): DeviceIdentity {
  return createIdentity(crypto, new Uint8Array(32).fill(fill), { generation, now: NOW });
}

export const alice = device(1);
export const bob = device(2);
export const mallory = device(3);

export type Pinned = Readonly<{ peerId: PeerId; signingKey: Uint8Array; staticKey: Uint8Array; generation: number }>;

export function pinOf(identity: DeviceIdentity, generation = identity.generation): Pinned {
  const { peerId, signingKey, staticKey } = identity;
  return { peerId, signingKey, staticKey: staticKey.publicKey, generation };
}

/** A responder that has pinned exactly these peers. */
export function responderOf(
  identity: DeviceIdentity,
  pinned: readonly Pinned[],
  clock = new FakeClock(),
): HandshakeResponder {
  const pins = new Map(pinned.map((pin) => [pin.peerId, pin]));
  return new HandshakeResponder({ crypto, identity, clock, lookup: (peerId) => pins.get(peerId) });
}

export function start(from: DeviceIdentity, to: Pinned, now = NOW): Promise<StartedHandshake> {
  return startHandshake({ crypto, identity: from, peer: to, sessionId: SESSION_ID, purpose: 'session', now });
}

/** The same bytes with one bit changed. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
