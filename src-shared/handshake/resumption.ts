import { concatBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { TransportCipher } from '../noise/index.ts';
import type { Established } from './types.ts';

const NO_SALT = new Uint8Array(0);
const KEY_LENGTH = 32;
/** Labels of a path's directions. The dialer is the sender of message 1, which need not be the session's initiator. */
const FROM_DIALLER = 'clawreach path from dialler 1';
const FROM_LISTENER = 'clawreach path from listener 1';

/** Derives the secret that only the two ends of a session's first handshake share, 32 bytes; every later path is bound to it. */
export function sessionSecretOf(first: Established): Uint8Array {
  return first.exportSecret('clawreach session 1', KEY_LENGTH);
}

/**
 * Derives the ciphers of another path of a session. The path's own handshake doesn't suffice: the holder of a stolen static key can complete
 * its messages, but can't seal or open a record of a session that it didn't start (PROTOCOL section 3).
 * @param established result of the handshake with purpose `resume` @param sessionSecret from `sessionSecretOf` @param dialled whether this side sent
 *   message 1
 */
export function resumedCiphers(
  crypto: CryptoBackend,
  established: Established,
  sessionSecret: Uint8Array,
  dialled: boolean,
): Readonly<{ send: TransportCipher; receive: TransportCipher }> {
  if (sessionSecret.length !== KEY_LENGTH) throw new RangeError('a session secret has 32 bytes');
  const material = concatBytes(established.exportSecret('clawreach path 1', KEY_LENGTH), sessionSecret);
  const cipher = (label: string): TransportCipher => {
    const key = crypto.hkdfSha256(material, NO_SALT, toUtf8(label), KEY_LENGTH);
    const made = new TransportCipher(crypto, key);
    key.fill(0);
    return made;
  };
  const [fromDialler, fromListener] = [cipher(FROM_DIALLER), cipher(FROM_LISTENER)];
  material.fill(0);
  return dialled ? { send: fromDialler, receive: fromListener } : { send: fromListener, receive: fromDialler };
}
