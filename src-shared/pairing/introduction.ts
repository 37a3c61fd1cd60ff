import { RIGHTS, type Right } from '../app-api/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { ClawReachError } from '../errors.ts';
import { verifyCertificate, type DeviceCertificate, type DeviceIdentity } from '../identity/index.ts';
import { PairingError } from './errors.ts';
import { decodeIntroduction } from './messages.ts';
import type { BrowserMark, RelayOffer } from './types.ts';

type Verifier = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  identity: DeviceIdentity;
  admit?(browser: BrowserMark | undefined): void;
}>;

/** Verified self-description of the other side: who it is, and what it grants this device. */
export type Introduced = Readonly<{
  /** The joiner's commitment, or the inviter's nonce; 32 bytes. */
  share: Uint8Array;
  peer: DeviceCertificate;
  name: string;
  grants: readonly Right[];
  enrolment: Uint8Array | undefined;
  /** The inviter's relay, over a direct connection. */
  relayOffer: RelayOffer | undefined;
  /** Set for a browser. */
  browser: BrowserMark | undefined;
}>;

/**
 * Decodes the other side's self-description, checks its certificate against the static key that the side proved in the handshake, and asks `admit` about it.
 * Reads the clock.
 * @param remoteStatic X25519 static key from the handshake
 * @param namesRelay true for the inviter's self-description over a direct connection
 * @throws {PairingError} `pairing.certificate`, `pairing.self`, or the error of `admit`
 * @throws {FormatError}
 */
export function checkIntroduction(
  { crypto, clock, identity, admit }: Verifier,
  bytes: Uint8Array,
  remoteStatic: Uint8Array | undefined,
  namesRelay = false,
): Introduced {
  const introduction = decodeIntroduction(bytes, namesRelay);
  const peer = verified(() => verifyCertificate(crypto, introduction.certificate, Math.floor(clock.now() / 1000)));
  if (remoteStatic === undefined || !equalBytes(peer.staticKey, remoteStatic)) {
    throw new PairingError('pairing.certificate', 'the certificate is of another key than the one in use');
  }
  if (peer.peerId === identity.peerId) throw new PairingError('pairing.self', 'both sides are the same device');
  admit?.(introduction.browser);
  return {
    share: introduction.share.slice(),
    peer,
    name: introduction.name,
    // This version can't use rights that it doesn't know.
    grants: RIGHTS.filter((right) => introduction.grants.includes(right)),
    enrolment: introduction.enrolment?.slice(),
    relayOffer: introduction.relay ?? undefined,
    browser: introduction.browser,
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
