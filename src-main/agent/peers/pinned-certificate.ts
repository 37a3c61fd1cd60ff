import { equalBytes } from '#shared/bytes/index.ts';
import type { DeviceCertificate } from '#shared/identity/index.ts';
import { PeerError } from './errors.ts';
import type { PeerRecord } from './peer-record.ts';

/** Returns the fields of a record that come from the certificate. Pure. */
export function certificateFields(certificate: DeviceCertificate) {
  const { peerId, signingKey, staticKey, generation, notBefore, encoded } = certificate;
  return { peerId, signingKey, staticKey, generation, notBefore, certificate: encoded };
}

/** Checks that a certificate may follow the pinned one. @throws {PeerError} `peer.key-changed`, `peer.generation` */
export function checkSuccessor(known: PeerRecord, certificate: DeviceCertificate): void {
  if (!equalBytes(known.signingKey, certificate.signingKey))
    throw new PeerError('peer.key-changed', 'the identity key is not the pinned one', {
      details: { name: known.name },
    });
  if (certificate.generation < known.generation)
    throw new PeerError('peer.generation', 'the certificate is of an earlier generation', {
      details: { name: known.name, known: known.generation, shown: certificate.generation },
    });
}
