import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import {
  cleanTitle,
  encodeTargetMessage,
  encodeViewerMessage,
  MAX_INPUT_BYTES,
  MAX_OUTPUT_BYTES,
  TargetMessageParser,
  ViewerMessageParser,
} from '#shared/terminal/index.ts';
import type { TargetMessage, ViewerMessage } from '#shared/terminal/index.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';

const VIEWER: readonly ViewerMessage[] = [
  { type: 'input', bytes: Uint8Array.of(1) },
  { type: 'input', bytes: new Uint8Array(70).fill(0x61) },
  { type: 'resize', cols: 80, rows: 24 },
  { type: 'resize', cols: 1000, rows: 1 },
  { type: 'detach' },
  { type: 'close' },
  { type: 'end-of-input' },
];
const TARGET: readonly TargetMessage[] = [
  { type: 'output', bytes: new Uint8Array(100).fill(0x62) },
  { type: 'snapshot-begin', cols: 132, rows: 50 },
  { type: 'snapshot-end' },
  { type: 'title', title: 'vim — Grüße' },
  { type: 'ended', end: { exitCode: 3, signal: null, code: null } },
  { type: 'ended', end: { exitCode: null, signal: 'SIGKILL', code: null } },
  { type: 'ended', end: { exitCode: null, signal: null, code: 'terminal.taken-over' } },
  { type: 'listing', json: new TextEncoder().encode('[]') },
];

const viewerBytes = VIEWER.map(encodeViewerMessage);
const targetBytes = TARGET.map(encodeTargetMessage);

/** The cheap check that only looks at length and type. */
const isHeaderError = (code: string): boolean => code === 'format.length' || code === 'format.type';

describe('messages on a pty stream', () => {
  it('come out as they went in, wherever the stream is cut in two', () => {
    const all = concatBytes(...viewerBytes);
    for (let cut = 0; cut <= all.length; cut += 1) {
      const parser = new ViewerMessageParser();
      expect([...parser.push(all.subarray(0, cut)), ...parser.push(all.subarray(cut))]).toEqual(VIEWER);
      expect(parser.pending).toBe(false);
    }
    const back = concatBytes(...targetBytes);
    for (let cut = 0; cut <= back.length; cut += 1) {
      const parser = new TargetMessageParser();
      expect([...parser.push(back.subarray(0, cut)), ...parser.push(back.subarray(cut))]).toEqual(TARGET);
    }
  });

  it('come out as they went in, cut anywhere into many pieces', () => {
    const all = concatBytes(...targetBytes);
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 8 }), (cuts) => {
        const parser = new TargetMessageParser();
        const places = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const messages = places.flatMap((place, index) => parser.push(all.subarray(places[index - 1] ?? 0, place)));
        expect(messages).toEqual(TARGET);
      }),
      { numRuns: 2000 },
    );
  });

  it('carry large input as several, and large output as one without a copy', () => {
    const input = new Uint8Array(MAX_INPUT_BYTES * 2 + 5).map((_byte, index) => index);
    const messages = new ViewerMessageParser().push(encodeViewerMessage({ type: 'input', bytes: input }));
    expect(messages.map((message) => (message.type === 'input' ? message.bytes.length : -1))).toEqual([
      MAX_INPUT_BYTES,
      MAX_INPUT_BYTES,
      5,
    ]);
    expect(concatBytes(...messages.map((message) => (message.type === 'input' ? message.bytes : input)))).toEqual(
      input,
    );
    const chunk = encodeTargetMessage({ type: 'output', bytes: new Uint8Array(MAX_OUTPUT_BYTES) });
    const [output] = new TargetMessageParser().push(chunk);
    expect(output?.type === 'output' && output.bytes.buffer === chunk.buffer).toBe(true);
  });

  it.each([
    ['a length that is not in its shortest form', '400101', 'format.length'],
    ['no type', '00', 'format.length'],
    ['a type of the other side', '0281aa', 'format.type'],
    ['more than a type may carry', '0304aaaa', 'format.length'],
    ['65 537 bytes of input', '8001000201', 'format.length'],
    ['an eight-byte length', 'c0', 'format.length'],
    ['empty input', '0101', 'format.length'],
    ['a size without rows', '030200aa', 'format.short'],
    ['no columns', '050200000018', 'format.range'],
    ['1001 rows', '0502005003e9', 'format.range'],
  ])('are refused with %s, and so is all that follows', (_what, hex, code) => {
    const parser = new ViewerMessageParser();
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(() => parser.push(bytes)).toThrow(expect.objectContaining({ code }));
    expect(() => parser.push(encodeViewerMessage({ type: 'close' }))).toThrow(
      expect.objectContaining({ name: 'FormatError' }),
    );
  });

  it('never carry a control character in a title [S-NAME-5]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        const cleaned = cleanTitle(title);
        expect(cleaned).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(new TargetMessageParser().push(encodeTargetMessage({ type: 'title', title: cleaned }))).toEqual([
          { type: 'title', title: cleaned },
        ]);
      }),
    );
    const rest = encodeTargetMessage({ type: 'title', title: 'a\u001b]0;b' });
    expect(() => new TargetMessageParser().push(rest)).toThrow(expect.objectContaining({ code: 'format.range' }));
  });

  it('survive anything from a stranger', () => {
    const viewer = fuzzDecoder({
      name: 'pty stream, from the viewer',
      valid: [...viewerBytes, concatBytes(...viewerBytes)],
      maximum: 64,
      errors: ['FormatError'],
      firstCheck: isHeaderError,
      decode: (bytes) => {
        new ViewerMessageParser().push(bytes);
      },
    });
    const target = fuzzDecoder({
      name: 'pty stream, from the target',
      valid: [...targetBytes, concatBytes(...targetBytes)],
      maximum: 64,
      errors: ['FormatError'],
      firstCheck: isHeaderError,
      decode: (bytes) => {
        new TargetMessageParser().push(bytes);
      },
    });
    for (const count of [viewer, target]) {
      expect(count.cases).toBeGreaterThanOrEqual(CASES_PER_BOUNDARY);
      expect(count.mutated).toBeGreaterThan(count.cases * 0.4);
      expect(count.passedFirstCheck).toBeGreaterThan(count.cases * 0.1);
      expect(count.accepted).toBeLessThan(count.passedFirstCheck + 1);
    }
  });
});
