/**
 * Cryptographic primitives of the agent and the relay: for handshakes, pairing, links, identity, stored secrets and random numbers. Two
 * implementations return the same bytes: `noble.ts` in pure JavaScript, and `src-node/crypto` with node:crypto. ChaCha20-Poly1305 is missing, because
 * Electron's BoringSSL doesn't have it. All arrays are raw keys and values.
 */
export interface CryptoBackend {
  /** Name of the implementation; `native` is the one with node:crypto. */
  readonly name: 'noble' | 'native';
  randomBytes(length: number): Uint8Array;
  /** SHA-256 of the concatenated pieces, 32 bytes. */
  sha256(...pieces: readonly Uint8Array[]): Uint8Array;
  /** Begins a SHA-256 hash of what comes piece by piece. */
  sha256Stream(): HashStream;
  /** SHA-512 of the concatenated pieces, 64 bytes. */
  sha512(...pieces: readonly Uint8Array[]): Uint8Array;
  /** HMAC (RFC 2104) of the concatenated pieces, 32 bytes. */
  hmacSha256(key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array;
  /** HKDF (RFC 5869), extract and expand. `length` is in bytes, at most 8160. */
  hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;

  /** X25519 public key (32 bytes) of a 32-byte secret (RFC 7748). */
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  /**
   * X25519 shared secret, 32 bytes. Asynchronous like `AgreementKey`, which hides the secret.
   * @throws {AuthenticationError} `crypto.low-order` when the result is all zero (RFC 7748 section 6.1).
   */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array>;

  /** Ed25519 public key (32 bytes) of a 32-byte seed (RFC 8032). */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** Signature, 64 bytes. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** Imports a seed once, for many signatures; undefined where that saves nothing. */
  ed25519Signer?(seed: Uint8Array): (message: Uint8Array) => Uint8Array;
  /** Returns false for a wrong signature or a malformed key; never throws. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

  /** Imports a 32-byte AES-256-GCM key once, for many records. */
  aesGcm(key: Uint8Array): AeadKey;
}

/** Hash of bytes that come piece by piece. */
export interface HashStream {
  update(piece: Uint8Array): void;
  /** Returns the hash of all pieces so far. More may follow. */
  digest(): Uint8Array;
}

/** AES-256-GCM key with a 12-byte nonce and a 16-byte tag after the ciphertext. Synchronous, because it runs for every record. */
export interface AeadKey {
  /** Encrypts. Returns pieces whose concatenation is ciphertext and tag, so that a socket can write them without another copy. */
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[];
  /**
   * Decrypts into a new array.
   * @throws {AuthenticationError} `crypto.open` if the tag doesn't match, or if the input is shorter than a tag
   */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /**
   * Decrypts in another thread; undefined if this input is opened sooner by `open`. The caller may change all arrays after the call.
   * Rejects with {AuthenticationError} `crypto.open`.
   */
  openLater?(nonce: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> | undefined;
}
