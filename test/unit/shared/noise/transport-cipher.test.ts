import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, fromHex, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend, type AeadKey, type CryptoBackend } from '#shared/crypto/index.ts';
import { MAX_PLAINTEXT, REKEY_LIMITS, TransportCipher, type RekeyLimits } from '#shared/noise/index.ts';
import { writeCounter } from '#shared/noise/nonce.ts';
import { codeOf } from '#test/support/rejections.ts';

const crypto = nativeBackend;
const KEY = new Uint8Array(32).fill(8);
const NOTHING = new Uint8Array(0);
const sealed = (cipher: TransportCipher, plaintext: Uint8Array): Uint8Array => concatBytes(...cipher.seal(plaintext));
const nonceOf = (counter: number): Uint8Array => {
  const nonce = new Uint8Array(12);
  writeCounter(nonce, counter);
  return nonce;
};

function limits(changes: Partial<RekeyLimits>): RekeyLimits {
  return { ...REKEY_LIMITS, ...changes };
}

/** Rekey() by the letter of the specification: 32 zero bytes under the nonce 2^64 - 1, cut to 32. */
function rekeyed(key: Uint8Array): Uint8Array {
  const nonce = fromHex('00000000ffffffffffffffff');
  return concatBytes(...crypto.aesGcm(key).seal(nonce, NOTHING, new Uint8Array(32))).slice(0, 32);
}

describe('nonce', () => {
  it.each([
    [0, '000000000000000000000000'],
    [1, '000000000000000000000001'],
    [0x0102030405, '000000000000000102030405'],
    [2 ** 32 - 1, '0000000000000000ffffffff'],
    [2 ** 32, '000000000000000100000000'],
    [2 ** 48 - 1, '000000000000ffffffffffff'],
  ])('of counter %d is four zero bytes and 64 bits big-endian', (counter, hexadecimal) => {
    expect(toHex(nonceOf(counter))).toBe(hexadecimal);
  });
});

describe('records', () => {
  it('are AES-GCM under counters from zero', () => {
    const cipher = new TransportCipher(crypto, KEY);
    for (let counter = 0; counter < 300; counter += 1) {
      const plaintext = Uint8Array.of(counter);
      const expected = crypto.aesGcm(KEY).seal(nonceOf(counter), NOTHING, plaintext);
      expect(toHex(sealed(cipher, plaintext))).toBe(toHex(concatBytes(...expected)));
    }
  });

  it('open in order, of any length up to the longest', () => {
    const send = new TransportCipher(crypto, KEY);
    const receive = new TransportCipher(nobleBackend, KEY);
    for (const length of [0, 1, 100, MAX_PLAINTEXT]) {
      const record = sealed(send, new Uint8Array(length).fill(7));
      expect(record.length).toBe(length + 16);
      expect(toHex(receive.open(record))).toBe('07'.repeat(length));
    }
    expect(() => send.seal(new Uint8Array(MAX_PLAINTEXT + 1))).toThrow(RangeError);
    expect(receive.open(sealed(send, toUtf8('still in step')))).toEqual(toUtf8('still in step'));
  });

  it.each([
    ['repeated', (records: Uint8Array[]) => [records[0], records[0]]],
    ['left out', (records: Uint8Array[]) => [records[1]]],
    ['exchanged', (records: Uint8Array[]) => [records[1], records[0]]],
  ])('that are %s end everything', async (_, order) => {
    const send = new TransportCipher(crypto, KEY);
    const receive = new TransportCipher(crypto, KEY);
    const records = [sealed(send, toUtf8('one')), sealed(send, toUtf8('two')), sealed(send, toUtf8('three'))];
    let opened = 0;
    const code = await codeOf(() => {
      for (const record of order(records)) {
        receive.open(record ?? NOTHING);
        opened += 1;
      }
    });
    expect(code).toBe('crypto.open');
    for (const record of records.slice(opened)) {
      expect(await codeOf(() => receive.open(record))).toBe('noise.poisoned');
    }
  });

  it('with any bit changed are refused, and nothing opens after that [S-LINK-6]', async () => {
    const record = sealed(new TransportCipher(crypto, KEY), toUtf8('keystroke'));
    for (let bit = 0; bit < record.length * 8; bit += 1) {
      const receive = new TransportCipher(crypto, KEY);
      const forged = record.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await codeOf(() => receive.open(forged))).toBe('crypto.open');
      expect(await codeOf(() => receive.open(record))).toBe('noise.poisoned');
    }
  });

  it.each([0, 1, 15, 65_536])('of the impossible length %d poison the cipher too', async (length) => {
    const receive = new TransportCipher(crypto, KEY);
    expect(await codeOf(() => receive.open(new Uint8Array(length)))).toBe('format.record');
    expect(await codeOf(() => receive.open(sealed(new TransportCipher(crypto, KEY), NOTHING)))).toBe('noise.poisoned');
  });

  it('stop when the counter has run out, on both sides, long before 2^53', async () => {
    expect(REKEY_LIMITS.lastCounter).toBeLessThanOrEqual(2 ** 48);
    const send = new TransportCipher(crypto, KEY, limits({ lastCounter: 3 }));
    const receive = new TransportCipher(crypto, KEY, limits({ lastCounter: 3 }));
    for (let count = 0; count < 3; count += 1) receive.open(sealed(send, NOTHING));
    expect(await codeOf(() => send.seal(NOTHING))).toBe('noise.exhausted');
    expect(await codeOf(() => send.seal(NOTHING))).toBe('noise.exhausted');
    expect(await codeOf(() => receive.open(new Uint8Array(16)))).toBe('noise.exhausted');
  });
});

