import { assert, integer, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concatBytes, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { decodeFrames } from '../../../../src-shared/link/frame-decoder.ts';
import { encodeFrame } from '../../../../src-shared/link/frame-encoder.ts';
import { FIELD, FRAME } from '../../../../src-shared/link/frames.ts';
import type { ControlFrame, Frame } from '../../../../src-shared/link/frames.ts';
import { encodeParams } from '../../../../src-shared/link/params.ts';
import { RecordBuffer } from '../../../../src-shared/link/record-buffer.ts';
import { RecordReader } from '../../../../src-shared/link/paths/record-reader.ts';
import { casesOf } from '#test/support/fuzz.ts';

const CASES = casesOf(100_000);

/** One of every control frame, with values at the edges of their fields. */
const EXAMPLES: readonly ControlFrame[] = [
  { type: 'ping', data: Uint8Array.of(1, 2, 3) },
  { type: 'pong', data: new Uint8Array(16) },
  { type: 'path', path: 1 },
  { type: 'open', stream: 1, kind: 'pty', params: { cols: 80, rows: 24, term: 'xterm' } },
  { type: 'openOk', stream: 0x3fff_ffff, params: [null, 'ü', 1.5] },
  { type: 'openFail', stream: 2, code: 'rights.denied', message: 'not you' },
  { type: 'openWait', stream: 64, message: 'approval' },
  { type: 'retryAfter', stream: 1, pause: 60_000 },
  { type: 'resetStream', stream: 5, code: 255, finalSize: Number.MAX_SAFE_INTEGER },
  { type: 'stopSending', stream: 5, code: 0 },
  { type: 'maxStreamData', stream: 16_384, limit: 2 ** 32 },
  { type: 'maxData', limit: 63 },
  { type: 'maxStreams', limit: 16_383 },
  { type: 'ack', path: 1, record: 1_073_741_824 },
  { type: 'abandon', path: 3, record: 0 },
  { type: 'datagram', flow: 9, bytes: Uint8Array.of(255) },
  { type: 'candidates', addresses: ['192.0.2.1:7473', '[2001:db8::1]:7473'] },
  { type: 'close', code: 'user', reason: 'good night' },
];

function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  decodeFrames(bytes, (frame) => frames.push(frame));
  return frames;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof LinkError) return error.code;
    throw error;
  }
  return 'none';
}

function streamFrame(stream: number, offset: number, bytes: Uint8Array, fin: boolean): Uint8Array {
  const record = new RecordBuffer();
  record.putStream(stream, offset, bytes.length, fin, {
    copy: (_offset, _length, target, position) => {
      target.set(bytes, position);
    },
  });
  return record.view().slice();
}

