import { nativeBackend } from '#node/crypto/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Bytes in a row that count as a find: by chance they come once in 2^64. */
const WINDOW = 8;

/** The forms in which something readable could lie on a wire: as it is, hexadecimal, base64 of any alignment, UTF-16, reversed. */
export function formsOf(secret: Uint8Array): readonly Uint8Array[] {
  const bytes = Buffer.from(secret);
  const text = (form: string): Uint8Array => Buffer.from(form, 'latin1');
  const base64 = [0, 1, 2].flatMap((skip) => {
    // Without the characters at the ends, which depend on what is beside.
    const inner = Buffer.from(bytes.subarray(skip)).toString('base64').replace(/=+$/, '').slice(0, -1);
    return [text(inner), text(inner.replaceAll('+', '-').replaceAll('/', '_'))];
  });
  const wide = Buffer.from(bytes.toString('latin1'), 'utf16le');
  return [
    bytes,
    Buffer.from(bytes.toReversed()),
    text(bytes.toString('hex')),
    text(bytes.toString('hex').toUpperCase()),
    ...base64,
    wide,
    Buffer.from(wide).swap16(),
  ];
}

/** Secrets of which any eight bytes in a row, in any form, are found anywhere in the recordings. @returns their names */
export function found(secrets: ReadonlyMap<string, Uint8Array>, recordings: readonly Uint8Array[]): readonly string[] {
  const windows = new Map<string, string>();
  for (const [name, secret] of secrets) {
    for (const form of formsOf(secret)) {
      const text = Buffer.from(form).toString('latin1');
      for (let at = 0; at + WINDOW <= text.length; at += 1) windows.set(text.slice(at, at + WINDOW), name);
    }
  }
  const names = new Set<string>();
  for (const recording of recordings) {
    const text = Buffer.from(recording).toString('latin1');
    for (let at = 0; at + WINDOW <= text.length; at += 1) {
      const name = windows.get(text.slice(at, at + WINDOW));
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

/** Native crypto that keeps every secret it is shown or makes: keys of ciphers, shared secrets, derived keys, secret halves. */
export class WatchedCrypto {
  readonly #secrets = new Map<string, Uint8Array>();
  /** Public keys go through HKDF as well (Noise mixes ephemeral ones in where there is a PSK), and peer ids as the key of a MAC. */
  readonly #known = new Set<string>();

  /** What was kept and is not known to everybody. */
  get secrets(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#secrets].filter(([, bytes]) => !this.#known.has(hex(bytes))));
  }

  publish(bytes: Uint8Array): void {
    this.#known.add(hex(bytes));
  }

  backend(owner: string): CryptoBackend {
    const keep = (what: string, bytes: Uint8Array): Uint8Array => {
      if (bytes.length >= 16) this.#secrets.set(`${owner}: ${what} ${this.#secrets.size}`, bytes.slice());
      return bytes;
    };
    return {
      ...nativeBackend,
      hkdfSha256: (secret, salt, info, length) =>
        nativeBackend.hkdfSha256(keep('derived from', secret), salt, info, length),
      x25519PublicKey: (secretKey) => {
        const publicKey = nativeBackend.x25519PublicKey(keep('x25519 secret', secretKey));
        this.publish(publicKey);
        return publicKey;
      },
      x25519: async (secretKey, publicKey) => keep('shared secret', await nativeBackend.x25519(secretKey, publicKey)),
      ed25519Sign: (seed, message) => nativeBackend.ed25519Sign(keep('signing seed', seed), message),
      aesGcm: (key) => nativeBackend.aesGcm(keep('cipher key', key)),
    };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
