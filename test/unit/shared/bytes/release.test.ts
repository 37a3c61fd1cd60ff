import { expect, test } from 'vitest';
import { releaseBytes } from '#shared/bytes/index.ts';

test('memory that nothing uses any more is freed at once, and every view of it is empty', () => {
  const bytes = new Uint8Array(65_536).fill(1);
  const view = bytes.subarray(100, 200);
  releaseBytes(bytes);
  expect([bytes.length, view.length, bytes.buffer.byteLength]).toEqual([0, 0, 0]);
});

test('a view of a part, shared memory and a small array are left alone', () => {
  const whole = new Uint8Array(65_536).fill(1);
  releaseBytes(whole.subarray(1));
  releaseBytes(whole.subarray(0, 65_535));
  expect(whole[65_535]).toBe(1);
  const shared = new Uint8Array(new SharedArrayBuffer(65_536)).fill(2);
  releaseBytes(shared);
  expect(shared[65_535]).toBe(2);
  const small = new Uint8Array(100).fill(3);
  releaseBytes(small);
  expect(small[99]).toBe(3);
});
