import { concatBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { TransportCipher } from '../noise/index.ts';
import type { Established } from './types.ts';

const NO_SALT = new Uint8Array(0);
const KEY_LENGTH = 32;
/** Labels of the two directions of a path. The dialer is the device that sent message 1 of this path; it need not be the session's initiator. */
const FROM_DIALER = 'clawreach path from dialler 1';
const FROM_LISTENER = 'clawreach path from listener 1';

/**
 * Derives a session's secret from its first handshake, 32 bytes. Only the two ends know it, and the keys of every later path depend on it. The
 * agent's links call the functions of this file and keep the secret in memory. Pure.
 */
export function sessionSecretOf(first: Established): Uint8Array {
  return first.exportSecret('clawreach session 1', KEY_LENGTH);
}

/**
 * Derives the ciphers of another path of a session from the path's handshake and the session's secret. The handshake alone doesn't suffice: a thief
 * of a static key could complete it, but lacks the secret of a session that began earlier (PROTOCOL section 3). Pure.
 * @param established result of the handshake with purpose `resume`
 * @param sessionSecret from `sessionSecretOf`
 * @param dialed true if this side sent message 1
 */
export function resumedCiphers(
  crypto: CryptoBackend,
  established: Established,
  sessionSecret: Uint8Array,
  dialed: boolean,
): Readonly<{ send: TransportCipher; receive: TransportCipher }> {
  if (sessionSecret.length !== KEY_LENGTH) throw new RangeError('a session secret has 32 bytes');
  const material = concatBytes(established.exportSecret('clawreach path 1', KEY_LENGTH), sessionSecret);
  const cipher = (label: string): TransportCipher => {
    const key = crypto.hkdfSha256(material, NO_SALT, toUtf8(label), KEY_LENGTH);
    const made = new TransportCipher(crypto, key);
    key.fill(0);
    return made;
  };
  const [fromDialer, fromListener] = [cipher(FROM_DIALER), cipher(FROM_LISTENER)];
  material.fill(0);
  return dialed ? { send: fromDialer, receive: fromListener } : { send: fromListener, receive: fromDialer };
}
