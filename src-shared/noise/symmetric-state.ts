import { toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { CipherState } from './cipher-state.ts';

const NOTHING = new Uint8Array(0);
const HASH_LENGTH = 32;

/**
 * SymmetricState of the Noise handshake (rev. 34, section 5.2) for SHA-256: chaining key, handshake hash and cipher. Methods have the names of the
 * specification. Pure state.
 */
export class SymmetricState {
  readonly #crypto: CryptoBackend;
  readonly #cipher: CipherState;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;

  /** Implements `InitializeSymmetric(protocol_name)`. */
  constructor(crypto: CryptoBackend, protocolName: string) {
    this.#crypto = crypto;
    this.#cipher = new CipherState(crypto);
    const name = toUtf8(protocolName);
    this.#hash = name.length > HASH_LENGTH ? crypto.sha256(name) : padded(name);
    this.#chainingKey = this.#hash.slice();
  }

  /** Number of bytes that `encryptAndHash` adds now. */
  get overhead(): number {
    return this.#cipher.overhead;
  }

  /** Handshake hash of all messages so far, 32 bytes. */
  get hash(): Uint8Array {
    return this.#hash.slice();
  }

  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = this.#derive(material, 2);
    this.#replaceChainingKey(chainingKey);
    this.#cipher.initializeKey(key);
    key.fill(0);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#crypto.sha256(this.#hash, data);
  }

  mixKeyAndHash(material: Uint8Array): void {
    const [chainingKey, hash, key] = this.#derive(material, 3);
    this.#replaceChainingKey(chainingKey);
    this.mixHash(hash);
    this.#cipher.initializeKey(key);
    key.fill(0);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher.encrypt(this.#hash, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  decryptAndHash(ciphertext: Uint8Array): Uint8Array {
    const plaintext = this.#cipher.decrypt(this.#hash, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /**
   * Implements `Split()`, and derives a secret from which others can be exported. All three come from the chaining key, with a separate label for the
   * secret, and not from the handshake hash, which anyone who sees the messages can compute.
   */
  split(): Readonly<{ initiatorKey: Uint8Array; responderKey: Uint8Array; exporter: Uint8Array }> {
    const [initiatorKey, responderKey] = this.#derive(NOTHING, 2);
    const exporter = this.#crypto.hmacSha256(this.#chainingKey, toUtf8('clawreach noise exporter 1'));
    this.#chainingKey.fill(0);
    return { initiatorKey, responderKey, exporter };
  }

  #replaceChainingKey(chainingKey: Uint8Array): void {
    this.#chainingKey.fill(0);
    this.#chainingKey = chainingKey;
  }

  /** Implements `HKDF(chaining_key, input_key_material, outputs)` of section 4.3: RFC 5869 with the chaining key as salt and no info. */
  #derive(material: Uint8Array, outputs: 2 | 3): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const bytes = this.#crypto.hkdfSha256(material, this.#chainingKey, NOTHING, outputs * HASH_LENGTH);
    const output = (index: number): Uint8Array => bytes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
    return [output(0), output(1), output(2)];
  }
}

function padded(name: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HASH_LENGTH);
  bytes.set(name);
  return bytes;
}
