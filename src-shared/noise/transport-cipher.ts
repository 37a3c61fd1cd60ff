import type { AeadKey, CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError, FormatError } from '../errors.ts';
import { NoiseError } from './errors.ts';
import { MAX_COUNTER, NONCE_LENGTH, rekeyNonce, writeCounter } from './nonce.ts';

/** Maximum length of a Noise message, bytes (rev. 34, section 3). */
export const MAX_MESSAGE = 65_535;
/** Bytes that encryption adds to a plaintext. */
export const TAG_LENGTH = 16;
/** Maximum length of a record's plaintext, bytes. */
export const MAX_PLAINTEXT = MAX_MESSAGE - TAG_LENGTH;

const NO_DATA = new Uint8Array(0);
const REKEY_PLAINTEXT = new Uint8Array(32);

/** Limits after which a direction changes its key. Both ends must use the same ones. */
export type RekeyLimits = Readonly<{ records: number; ciphertextBytes: number; lastCounter: number }>;

/** Limits of the protocol: 2^20 records or 1 GiB, far below the limits of AES-GCM for one key (PROTOCOL section 4). */
export const REKEY_LIMITS: RekeyLimits = { records: 2 ** 20, ciphertextBytes: 2 ** 30, lastCounter: MAX_COUNTER };

/**
 * Cipher for the records of one direction after a handshake. Records must arrive in order: the nonce is an implicit counter, which continues when the
 * key changes. One object either seals or opens, never both. Pure state.
 */
export class TransportCipher {
  readonly #crypto: CryptoBackend;
  readonly #limits: RekeyLimits;
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  #key: AeadKey | undefined;
  #counter = 0;
  #records = 0;
  #ciphertextBytes = 0;

  /** @param key 32 bytes; the caller may erase the array afterwards */
  constructor(crypto: CryptoBackend, key: Uint8Array, limits: RekeyLimits = REKEY_LIMITS) {
    this.#crypto = crypto;
    this.#limits = limits;
    this.#key = crypto.aesGcm(key);
  }

  /**
   * Encrypts the next record.
   * @param plaintext at most 65 519 bytes
   * @returns pieces whose concatenation is the record, 16 bytes longer than the plaintext
   * @throws {RangeError} for a longer plaintext
   * @throws {NoiseError} `noise.exhausted` when the counter has run out
   */
  seal(plaintext: Uint8Array): readonly Uint8Array[] {
    if (plaintext.length > MAX_PLAINTEXT) throw new RangeError(`a record holds at most ${MAX_PLAINTEXT} bytes`);
    const key = this.#keyFor(plaintext.length + TAG_LENGTH);
    return key.seal(this.#nextNonce(), NO_DATA, plaintext);
  }

  /**
   * Decrypts the next record into a new array. After a failure every later call fails too, so a lost or forged record ends the path.
   * @throws {AuthenticationError} `crypto.open`, or `noise.poisoned` after an earlier failure
   * @throws {FormatError} `format.record` for an impossible length
   * @throws {NoiseError} `noise.exhausted`
   */
  open(ciphertext: Uint8Array): Uint8Array {
    return this.#opening(ciphertext, (key, nonce) => key.open(nonce, NO_DATA, ciphertext));
  }

  /**
   * Decrypts the next record like `open`, in another thread if the key can and it is worth it. Results come in any order: the caller takes them in that of
   * the calls, and none after a failure. Throws like `open`, or rejects.
   */
  openLater(ciphertext: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#opening<Uint8Array | Promise<Uint8Array>>(
      ciphertext,
      (key, nonce) => key.openLater?.(nonce, ciphertext) ?? key.open(nonce, NO_DATA, ciphertext),
    );
  }

  #opening<Result>(ciphertext: Uint8Array, open: (key: AeadKey, nonce: Uint8Array) => Result): Result {
    if (this.#key === undefined)
      throw new AuthenticationError('noise.poisoned', 'an earlier record did not authenticate');
    try {
      if (ciphertext.length < TAG_LENGTH || ciphertext.length > MAX_MESSAGE) {
        throw new FormatError('format.record', 'a record of an impossible length');
      }
      return open(this.#keyFor(ciphertext.length), this.#nextNonce());
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }

  /**
   * Returns the key for a record of `length` bytes, after changing it if this record would pass a limit. Both ends know the length of the
   * ciphertext beforehand, so both change the key at the same record.
   */
  #keyFor(length: number): AeadKey {
    if (this.#key === undefined || this.#counter >= this.#limits.lastCounter) {
      throw new NoiseError('noise.exhausted', 'too many records under one handshake');
    }
    if (this.#records + 1 > this.#limits.records || this.#ciphertextBytes + length > this.#limits.ciphertextBytes) {
      this.#key = this.#rekeyed(this.#key);
      this.#records = 0;
      this.#ciphertextBytes = 0;
    }
    this.#records += 1;
    this.#ciphertextBytes += length;
    return this.#key;
  }

  /** Implements `REKEY(k)` of section 4.2: the first 32 bytes of 32 zero bytes sealed with the largest nonce. */
  #rekeyed(key: AeadKey): AeadKey {
    const sealed = new Uint8Array(REKEY_PLAINTEXT.length + TAG_LENGTH);
    let offset = 0;
    for (const piece of key.seal(rekeyNonce(), NO_DATA, REKEY_PLAINTEXT)) {
      sealed.set(piece, offset);
      offset += piece.length;
    }
    const next = this.#crypto.aesGcm(sealed.subarray(0, 32));
    sealed.fill(0);
    return next;
  }

  #nextNonce(): Uint8Array {
    writeCounter(this.#nonce, this.#counter);
    this.#counter += 1;
    return this.#nonce;
  }
}
