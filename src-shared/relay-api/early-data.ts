import { FormatError } from '../errors.ts';
import { fromHex, toHex, concatBytes } from '../bytes/index.ts';
import { RELAY_LIMITS } from './limits.ts';

/** Maximum payload of one early-data message, bytes: a side may send its whole quota at once. */
export const EARLY_DATA_MAX = RELAY_LIMITS.earlyData;

/**
 * Encodes early data: bytes of a path that travel over the control connection until both data connections are attached. A binary message has the
 * connection ID (16 bytes), then the bytes. Used by the relay and by the agent's relay client. Pure.
 * @param connection 32 hexadecimal digits
 */
export function encodeEarlyData(connection: string, bytes: Uint8Array): Uint8Array {
  return concatBytes(fromHex(connection), bytes);
}

/** Decodes early data; `bytes` is a view. @throws {FormatError} `format.early-data` for a message without payload or one that is too long */
export function decodeEarlyData(message: Uint8Array): Readonly<{ connection: string; bytes: Uint8Array }> {
  if (message.length < 17 || message.length > 16 + EARLY_DATA_MAX) {
    throw new FormatError('format.early-data', 'early data of a wrong length');
  }
  return { connection: toHex(message.subarray(0, 16)), bytes: message.subarray(16) };
}