describe('rekeying', () => {
  it('is due every 2^20 records or 1 GiB of ciphertext', () => {
    expect(REKEY_LIMITS).toMatchObject({ records: 1_048_576, ciphertextBytes: 1_073_741_824 });
  });

  it('changes the key before the record that would pass the number; the counter runs on', () => {
    const cipher = new TransportCipher(crypto, KEY, limits({ records: 2 }));
    const keys = [KEY, KEY, rekeyed(KEY), rekeyed(KEY), rekeyed(rekeyed(KEY))];
    for (const [counter, key] of keys.entries()) {
      const expected = crypto.aesGcm(key).seal(nonceOf(counter), NOTHING, toUtf8('x'));
      expect(toHex(sealed(cipher, toUtf8('x')))).toBe(toHex(concatBytes(...expected)));
    }
  });

  it('counts the tag, and changes the key before the record that would pass the bytes', () => {
    const cipher = new TransportCipher(crypto, KEY, limits({ ciphertextBytes: 100 }));
    // 40 + 16 = 56; 28 + 16 = 44: together exactly 100. One more record of 16 passes the limit.
    const plan = [
      [40, KEY],
      [28, KEY],
      [0, rekeyed(KEY)],
      [85, rekeyed(rekeyed(KEY))],
    ] as const;
    for (const [counter, [length, key]] of plan.entries()) {
      const expected = crypto.aesGcm(key).seal(nonceOf(counter), NOTHING, new Uint8Array(length));
      expect(toHex(sealed(cipher, new Uint8Array(length)))).toBe(toHex(concatBytes(...expected)));
    }
  });

  it('happens at the same record on both ends, whatever the sizes and limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(120), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 16, max: 400 }),
        (sizes, records, ciphertextBytes) => {
          const send = new TransportCipher(crypto, KEY, limits({ records, ciphertextBytes }));
          const receive = new TransportCipher(nobleBackend, KEY, limits({ records, ciphertextBytes }));
          for (const [index, size] of sizes.entries()) {
            const plaintext = new Uint8Array(size).fill(index);
            expect(toHex(receive.open(sealed(send, plaintext)))).toBe(toHex(plaintext));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never uses one key and nonce twice [S-LINK-6]', () => {
    const used = new Set<string>();
    const watched: CryptoBackend = { ...crypto, aesGcm: (key) => new WatchedKey(crypto.aesGcm(key), toHex(key), used) };
    const cipher = new TransportCipher(watched, KEY, limits({ records: 3 }));
    for (let count = 0; count < 100; count += 1) cipher.seal(Uint8Array.of(count));
    // 100 records and a Rekey() after every three.
    expect(used.size).toBe(100 + 33);
  });

  it('keeps the caller’s key out: erasing it changes nothing', () => {
    const key = KEY.slice();
    const cipher = new TransportCipher(crypto, key);
    key.fill(0);
    expect(sealed(cipher, NOTHING)).toEqual(sealed(new TransportCipher(crypto, KEY), NOTHING));
  });
});

/** Fails when a nonce comes twice under the same key. */
class WatchedKey implements AeadKey {
  readonly #key: AeadKey;
  readonly #name: string;
  readonly #used: Set<string>;

  constructor(key: AeadKey, name: string, used: Set<string>) {
    this.#key = key;
    this.#name = name;
    this.#used = used;
  }

  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    const use = `${this.#name} ${toHex(nonce)}`;
    if (this.#used.has(use)) throw new Error('a nonce was used twice');
    this.#used.add(use);
    return this.#key.seal(nonce, associatedData, plaintext);
  }

  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return this.#key.open(nonce, associatedData, ciphertext);
  }
}
