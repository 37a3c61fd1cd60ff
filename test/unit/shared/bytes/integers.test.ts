import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, fromHex, MAX_VARINT, toHex, varintLength } from '#shared/bytes/index.ts';
import { codeOf } from '#test/support/rejections.ts';

describe('variable-length integers', () => {
  it.each([
    [37, '25'],
    [15_293, '7bbd'],
    [494_878_333, '9d7f3e7d'],
    [63, '3f'],
    [64, '4040'],
    [16_383, '7fff'],
    [16_384, '80004000'],
    [2 ** 30 - 1, 'bfffffff'],
    [2 ** 30, 'c000000040000000'],
    [MAX_VARINT, 'c01fffffffffffff'],
  ])('write %d as RFC 9000 does', (value, hexadecimal) => {
    expect(toHex(new ByteWriter().varint(value).finish())).toBe(hexadecimal);
    expect(new ByteReader(fromHex(hexadecimal)).varint()).toBe(value);
    expect(varintLength(value)).toBe(hexadecimal.length / 2);
  });

  it('are read in longer forms too', () => {
    expect(new ByteReader(fromHex('4025')).varint()).toBe(37);
    expect(new ByteReader(fromHex('c000000000000025')).varint()).toBe(37);
  });

  it.each(['c020000000000000', 'ffffffffffffffff', 'c020000000000001'])(
    'are refused where a number is not exact: %s',
    async (hexadecimal) => {
      expect(await codeOf(() => new ByteReader(fromHex(hexadecimal)).varint())).toBe('format.range');
    },
  );

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(MAX_VARINT), (value) => {
        const bytes = new ByteWriter(1).varint(value).finish();
        const reader = new ByteReader(bytes);
        expect(reader.varint()).toBe(value);
        expect(reader.remaining).toBe(0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('fixed integers', () => {
  it('are big-endian', () => {
    const writer = new ByteWriter(1).u8(0x01).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d);
    expect(toHex(writer.finish())).toBe('01020304050607000008090a0b0c0d');
    expect(writer.length).toBe(15);
    const reader = new ByteReader(writer.finish());
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([1, 0x0203, 0x04050607, 0x08090a0b0c0d]);
    expect(() => reader.end()).not.toThrow();
  });

  it('take their largest values', () => {
    const bytes = new ByteWriter()
      .u8(255)
      .u16(65_535)
      .u32(2 ** 32 - 1)
      .u64(Number.MAX_SAFE_INTEGER)
      .finish();
    const reader = new ByteReader(bytes);
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([
      255,
      65_535,
      2 ** 32 - 1,
      Number.MAX_SAFE_INTEGER,
    ]);
  });

  it.each([
    ['u8', 256],
    ['u8', -1],
    ['u8', 1.5],
    ['u16', 65_536],
    ['u32', 2 ** 32],
    ['u64', 2 ** 53],
    ['u64', Number.NaN],
    ['varint', 2 ** 53],
    ['varint', -1],
  ] as const)('%s refuses %d', (method, value) => {
    expect(() => new ByteWriter()[method](value)).toThrow(RangeError);
  });

  it('of 64 bits are refused beyond what a number holds', async () => {
    expect(await codeOf(() => new ByteReader(fromHex('0020000000000000')).u64())).toBe('format.range');
  });
});
