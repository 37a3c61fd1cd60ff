import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { CHUNK, chunkCount, chunkLength, entryText, fileRoot, isResumable } from '#shared/files/index.ts';
import { toHex } from '#shared/bytes/index.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

it('a root is that of the protocol', () => {
  const chunk = sha256(Buffer.from('abc'));
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(3n);
  const expected = createHash('sha256').update('clawreach file 1').update(size).update(chunk).digest('hex');
  expect(toHex(fileRoot(sha256, 3, chunk))).toBe(expected);
});

it('chunks cover a file', () => {
  for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK]) {
    let sum = 0;
    for (let index = 0; index < chunkCount(size); index += 1) sum += chunkLength(size, index);
    expect(sum).toBe(size);
  }
});

it('contents begin at a chunk or at the end', () => {
  expect(isResumable(CHUNK, 3 * CHUNK)).toBe(true);
  expect(isResumable(CHUNK + 1, 3 * CHUNK)).toBe(false);
  expect(isResumable(CHUNK + 1, CHUNK + 1)).toBe(true);
  expect(isResumable(2 * CHUNK, CHUNK)).toBe(false);
});

it('two different entries have different texts', () => {
  const one = { in: -1, name: 'a', kind: 'file', size: 1, mtime: 2, exec: false } as const;
  const texts = [one, { ...one, name: 'b' }, { ...one, size: 2 }, { ...one, exec: true }, { ...one, in: 0 }].map(
    entryText,
  );
  expect(new Set(texts).size).toBe(texts.length);
});
