import { equalBytes } from '../bytes/index.ts';
import type { DeviceCertificate } from '../identity/index.ts';
import { HandshakeError } from './errors.ts';

/** Pinned key of a peer: its permanent Ed25519 key, and the lowest generation of its static key that this device still accepts. */
export type PinnedKey = Readonly<{ signingKey: Uint8Array; generation: number }>;

/**
 * Checks a verified certificate against the pin that the device has for its peer ID. Pure.
 * @throws {HandshakeError} `handshake.unknown-peer` without a pin, `handshake.wrong-peer` for another key, `handshake.generation` for an older
 * generation
 */
export function checkPin(certificate: DeviceCertificate, pin: PinnedKey | undefined): void {
  if (pin === undefined)
    throw new HandshakeError('handshake.unknown-peer', 'the other device is not paired with this one');
  if (!equalBytes(pin.signingKey, certificate.signingKey)) {
    throw new HandshakeError('handshake.wrong-peer', 'the other device has a different key than the paired one');
  }
  if (certificate.generation < pin.generation) {
    throw new HandshakeError('handshake.generation', 'the other device uses a key that it has replaced');
  }
}
