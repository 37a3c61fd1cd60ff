import { RIGHTS, type Right } from '../app-api/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { ClawReachError } from '../errors.ts';
import { verifyCertificate, type DeviceCertificate, type DeviceIdentity } from '../identity/index.ts';
import { PairingError } from './errors.ts';
import { decodeIntroduction } from './messages.ts';

type Verifier = Readonly<{ crypto: CryptoBackend; clock: Clock; identity: DeviceIdentity }>;

/** Checked introduction of the other side. */
export type Introduced = Readonly<{
  /** Commitment of the joiner, or nonce of the inviter; 32 bytes. */
  share: Uint8Array;
  peer: DeviceCertificate;
  name: string;
  grants: readonly Right[];
  enrolment: Uint8Array | undefined;
}>;

/**
 * Checks the other side's introduction against the key that it has just proved to hold.
 * @param remoteStatic X25519 static key of the handshake
 * @throws {PairingError} `pairing.certificate`, `pairing.self` @throws {FormatError}
 */
export function checkIntroduction(
  { crypto, clock, identity }: Verifier,
  bytes: Uint8Array,
  remoteStatic: Uint8Array | undefined,
): Introduced {
  const introduction = decodeIntroduction(bytes);
  const peer = verified(() => verifyCertificate(crypto, introduction.certificate, Math.floor(clock.now() / 1000)));
  if (remoteStatic === undefined || !equalBytes(peer.staticKey, remoteStatic)) {
    throw new PairingError('pairing.certificate', 'the certificate is of another key than the one in use');
  }
  if (peer.peerId === identity.peerId) throw new PairingError('pairing.self', 'both sides are the same device');
  return {
    share: introduction.share.slice(),
    peer,
    name: introduction.name,
    // This version can't use rights that it doesn't know.
    grants: RIGHTS.filter((right) => introduction.grants.includes(right)),
    enrolment: introduction.enrolment?.slice(),
  };
}

function verified(verify: () => DeviceCertificate): DeviceCertificate {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof ClawReachError)) throw error;
    throw new PairingError('pairing.certificate', 'the certificate of the other side is not valid', { cause: error });
  }
}
