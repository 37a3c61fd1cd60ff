import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthHeader, FrameSplitter } from '#node/control-socket/index.ts';
import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';
import { concatBytes, toHex } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { casesOf } from '#test/support/fuzz.ts';

const MESSAGES = [
  new Uint8Array([1]),
  new Uint8Array([0, 0, 0, 5]),
  new Uint8Array(300).fill(7),
  new Uint8Array([9, 9]),
];
const STREAM = concatBytes(...MESSAGES.flatMap((message) => [lengthHeader(message.length), message]));

function split(chunks: readonly Uint8Array[]): string[] {
  const splitter = new FrameSplitter();
  const messages: string[] = [];
  for (const chunk of chunks) splitter.push(chunk, (message) => messages.push(toHex(message)));
  return messages;
}

test('a stream gives the same messages wherever it is cut', () => {
  const expected = MESSAGES.map((message) => toHex(message));
  expect(split([STREAM])).toEqual(expected);
  expect(split([...STREAM].map((byte) => new Uint8Array([byte])))).toEqual(expected);
  for (let at = 0; at <= STREAM.length; at += 1) {
    expect(split([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(expected);
    // Three pieces, the middle one of up to seven bytes.
    expect(split([STREAM.subarray(0, at), STREAM.subarray(at, at + 7), STREAM.subarray(at + 7)])).toEqual(expected);
  }
});

test('a message belongs to its receiver: the chunk it came in may be used again', () => {
  const splitter = new FrameSplitter();
  const messages: Uint8Array[] = [];
  const chunk = new Uint8Array([0, 0, 0, 4, 1, 2]);
  splitter.push(chunk, (message) => messages.push(message));
  chunk.fill(0xff);
  splitter.push(new Uint8Array([3, 4]), (message) => messages.push(message));
  expect(messages).toEqual([new Uint8Array([1, 2, 3, 4])]);
});

test('a message may have the greatest length and not one byte more', () => {
  const greatest = new Uint8Array(APP_WIRE_LIMITS.message);
  expect(split([lengthHeader(greatest.length), greatest])).toHaveLength(1);
  expect(() => split([lengthHeader(greatest.length + 1)])).toThrow(FormatError);
  expect(() => split([lengthHeader(0)])).toThrow(FormatError);
});

test('any bytes give messages or a FormatError, and the same in one chunk as byte by byte', () => {
  let passed = 0;
  const run = (chunks: readonly Uint8Array[]): string => {
    const splitter = new FrameSplitter();
    const messages: string[] = [];
    try {
      for (const chunk of chunks) splitter.push(chunk, (message) => messages.push(toHex(message)));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      messages.push('error');
    }
    return messages.join(' ');
  };
  const short = concatBytes(
    ...[1, 2, 3].flatMap((length) => [lengthHeader(length), new Uint8Array(length).fill(length)]),
  );
  fc.assert(
    fc.property(strangeBytes([short], 24), ({ bytes }) => {
      const whole = run([bytes]);
      expect(run([...bytes].map((byte) => new Uint8Array([byte])))).toBe(whole);
      if (whole !== '' && whole !== 'error') passed += 1;
    }),
    { numRuns: casesOf(100_000) },
  );
  console.info(`control socket framing: ${passed} of 100000 gave at least one message`);
  expect(passed).toBeGreaterThan(casesOf(20_000));
});
