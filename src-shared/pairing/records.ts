import { ByteReader, concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { SHARE_BYTES } from './messages.ts';

const CONFIRMED = toUtf8('confirmed');
/** The inviter's record after it has read the joiner's confirmation. */
export const DONE = toUtf8('done');

/** The joiner's record after it has checked the inviter. @param nonce what it had committed to, 32 bytes */
export function encodeConfirmation(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== SHARE_BYTES) throw new RangeError(`a nonce of ${nonce.length} bytes instead of ${SHARE_BYTES}`);
  return concatBytes(CONFIRMED, nonce);
}

/** @returns the nonce, 32 bytes, a view @throws {FormatError} */
export function decodeConfirmation(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  if (!equalBytes(reader.bytes(CONFIRMED.length), CONFIRMED)) {
    throw new FormatError('format.pairing', 'another confirmation than agreed');
  }
  const nonce = reader.bytes(SHARE_BYTES);
  reader.end();
  return nonce;
}
