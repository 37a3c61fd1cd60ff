import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, concatBytes, equalBytes, fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { codeOf } from '#test/support/rejections.ts';

describe('reader', () => {
  it.each(['u8', 'u16', 'u32', 'u64', 'varint'] as const)('never reads %s past the end', async (method) => {
    expect(await codeOf(() => new ByteReader(new Uint8Array(0))[method]())).toBe('format.short');
    expect(await codeOf(() => new ByteReader(Uint8Array.of(0xc0)).varint())).toBe('format.short');
  });

  it('gives views of what it was given', () => {
    const source = Uint8Array.of(1, 2, 3, 4);
    const view = new ByteReader(source).bytes(2);
    source[0] = 9;
    expect([...view]).toEqual([9, 2]);
  });

  it('refuses a run of bytes longer than the message and one longer than its limit', async () => {
    expect(await codeOf(() => new ByteReader(Uint8Array.of(1, 2)).bytes(3))).toBe('format.short');
    expect(await codeOf(() => new ByteReader(Uint8Array.of(5, 1, 2)).prefixed(10))).toBe('format.short');
    expect(await codeOf(() => new ByteReader(Uint8Array.of(3, 1, 2, 3)).prefixed(2))).toBe('format.long');
  });

  it('refuses text that is not UTF-8', async () => {
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(await codeOf(() => new ByteReader(Uint8Array.from([bad.length, ...bad])).text(10))).toBe('format.utf8');
    }
  });

  it('refuses what is left at the end', async () => {
    const reader = new ByteReader(Uint8Array.of(1, 2));
    reader.u8();
    expect(await codeOf(() => reader.end())).toBe('format.trailing');
    expect([...reader.rest()]).toEqual([2]);
    expect(() => reader.end()).not.toThrow();
  });
});

describe('writer', () => {
  it('gives back fields of any length in order', () => {
    const field = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), fc.string({ unit: 'grapheme', maxLength: 40 }), (fields, text) => {
        const writer = new ByteWriter(1);
        for (const bytes of fields) writer.prefixed(bytes);
        const reader = new ByteReader(writer.text(text).finish());
        for (const bytes of fields) expect(equalBytes(reader.prefixed(300), bytes)).toBe(true);
        expect(reader.text(1000)).toBe(text);
        reader.end();
      }),
      { numRuns: 2000 },
    );
  });

  it('hands out copies', () => {
    const writer = new ByteWriter().u8(1);
    const first = writer.finish();
    writer.u8(2);
    first[0] = 7;
    expect([...writer.finish()]).toEqual([1, 2]);
  });

  it('hands out a full buffer that no later write changes', () => {
    const writer = new ByteWriter(1).u8(1);
    const first = writer.finish();
    writer.u8(2);
    expect([...first]).toEqual([1]);
    expect([...writer.finish()]).toEqual([1, 2]);
  });
});

describe('byte helpers', () => {
  it('join pieces, also none', () => {
    expect([...concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))]).toEqual([1, 2, 3]);
    expect(concatBytes()).toEqual(new Uint8Array(0));
  });

  it('compare length and every byte', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
    for (let index = 0; index < 32; index += 1) {
      const other = new Uint8Array(32);
      other[index] = 1;
      expect(equalBytes(new Uint8Array(32), other)).toBe(false);
    }
  });

  it('keep a byte order mark and refuse a broken sequence', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\uFEFFa');
    expect(fromUtf8(toUtf8('Grüße 🙂'))).toBe('Grüße 🙂');
    expect(() => fromUtf8(Uint8Array.of(0x80))).toThrow(TypeError);
  });
});
