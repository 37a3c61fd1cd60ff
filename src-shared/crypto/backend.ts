/**
 * The primitives everything else is built from, as a port with two implementations that give the same bytes: `noble.ts` (anywhere) and
 * `src-node/crypto` (node:crypto and Electron's BoringSSL, which has no ChaCha20-Poly1305). All byte arrays are raw keys and values.
 */
export interface CryptoBackend {
  readonly name: 'noble' | 'native';
  randomBytes(length: number): Uint8Array;
  /** Digest of the concatenation of the pieces, 32 bytes. */
  sha256(...pieces: readonly Uint8Array[]): Uint8Array;
  /** Digest of the concatenation of the pieces, 64 bytes. */
  sha512(...pieces: readonly Uint8Array[]): Uint8Array;
  /** RFC 2104 over the concatenation of the pieces, 32 bytes. */
  hmacSha256(key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array;
  /** RFC 5869, extract and expand. `length` in bytes, at most 8160. */
  hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;

  /** X25519 public key (32 bytes) of a 32-byte secret (RFC 7748). */
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  /**
   * X25519 shared secret, 32 bytes. Asynchronous because hardware keys and WebCrypto are.
   * @throws {AuthenticationError} `crypto.low-order` when the result is all zero (RFC 7748 section 6.1).
   */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array>;

  /** Ed25519 public key (32 bytes) of a 32-byte seed (RFC 8032). */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** Signature, 64 bytes. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** False for a bad signature and for a malformed key; never throws. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

  /** Imports a 32-byte AES-256-GCM key once, for many calls. */
  aesGcm(key: Uint8Array): AeadKey;
}

/** AES-256-GCM, 12-byte nonce, 16-byte tag behind the ciphertext. Synchronous: it runs for every record. */
export interface AeadKey {
  /** Pieces whose concatenation is ciphertext and tag. Pieces, so that a socket can write them without another copy. */
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[];
  /**
   * Plaintext in an array of its own.
   * @throws {AuthenticationError} `crypto.open` when the tag does not match or the input is shorter than a tag.
   */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

/** Raw 32-byte halves. */
export type KeyPair = Readonly<{ publicKey: Uint8Array; secretKey: Uint8Array }>;
