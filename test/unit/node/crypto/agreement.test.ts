import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, fromHex, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend, type CryptoBackend } from '#shared/crypto/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const backends = [nativeBackend, nobleBackend];
const random = (length: number): Uint8Array => nativeBackend.randomBytes(length);
/** Lengths around the block and page sizes where implementations differ. */
const LENGTHS = [0, 1, 15, 16, 17, 31, 32, 33, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 255, 1000];
const lengthOf = (round: number): number => LENGTHS[round % LENGTHS.length] ?? 0;

/** u coordinates of order 1, 2, 4 and 8, their forms above the prime, and with the ignored top bit (curve25519 literature). */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];
/** Small-order points in both signs, and encodings that are not canonical. */
const WEAK_SIGNING_KEYS = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

describe('both back-ends give the same bytes', () => {
  it('of hashes and MACs, 1000 random inputs in pieces', () => {
    for (let round = 0; round < 1000; round += 1) {
      const pieces = [random(lengthOf(round)), random(lengthOf(round * 7 + 3)), random(round % 5)];
      const key = random(lengthOf(round * 3 + 1));
      expect(toHex(nativeBackend.sha256(...pieces))).toBe(toHex(nobleBackend.sha256(...pieces)));
      expect(toHex(nativeBackend.sha512(...pieces))).toBe(toHex(nobleBackend.sha512(...pieces)));
      expect(toHex(nativeBackend.hmacSha256(key, ...pieces))).toBe(toHex(nobleBackend.hmacSha256(key, ...pieces)));
    }
  });

  it('of HKDF, 1000 random inputs, also with an empty salt, secret or info', () => {
    for (let round = 0; round < 1000; round += 1) {
      const secret = random(lengthOf(round));
      const salt = random(lengthOf(round * 3 + 5));
      const info = random(lengthOf(round * 7 + 2));
      const length = (round % 200) + 1;
      expect(toHex(nativeBackend.hkdfSha256(secret, salt, info, length))).toBe(
        toHex(nobleBackend.hkdfSha256(secret, salt, info, length)),
      );
    }
  });

  it('of AES-256-GCM, 1000 random inputs, and each opens what the other sealed', () => {
    for (let round = 0; round < 1000; round += 1) {
      const key = random(32);
      const nonce = random(12);
      const associatedData = random(lengthOf(round * 3));
      const plaintext = random(lengthOf(round));
      const native = nativeBackend.aesGcm(key);
      const noble = nobleBackend.aesGcm(key);
      const sealed = concatBytes(...native.seal(nonce, associatedData, plaintext));
      expect(toHex(sealed)).toBe(toHex(concatBytes(...noble.seal(nonce, associatedData, plaintext))));
      expect(toHex(noble.open(nonce, associatedData, sealed))).toBe(toHex(plaintext));
      expect(toHex(native.open(nonce, associatedData, sealed))).toBe(toHex(plaintext));
    }
  });

  it('of X25519, 1000 random pairs of keys and of strings that are no clean keys', async () => {
    for (let round = 0; round < 1000; round += 1) {
      const secret = random(32);
      const other = random(32);
      expect(toHex(await nativeBackend.x25519(secret, other))).toBe(toHex(await nobleBackend.x25519(secret, other)));
      if (round % 10 !== 0) continue;
      expect(toHex(nativeBackend.x25519PublicKey(secret))).toBe(toHex(nobleBackend.x25519PublicKey(secret)));
    }
  });

  it('of Ed25519, 1000 random messages, and each verifies the other', () => {
    for (let round = 0; round < 1000; round += 1) {
      const seed = random(32);
      const message = random(lengthOf(round));
      const signature = nativeBackend.ed25519Sign(seed, message);
      expect(toHex(signature)).toBe(toHex(nobleBackend.ed25519Sign(seed, message)));
      if (round % 4 !== 0) continue;
      const publicKey = nativeBackend.ed25519PublicKey(seed);
      expect(toHex(publicKey)).toBe(toHex(nobleBackend.ed25519PublicKey(seed)));
      expect(nobleBackend.ed25519Verify(publicKey, message, signature)).toBe(true);
      expect(nativeBackend.ed25519Verify(publicKey, message, signature)).toBe(true);
      signature[round % 64] = (signature[round % 64] ?? 0) ^ (1 << (round & 7));
      expect(nobleBackend.ed25519Verify(publicKey, message, signature)).toBe(false);
      expect(nativeBackend.ed25519Verify(publicKey, message, signature)).toBe(false);
    }
  });
});

