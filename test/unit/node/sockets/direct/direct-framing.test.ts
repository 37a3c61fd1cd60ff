import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramedMessageReader, frameMessage } from '#shared/handshake/index.ts';

describe('the framed message at the beginning of a path', () => {
  it('is found however the bytes are cut, and what is behind it is left as it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2048 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
        (message, behind, sizes) => {
          const bytes = Uint8Array.from([...frameMessage(message), ...behind]);
          const reader = new FramedMessageReader();
          for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
            const end = Math.min(bytes.length, start + (sizes[turn % sizes.length] ?? 1));
            // Lent: overwritten after the call.
            const chunk = bytes.slice(start, end);
            const read = reader.push(chunk);
            if (read === 'incomplete') {
              chunk.fill(0xee);
              start = end;
              continue;
            }
            if (read === 'malformed') break;
            const rest = Uint8Array.from([...read.rest, ...bytes.subarray(end)]);
            chunk.fill(0xee);
            expect([read.message, rest]).toEqual([message, behind]);
            return;
          }
          expect.fail('no message was found');
        },
      ),
    );
  });

  it.each([
    ['no length', [0, 0]],
    ['2049 bytes', [8, 1]],
    ['65 535 bytes', [255, 255]],
    ['a web browser', Array.from(Buffer.from('GET / HTTP/1.1'))],
    ['TLS', [0x16, 0x03, 0x01, 0x02, 0x00]],
  ])('is not %s', (_what, bytes) => {
    const reader = new FramedMessageReader();
    expect(reader.push(Uint8Array.from(bytes.slice(0, 1)))).toBe('incomplete');
    expect(reader.push(Uint8Array.from(bytes.slice(1)))).toBe('malformed');
  });

  it('is never written too long or empty', () => {
    expect(() => frameMessage(new Uint8Array(2049))).toThrow(RangeError);
    expect(() => frameMessage(new Uint8Array(0))).toThrow(RangeError);
    expect(frameMessage(new Uint8Array(2048))).toHaveLength(2050);
  });
});
