import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromBase64Url, fromUtf8, toHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { requestSignature, signedBytes, type SignedObject } from '#shared/foreign/index.ts';

type Vector = Readonly<{ request: string; key: string; sent: string; signature: string }>;

const FIXTURES = fileURLToPath(new URL('../../../fixtures/foreign', import.meta.url));

function expectSame(vectors: readonly Vector[]): void {
  for (const { request, key, sent, signature } of vectors) {
    const object = JSON.parse(sent) as SignedObject;
    for (const crypto of [nativeBackend, nobleBackend])
      expect([sent, toHex(requestSignature(crypto, fromBase64Url(key), request, object))]).toEqual([sent, signature]);
  }
}

describe('the signature of a request', () => {
  it('is that of fixed vectors, which Python made', () => {
    const vectors = JSON.parse(readFileSync(`${FIXTURES}/vectors.json`, 'utf8')) as Vector[];
    expect(vectors).toHaveLength(12);
    expectSame(vectors);
  });

  it("is that of Python's standard library for any text, number and order of keys", () => {
    const seed = String(randomInt(2 ** 31));
    const printed = execFileSync('python3', ['-I', '-S', `${FIXTURES}/sign.py`, seed, '200'], { encoding: 'utf8' });
    const vectors = JSON.parse(printed) as Vector[];
    expect([seed, vectors.length]).toEqual([seed, 200]);
    expectSame(vectors);
  });

  it('covers method, path and every field but itself', () => {
    const object = { b: 1, a: 'é', signature: 'x', list: ['z', 'y'] };
    expect(fromUtf8(signedBytes('POST /api/v1/send', object))).toBe(
      'POST /api/v1/send\n{"a":"é","b":1,"list":["z","y"]}',
    );
    expect(signedBytes('POST /api/v1/send', object)).not.toEqual(signedBytes('POST /api/v1/register', object));
    expect(signedBytes('POST /api/v1/send', { ...object, extra: 0 })).not.toEqual(
      signedBytes('POST /api/v1/send', object),
    );
  });
});
