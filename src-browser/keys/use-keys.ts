/** Signs a message with an Ed25519 key, 64 bytes. Copies the message before it returns. */
export async function sign(privateKey: CryptoKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.sign('Ed25519', privateKey, message.slice()));
}

/** Computes the shared secret of two X25519 keys, 32 bytes. Rejects if it is all zero. */
export async function agree(privateKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array> {
  const algorithm = { name: 'X25519', public: publicKey };
  const secret = new Uint8Array(await globalThis.crypto.subtle.deriveBits(algorithm, privateKey, 256));
  if (secret.every((byte) => byte === 0)) throw new RangeError('all-zero shared secret');
  return secret;
}

/** Imports another device's X25519 public key. */
export async function importAgreementKey(publicKey: Uint8Array): Promise<CryptoKey> {
  return await globalThis.crypto.subtle.importKey('raw', publicKey.slice(), 'X25519', true, []);
}

/** Returns the bytes of a public key, 32. */
export async function publicBytes(publicKey: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.exportKey('raw', publicKey));
}
