import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, fromHex, toHex } from '#shared/bytes/index.ts';
import { nobleBackend, type CryptoBackend } from '#shared/crypto/index.ts';
import {
  CERTIFICATE_LENGTH,
  createIdentity,
  unsignedCertificate,
  verifyCertificate,
  type CertificateFacts,
} from '#shared/identity/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { FIGURES } from './figures.ts';

const crypto = nativeBackend;
const NOW = 1_800_000_000;
const DAY = 86_400;
const master = Uint8Array.from({ length: 32 }, (_, index) => index);
const identity = createIdentity(crypto, master, { generation: 7, now: NOW });

async function certificate(changes: Partial<CertificateFacts> = {}): Promise<Uint8Array> {
  const unsigned = unsignedCertificate({
    generation: 1,
    signingKey: identity.signingKey,
    staticKey: identity.staticKey.publicKey,
    notBefore: NOW,
    notAfter: NOW + 10 * DAY,
    ...changes,
  });
  return unsigned.signed(await identity.sign(unsigned.message));
}

describe.each([nativeBackend, nobleBackend])('device identity on $name', (backend) => {
  it('gives the known keys, peer id and certificate', () => {
    const device = createIdentity(backend, master, { generation: 7, now: NOW });
    expect(toHex(device.signingKey)).toBe(FIGURES.signingKey);
    expect(toHex(device.staticKey.publicKey)).toBe(FIGURES.staticKey);
    expect(device.peerId).toBe(FIGURES.peerId);
    expect(toHex(device.certificate)).toBe(FIGURES.certificate);
    expect(verifyCertificate(backend, fromHex(FIGURES.certificate), NOW)).toEqual({
      version: 1,
      suite: 1,
      generation: 7,
      peerId: FIGURES.peerId,
      signingKey: fromHex(FIGURES.signingKey),
      staticKey: fromHex(FIGURES.staticKey),
      notBefore: 1_767_225_600,
      notAfter: NOW + 3650 * DAY,
      encoded: fromHex(FIGURES.certificate),
    });
  });
});

describe('device identity', () => {
  it('keeps its peer id and changes its static key with the generation', () => {
    const next = createIdentity(crypto, master, { generation: 8, now: NOW });
    expect(next.peerId).toBe(identity.peerId);
    expect(next.staticKey.publicKey).not.toEqual(identity.staticKey.publicKey);
  });

  it('shares nothing between its keys or with another master secret, and no one can read a private key from it', () => {
    const secrets: Uint8Array[] = [];
    const keep = (secret: Uint8Array): Uint8Array => {
      secrets.push(secret.slice());
      return secret;
    };
    const watched: CryptoBackend = {
      ...crypto,
      ed25519PublicKey: (seed) => crypto.ed25519PublicKey(keep(seed)),
      x25519PublicKey: (secret) => crypto.x25519PublicKey(keep(secret)),
    };
    const both = [master, new Uint8Array(32).fill(1)].map((secret) =>
      createIdentity(watched, secret, { generation: 7, now: NOW }),
    );
    expect(new Set([...secrets.map(toHex), toHex(master)]).size).toBe(5);
    const readable = both.flatMap((device) => bytesIn(device).map(toHex));
    // Signing key, static key and certificate: the search finds what can be read.
    expect(readable).toHaveLength(6);
    for (const secret of [...secrets, master]) expect(readable.join()).not.toContain(toHex(secret));
  });

  it.each([0, 16, 31, 33])('refuses a master secret of %d bytes', (length) => {
    expect(() => createIdentity(crypto, new Uint8Array(length), { generation: 0, now: NOW })).toThrow(RangeError);
  });

  it('has a certificate that peers with clocks behind or ahead take, also when its own clock is reset', () => {
    const reset = createIdentity(crypto, master, { generation: 0, now: 0 });
    for (const now of [0, 1_767_225_600, NOW - 300 * DAY, NOW, NOW + 300 * DAY]) {
      expect(verifyCertificate(crypto, identity.certificate, now).generation).toBe(7);
      expect(verifyCertificate(crypto, reset.certificate, now).generation).toBe(0);
    }
  });
});

describe('certificate', () => {
  it('is refused for any changed bit', async () => {
    const valid = await certificate();
    const codes = new Set<string>();
    for (let bit = 0; bit < valid.length * 8; bit += 1) {
      const forged = valid.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      codes.add(await codeOf(() => verifyCertificate(crypto, forged, NOW)));
    }
    expect([...codes].sort()).toEqual([
      'certificate.signature',
      'format.certificate',
      'format.certificate-suite',
      'format.certificate-version',
      'format.range',
    ]);
  });

  it('is refused in any other length', async () => {
    const valid = await certificate();
    for (let length = 0; length < valid.length; length += 1) {
      expect(await codeOf(() => verifyCertificate(crypto, valid.subarray(0, length), NOW))).toBe('format.certificate');
    }
    const longer = concatBytes(valid, Uint8Array.of(0));
    expect(await codeOf(() => verifyCertificate(crypto, longer, NOW))).toBe('format.certificate');
    expect(valid.length).toBe(CERTIFICATE_LENGTH);
  });

  it('is refused with an all-zero key, though signed', async () => {
    const zero = new Uint8Array(32);
    expect(await codeOf(async () => verifyCertificate(crypto, await certificate({ staticKey: zero }), NOW))).toBe(
      'format.certificate',
    );
    expect(await codeOf(async () => verifyCertificate(crypto, await certificate({ signingKey: zero }), NOW))).toBe(
      'format.certificate',
    );
  });

  it('is refused when it ends before it begins', async () => {
    const turned = await certificate({ notBefore: NOW + 2, notAfter: NOW + 1 });
    expect(await codeOf(() => verifyCertificate(crypto, turned, NOW))).toBe('format.certificate');
  });

  it('is refused when signed by another key, or over another label', async () => {
    const other = createIdentity(crypto, new Uint8Array(32).fill(1), { generation: 0, now: NOW });
    const body = (await certificate()).subarray(0, CERTIFICATE_LENGTH - 64);
    const foreign = concatBytes(body, await other.sign(body));
    const unlabelled = concatBytes(body, await identity.sign(body));
    expect(await codeOf(() => verifyCertificate(crypto, foreign, NOW))).toBe('certificate.signature');
    expect(await codeOf(() => verifyCertificate(crypto, unlabelled, NOW))).toBe('certificate.signature');
  });

  it('is valid a day beyond both of its ends, and not longer', async () => {
    const encoded = await certificate();
    for (const now of [NOW - DAY, NOW, NOW + 10 * DAY, NOW + 11 * DAY]) {
      expect(verifyCertificate(crypto, encoded, now).peerId).toBe(identity.peerId);
    }
    for (const now of [NOW - DAY - 1, NOW + 11 * DAY + 1, Number.MAX_SAFE_INTEGER]) {
      expect(await codeOf(() => verifyCertificate(crypto, encoded, now))).toBe('certificate.expired');
    }
  });

  it('keeps its own copy of what was received', async () => {
    const encoded = await certificate();
    const verified = verifyCertificate(crypto, encoded, NOW);
    const before = toHex(verified.staticKey);
    encoded.fill(0);
    expect(toHex(verified.staticKey)).toBe(before);
    expect(verifyCertificate(crypto, verified.encoded, NOW).generation).toBe(1);
  });
});

/** All byte arrays that a holder of an object can reach, whatever the names of its properties. */
function bytesIn(value: unknown): readonly Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return [];
  return Reflect.ownKeys(value).flatMap((key) => bytesIn(Reflect.get(value, key)));
}
