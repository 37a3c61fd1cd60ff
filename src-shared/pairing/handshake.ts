import { concatBytes, equalBytes } from '../bytes/index.ts';
import { ephemeralKey, type AgreementKey, type CryptoBackend } from '../crypto/index.ts';
import { ClawReachError } from '../errors.ts';
import { NoiseHandshake, type TransportCipher } from '../noise/index.ts';
import { PairingError } from './errors.ts';

const PATTERN = 'XXpsk3';
const EMPTY = new Uint8Array(0);

type Keys = Readonly<{ crypto: CryptoBackend; staticKey: AgreementKey; prologue: Uint8Array }>;

/**
 * Noise handshake (XXpsk3) of a pairing, on the joiner's side. The joiner sends message 1 before it has the PSK, which in a pairing by code depends
 * on the inviter's CPace point. XXpsk3 uses the PSK only in message 3, so the joiner restarts the handshake with the same ephemeral key and the PSK,
 * which produces the same message 1.
 */
export class JoinerHandshake {
  readonly #keys: Keys;
  readonly #ephemeral: AgreementKey;
  readonly message1: Uint8Array;

  private constructor(keys: Keys, ephemeral: AgreementKey, message1: Uint8Array) {
    this.#keys = keys;
    this.#ephemeral = ephemeral;
    this.message1 = message1;
  }

  /** Creates the handshake and its message 1. */
  static async start(keys: Keys): Promise<JoinerHandshake> {
    const ephemeral = ephemeralKey(keys.crypto);
    const message1 = await initiator(keys, ephemeral, new Uint8Array(32)).writeMessage(EMPTY);
    return new JoinerHandshake(keys, ephemeral, message1);
  }

  /** Returns the restarted handshake with the PSK, ready to read message 2. */
  async withPsk(psk: Uint8Array): Promise<NoiseHandshake> {
    const handshake = initiator(this.#keys, this.#ephemeral, psk);
    const message1 = await handshake.writeMessage(EMPTY);
    if (!equalBytes(message1, this.message1)) throw new TypeError('the first message depends on the PSK');
    return handshake;
  }
}

function initiator(keys: Keys, ephemeral: AgreementKey, psk: Uint8Array): NoiseHandshake {
  return new NoiseHandshake({ ...keys, pattern: PATTERN, initiator: true, ephemeral, psk });
}

/** Creates the handshake on the inviter's side, which has the PSK before it reads message 1. */
export function inviterHandshake(keys: Keys, psk: Uint8Array): NoiseHandshake {
  return new NoiseHandshake({ ...keys, pattern: PATTERN, initiator: false, psk });
}

/** Reads a message that must have no payload. @throws {PairingError} `pairing.protocol` if it doesn't authenticate or has a payload */
export async function readEmpty(handshake: NoiseHandshake, message: Uint8Array): Promise<void> {
  const payload = await withFailureCode('pairing.protocol', async () => await handshake.readMessage(message));
  if (payload.length > 0) throw new PairingError('pairing.protocol', 'content in a handshake message that has none');
}

/**
 * Runs a step and converts any ClawReachError that isn't a PairingError to a PairingError with `code`. Callers pass `pairing.wrong-code` for the
 * first message that proves the secret, otherwise `pairing.protocol`.
 */
export async function withFailureCode<Value>(
  code: 'pairing.wrong-code' | 'pairing.protocol',
  step: () => Promise<Value> | Value,
): Promise<Value> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof PairingError || !(error instanceof ClawReachError)) throw error;
    throw new PairingError(code, 'a pairing message did not authenticate', { cause: error });
  }
}

/** Encrypts a message after the handshake into one array. */
export function sealRecord(cipher: TransportCipher, plaintext: Uint8Array): Uint8Array {
  return concatBytes(...cipher.seal(plaintext));
}
