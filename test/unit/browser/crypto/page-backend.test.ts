import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageBackend } from '#browser/crypto/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { REKEY_LIMITS, TransportCipher } from '#shared/noise/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const KEY = new Uint8Array(32).fill(8);
const bytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
const sealed = (cipher: TransportCipher, plaintext: Uint8Array): Uint8Array => concatBytes(...cipher.seal(plaintext));

/** A cipher whose key WebCrypto has: it is imported when a large record comes first. */
async function ready(send: TransportCipher, limits = REKEY_LIMITS): Promise<TransportCipher> {
  const cipher = new TransportCipher(pageBackend, KEY, limits);
  expect(await cipher.openLater(sealed(send, bytes(5000)))).toEqual(bytes(5000));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return cipher;
}

describe('the crypto of a page', () => {
  it('opens large records in other threads and small ones at once, both as Node seals them, over a change of key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 12 }),
        async (lengths) => {
          const limits = { ...REKEY_LIMITS, records: 4 };
          const send = new TransportCipher(nativeBackend, KEY, limits);
          const receive = await ready(send, limits);
          const records = lengths.map((length) => sealed(send, bytes(length)));
          // All at once, as a chunk of a connection brings them.
          const opened = records.map((record) => receive.openLater(record));
          expect(
            (await Promise.all(opened.map(async (one) => await one))).map((one) =>
              Buffer.from(one).equals(bytes(one.length)),
            ),
          ).toEqual(lengths.map(() => true));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives large records to WebCrypto, which may change nothing while it works', async () => {
    const send = new TransportCipher(nativeBackend, KEY);
    const receive = await ready(send);
    const record = sealed(send, bytes(30_000));
    const opening = receive.openLater(record);
    expect(opening).toBeInstanceOf(Promise);
    // The reader of a path uses its buffer again.
    record.fill(0);
    expect(await opening).toEqual(bytes(30_000));
    expect(receive.openLater(sealed(send, bytes(10)))).toEqual(bytes(10));
  });

  it('refuses a large record that was changed, as a small one', async () => {
    const send = new TransportCipher(nativeBackend, KEY);
    const receive = await ready(send);
    const record = sealed(send, bytes(30_000));
    record[17] = (record[17] ?? 0) ^ 1;
    expect(await codeOf(() => receive.openLater(record))).toBe('crypto.open');
  });
});