describe.each(backends)('$name', (crypto: CryptoBackend) => {
  it('gives the published figures', async () => {
    expect(toHex(crypto.sha256(toUtf8('ab'), toUtf8('c')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    // RFC 5869, A.1
    const info = fromHex('f0f1f2f3f4f5f6f7f8f9');
    const salt = fromHex('000102030405060708090a0b0c');
    expect(toHex(crypto.hkdfSha256(new Uint8Array(22).fill(0x0b), salt, info, 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    // RFC 7748, 5.2, first iteration
    const nine = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0));
    const once = '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079';
    expect(toHex(await crypto.x25519(nine, nine))).toBe(once);
    expect(toHex(crypto.x25519PublicKey(nine))).toBe(once);
    // RFC 8032, 7.1, test 1
    const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    expect(toHex(crypto.ed25519PublicKey(seed))).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    expect(toHex(crypto.ed25519Sign(seed, new Uint8Array(0)))).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    // The GCM specification, test case 14
    const sealed = crypto.aesGcm(new Uint8Array(32)).seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(16));
    expect(toHex(concatBytes(...sealed))).toBe('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919');
  });

  it.each(LOW_ORDER)('refuses the low-order point %s', async (point) => {
    expect(await codeOf(() => crypto.x25519(random(32), fromHex(point)))).toBe('crypto.low-order');
  });

  it('refuses a public key of a wrong length', async () => {
    expect(await codeOf(() => crypto.x25519(random(32), random(31)))).toBe('crypto.low-order');
    expect(await codeOf(() => crypto.x25519(random(32), random(33)))).toBe('crypto.low-order');
  });

  it.each(WEAK_SIGNING_KEYS)('verifies nothing under the weak or malformed signing key %s', (key) => {
    // R = A = a small-order point and S = 0 satisfy the equation of a lax verifier for many messages.
    const signature = concatBytes(fromHex(key), new Uint8Array(32));
    const identity = fromHex('01'.padEnd(64, '0'));
    for (let message = 0; message < 64; message += 1) {
      expect(crypto.ed25519Verify(fromHex(key), Uint8Array.of(message), signature)).toBe(false);
      const other = concatBytes(identity, new Uint8Array(32));
      expect(crypto.ed25519Verify(fromHex(key), Uint8Array.of(message), other)).toBe(false);
    }
  });

  it('says false, and never throws, for keys and signatures of wrong lengths', () => {
    const seed = random(32);
    const key = crypto.ed25519PublicKey(seed);
    const signature = crypto.ed25519Sign(seed, toUtf8('text'));
    expect(crypto.ed25519Verify(key, toUtf8('text'), signature)).toBe(true);
    expect(crypto.ed25519Verify(key.subarray(1), toUtf8('text'), signature)).toBe(false);
    expect(crypto.ed25519Verify(concatBytes(key, key), toUtf8('text'), signature)).toBe(false);
    expect(crypto.ed25519Verify(key, toUtf8('text'), signature.subarray(1))).toBe(false);
    expect(crypto.ed25519Verify(key, toUtf8('text'), concatBytes(signature, Uint8Array.of(0)))).toBe(false);
    expect(crypto.ed25519Verify(key, toUtf8('text'), new Uint8Array(0))).toBe(false);
  });

  it('refuses a signature whose scalar is not reduced', () => {
    const seed = random(32);
    const signature = crypto.ed25519Sign(seed, toUtf8('text'));
    // S + L is the same scalar modulo the group order; RFC 8032 5.1.7 demands S < L.
    const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
    let carry = 0;
    for (let index = 0; index < 32; index += 1) {
      const sum = (signature[32 + index] ?? 0) + (order[index] ?? 0) + carry;
      signature[32 + index] = sum & 0xff;
      carry = sum >> 8;
    }
    expect(crypto.ed25519Verify(crypto.ed25519PublicKey(seed), toUtf8('text'), signature)).toBe(false);
  });

  it('opens nothing that was changed, cut or sealed under other data', async () => {
    const key = crypto.aesGcm(random(32));
    const nonce = random(12);
    const data = random(20);
    const sealed = concatBytes(...key.seal(nonce, data, random(40)));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const forged = sealed.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await codeOf(() => key.open(nonce, data, forged))).toBe('crypto.open');
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(await codeOf(() => key.open(nonce, data, sealed.subarray(0, length)))).toBe('crypto.open');
    }
    expect(await codeOf(() => key.open(random(12), data, sealed))).toBe('crypto.open');
    expect(await codeOf(() => key.open(nonce, random(20), sealed))).toBe('crypto.open');
    expect(await codeOf(() => crypto.aesGcm(random(32)).open(nonce, data, sealed))).toBe('crypto.open');
  });

  it('hands out plain arrays that nobody else writes to', () => {
    const key = random(32);
    const imported = crypto.aesGcm(key);
    const before = concatBytes(...imported.seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(8)));
    key.fill(0);
    const after = imported.seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(8));
    expect(concatBytes(...after)).toEqual(before);
    const results = [
      ...after,
      crypto.sha256(),
      crypto.randomBytes(8),
      crypto.hmacSha256(key),
      crypto.ed25519Sign(key, key),
    ];
    for (const bytes of results) expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(crypto.randomBytes(32)).not.toEqual(crypto.randomBytes(32));
  });
});
