import { FormatError } from '../errors.ts';
import { fromHex, toHex, concatBytes } from '../bytes/index.ts';
import { RELAY_LIMITS } from './limits.ts';

/** Longest payload of one early-data message: the whole allowance of a side may come at once. */
export const EARLY_DATA_MAX = RELAY_LIMITS.earlyData;

/**
 * A binary message on the control connection: 16 bytes connection id, then bytes of the path's stream, until the data sockets are attached.
 * @param connection 32 hexadecimal digits
 */
export function encodeEarlyData(connection: string, bytes: Uint8Array): Uint8Array {
  return concatBytes(fromHex(connection), bytes);
}

/** @throws {FormatError} `format.early-data` when shorter than an id plus one byte or longer than the allowance. */
export function decodeEarlyData(message: Uint8Array): Readonly<{ connection: string; bytes: Uint8Array }> {
  if (message.length < 17 || message.length > 16 + EARLY_DATA_MAX) {
    throw new FormatError('format.early-data', 'early data of a wrong length');
  }
  return { connection: toHex(message.subarray(0, 16)), bytes: message.subarray(16) };
}