describe('frames', () => {
  it('come back as they were written, several in one record', () => {
    expect(framesOf(concatBytes(...EXAMPLES.map(encodeFrame)))).toEqual(EXAMPLES);
  });

  it('have the layout of the table', () => {
    expect(toHex(encodeFrame({ type: 'ack', path: 1, record: 300 }))).toBe('0e0301412c');
    expect(toHex(encodeFrame({ type: 'openFail', stream: 3, code: 'a', message: 'bc' }))).toBe('0606030161026263');
    expect(toHex(encodeFrame({ type: 'open', stream: 1, kind: 'pty', params: null }))).toBe('040a0103707479046e756c6c');
    expect(toHex(streamFrame(1, 64, Uint8Array.of(7, 8), true))).toBe('0806014040010708');
  });

  it('carry stream data up to a whole record', () => {
    const record = new RecordBuffer();
    const length = record.streamRoom(77, 2 ** 40);
    const bytes = new Uint8Array(length).fill(9);
    const [frame] = framesOf(streamFrame(77, 2 ** 40, bytes, false));
    expect(frame).toEqual({ type: 'stream', stream: 77, offset: 2 ** 40, fin: false, bytes });
    expect(length).toBeGreaterThan(65_490);
  });

  it('are skipped when unknown and optional, and refused when unknown and not', () => {
    const known = encodeFrame({ type: 'maxData', limit: 5 });
    expect(framesOf(concatBytes(Uint8Array.of(0x40, 0x41, 2, 1, 1), known))).toEqual([{ type: 'maxData', limit: 5 }]);
    expect(codeOf(() => framesOf(Uint8Array.of(0x3f, 0)))).toBe('link.unknown-frame');
    expect(codeOf(() => framesOf(Uint8Array.of(0x00, 0)))).toBe('link.unknown-frame');
  });

  it.each([
    ['a length past the end', Uint8Array.of(FRAME.maxData, 2, 1)],
    ['bytes after the last field', Uint8Array.of(FRAME.maxData, 2, 1, 1)],
    ['flags that are not known', Uint8Array.of(FRAME.stream, 3, 1, 0, 2)],
    ['a code above 255', Uint8Array.of(FRAME.stopSending, 3, 1, 0x41, 0x00)],
    ['an integer above 2^53', Uint8Array.of(FRAME.maxData, 8, 0xff, 255, 255, 255, 255, 255, 255, 255)],
    ['text that is not UTF-8', Uint8Array.of(FRAME.openWait, 3, 1, 1, 0xff)],
    ['params that are not JSON', Uint8Array.of(FRAME.openOk, 3, 1, 1, 0x7b)],
    ['ping data that is too long', Uint8Array.of(FRAME.ping, 17, ...new Uint8Array(17))],
    ['too many candidates', Uint8Array.of(FRAME.candidates, 1, 17)],
  ])('are malformed with %s', (_what, bytes) => {
    expect(codeOf(() => framesOf(bytes))).toBe('link.malformed');
  });

  it('hold params of 4 KiB and 16 levels, and no more', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);
    expect(encodeParams(nested(16))).toHaveLength(33);
    expect(codeOf(() => encodeParams(nested(17)))).toBe('link.params');
    expect(encodeParams('x'.repeat(FIELD.params - 2))).toHaveLength(FIELD.params);
    expect(codeOf(() => encodeParams('x'.repeat(FIELD.params - 1)))).toBe('link.params');
    expect(codeOf(() => encodeParams(1n))).toBe('link.params');
    const deep = toUtf8('['.repeat(17) + ']'.repeat(17));
    expect(codeOf(() => framesOf(Uint8Array.of(FRAME.openOk, deep.length + 2, 1, deep.length, ...deep)))).toBe(
      'link.malformed',
    );
    expect(framesOf(encodeFrame({ type: 'openOk', stream: 1, params: '[[[[[[[[[[[[[[[[[[\\"{' }))).toHaveLength(1);
  });

  it(`are read or refused by name, whatever the bytes (${CASES} cases)`, () => {
    let read = 0;
    assert(
      property(uint8Array({ maxLength: 48 }), (bytes) => {
        const code = codeOf(() => framesOf(bytes));
        if (code === 'none') read += 1;
        return ['none', 'link.malformed', 'link.unknown-frame'].includes(code);
      }),
      { numRuns: CASES },
    );
    expect(read).toBeGreaterThan(0);
  });

  it(`are read or refused by name when valid ones are changed (${CASES} cases)`, () => {
    let changed = 0;
    let read = 0;
    const encoded = EXAMPLES.map(encodeFrame);
    assert(
      property(nat(encoded.length - 1), nat(), integer({ min: 1, max: 255 }), (which, where, difference) => {
        const bytes = (encoded[which] ?? new Uint8Array()).slice();
        bytes[where % bytes.length] = (bytes[where % bytes.length] ?? 0) ^ difference;
        const code = codeOf(() => framesOf(bytes));
        changed += 1;
        if (code === 'none') read += 1;
        return ['none', 'link.malformed', 'link.unknown-frame'].includes(code);
      }),
      { numRuns: CASES },
    );
    console.info(`${read} of ${changed} changed frames were read`);
    expect(read).toBeGreaterThan(0);
  });
});

describe('records', () => {
  const plaintexts = [
    ...EXAMPLES.map(encodeFrame),
    streamFrame(1, 0, new Uint8Array(600).fill(3), false),
    concatBytes(...EXAMPLES.map(encodeFrame)),
  ];
  const wire = concatBytes(
    ...plaintexts.map((bytes) => concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length), bytes)),
  );

  function read(chunks: readonly Uint8Array[]): string[] {
    const reader = new RecordReader();
    const records: string[] = [];
    for (const chunk of chunks) {
      const lent = chunk.slice();
      reader.feed(lent, (record) => {
        records.push(toHex(record));
        return true;
      });
      lent.fill(0xee);
    }
    return records;
  }

  it('are the same wherever the bytes are split', () => {
    const expected = plaintexts.map(toHex);
    expect(read([wire])).toEqual(expected);
    for (let split = 0; split <= wire.length; split += 1)
      expect(read([wire.subarray(0, split), wire.subarray(split)])).toEqual(expected);
    for (const size of [1, 2, 3, 7, 601]) {
      const chunks: Uint8Array[] = [];
      for (let start = 0; start < wire.length; start += size) chunks.push(wire.subarray(start, start + size));
      expect(read(chunks)).toEqual(expected);
    }
  });

  it('of the largest size are read in pieces and in one', () => {
    const largest = new Uint8Array(2 + 65_535).fill(1);
    largest.set([0xff, 0xff]);
    expect(read([largest])).toHaveLength(1);
    expect(read([largest.subarray(0, 1), largest.subarray(1, 65_536), largest.subarray(65_536)])).toHaveLength(1);
  });

  it('are not copied when they lie in one chunk', () => {
    const reader = new RecordReader();
    const buffers: unknown[] = [];
    reader.feed(wire, (record) => {
      buffers.push(record.buffer);
      return true;
    });
    expect(buffers.every((buffer) => buffer === wire.buffer)).toBe(true);
  });

  it('without content are an error', () => {
    expect(() => read([Uint8Array.of(0, 0)])).toThrow('empty record');
    expect(() => read([Uint8Array.of(0), Uint8Array.of(0)])).toThrow('empty record');
  });
});
