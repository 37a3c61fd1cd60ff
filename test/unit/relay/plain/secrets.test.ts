import { describe, expect, it } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { Sealer } from '#relay/keys/index.ts';
import { deviceTokenHash, newPairingCode, newToken, pairingCodeHash, terminalTokenHash } from '#relay/plain/secrets.ts';
import { toUtf8 } from '#shared/bytes/index.ts';

describe('pairing codes', () => {
  it('have ten characters of Crockford, each of them random', () => {
    const codes = Array.from({ length: 500 }, () => newPairingCode(crypto).code);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(codes).size).toBe(500);
    for (const place of [0, 1, 4, 6, 10]) expect(new Set(codes.map((code) => code[place])).size).toBe(32);
  });

  it('are found whatever case, hyphens and look-alikes are typed', () => {
    const { hash } = newPairingCode({ ...crypto, randomBytes: () => new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]) });
    for (const typed of ['01234-56780', 'o1234-5678O', ' 0i234 5678o ', '0L2345678-0']) {
      expect(pairingCodeHash(typed)).toEqual(hash);
    }
    for (const typed of ['0123456781', '012345678', '01234567800', '0123456U80', 'ABCD1234', '']) {
      expect(pairingCodeHash(typed)).not.toEqual(hash);
    }
  });
});

describe('tokens', () => {
  it('have 256 bits, and each use has hashes of its own', () => {
    const token = newToken(crypto);
    expect(token).toMatch(/^[\w-]{43}$/);
    const hashes = [
      Buffer.from(deviceTokenHash(token)).toString('hex'),
      terminalTokenHash(token),
      Buffer.from(crypto.sha256(toUtf8(token))).toString('hex'),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('sealed values', () => {
  const key = crypto.randomBytes(32);
  const sealer = new Sealer(crypto, key);

  it('open in their place, and are never the same twice', () => {
    const [first, second] = [sealer.seal('a', toUtf8('value')), sealer.seal('a', toUtf8('value'))];
    expect(first).not.toEqual(second);
    for (const sealed of [first, second]) expect(sealer.open('a', sealed)).toEqual(toUtf8('value'));
  });

  it('open nowhere else, with no other key, and not when a bit has changed', () => {
    const sealed = sealer.seal('a', toUtf8('value'));
    expect(() => sealer.open('b', sealed)).toThrow(expect.objectContaining({ code: 'crypto.open' }));
    expect(() => new Sealer(crypto, crypto.randomBytes(32)).open('a', sealed)).toThrow(
      expect.objectContaining({ code: 'crypto.open' }),
    );
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.map((byte, place) => (place === index ? byte ^ 1 : byte));
      expect(() => sealer.open('a', changed)).toThrow(expect.objectContaining({ code: 'crypto.open' }));
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => sealer.open('a', sealed.slice(0, length))).toThrow(expect.objectContaining({ code: 'crypto.open' }));
    }
  });
});
