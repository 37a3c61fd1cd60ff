import { ByteReader, type ByteWriter, concatBytes, equalBytes } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError, FormatError } from '../errors.ts';
import { peerIdBytes, peerIdOf } from './peer-id.ts';
import type { DeviceIdentity, PeerId } from './types.ts';

const SIGNATURE_LENGTH = 64;

/** Kind of a signed record. Each is signed under its own label and has one length. */
export type RecordKind = Readonly<{
  /** Name in the codes of its errors. */
  name: 'enrolment' | 'removal' | 'claim' | 'claim-end' | 'introduction' | 'introduction-end';
  /** Result of `labelled`. */
  label: Uint8Array;
  /** Bytes before the signature. */
  body: number;
}>;

/** Returns the length of an encoded record, bytes. Pure. */
export function recordLength({ body }: RecordKind): number {
  return body + SIGNATURE_LENGTH;
}

/** Appends the signer's peer ID and Ed25519 key, 64 bytes, which `readSigner` reads. */
export function writeSigner(writer: ByteWriter, { peerId, signingKey }: DeviceIdentity): ByteWriter {
  return writer.bytes(peerIdBytes(peerId)).bytes(signingKey);
}

/** Signs the body of a record, and returns body and signature. @throws {RangeError} for a body of another length */
export async function signRecord(signer: DeviceIdentity, kind: RecordKind, body: Uint8Array): Promise<Uint8Array> {
  if (body.length !== kind.body) throw new RangeError(`the body of a ${kind.name} has ${kind.body} bytes`);
  return concatBytes(body, await signer.sign(concatBytes(kind.label, body)));
}

/**
 * Copies an encoded record and returns a reader of its body. The caller reads the signer's key from it, and then calls `verify`. Pure.
 * @throws {FormatError} `format.KIND`
 */
export function openRecord(crypto: CryptoBackend, encoded: Uint8Array, kind: RecordKind) {
  if (encoded.length !== recordLength(kind)) throw malformed(kind, 'wrong length');
  const copy = encoded.slice();
  const body = copy.subarray(0, kind.body);
  const reader = new ByteReader(body);
  return {
    encoded: copy,
    reader,
    /**
     * Reads the peer ID and key of the signer.
     * @throws {FormatError} `format.KIND` if the ID is not that of the key
     */
    readSigner(): Readonly<{ signer: PeerId; signerKey: Uint8Array }> {
      const id = reader.bytes(32);
      const signerKey = reader.bytes(32);
      const signer = peerIdOf(crypto, signerKey);
      if (!equalBytes(id, peerIdBytes(signer))) throw malformed(kind, 'the key is not that of the peer id');
      return { signer, signerKey };
    },
    /** @throws {AuthenticationError} `KIND.signature` */
    verify(signerKey: Uint8Array): void {
      if (!crypto.ed25519Verify(signerKey, concatBytes(kind.label, body), copy.subarray(kind.body))) {
        throw new AuthenticationError(`${kind.name}.signature`, `the signature of the ${kind.name} is wrong`);
      }
    },
  };
}

/** Creates the error for a malformed record. */
export function malformed({ name }: RecordKind, message: string): FormatError {
  return new FormatError(`format.${name}`, `${name}: ${message}`);
}
