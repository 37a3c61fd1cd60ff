import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import {
  MAX_LINE_BYTES,
  MAX_PROMPT_CHARACTERS,
  parseFollowUp,
  parseReply,
  parseRequest,
} from '#shared/openclaw/prompts/index.ts';

const BEAT = { node_id: 'a', uptime: 3600, active_tasks: 2, last_error: null, connection_state: 'online' };

/** A stream that brings these pieces, one a read. */
function bringing(...pieces: readonly Uint8Array[]): LineReader {
  const left = [...pieces];
  return new LineReader({ read: async () => left.shift() ?? null }, MAX_LINE_BYTES);
}

describe('the messages', () => {
  it('are those that are documented', () => {
    const prompt = { type: 'prompt', request_id: 'r', data: { prompt: 'hello' } };
    expect(parseRequest(JSON.stringify(prompt))).toEqual(prompt);
    expect(parseRequest('{"type":"status","request_id":"r"}').type).toBe('status');
    const token = { type: 'token', request_id: 'r', content: 'x' };
    expect(parseReply(JSON.stringify(token))).toEqual(token);
    expect(parseReply('{"type":"done","request_id":"r"}').type).toBe('done');
    expect(parseReply(JSON.stringify(BEAT))).toEqual({ type: 'heartbeat', beat: BEAT });
    expect(parseReply(JSON.stringify({ type: 'status', request_id: 'r', ...BEAT }))).toMatchObject({ uptime: 3600 });
  });

  it.each([
    ['', '{', 'null', '[]', '"prompt"', '1e999'],
    [
      '{"type":"prompt","request_id":"r","data":{"prompt":""}}',
      '{"type":"prompt","request_id":"","data":{"prompt":"x"}}',
    ],
    ['{"type":"prompt","request_id":"r","data":{"prompt":"x","shell":"sh"}}', '{"type":"exec","request_id":"r"}'],
    ['{"type":"workflow","request_id":"r","data":{"workflow":"../x"}}', '{"type":"status","request_id":"r","more":1}'],
    [JSON.stringify({ type: 'prompt', request_id: 'r', data: { prompt: 'x'.repeat(MAX_PROMPT_CHARACTERS + 1) } })],
    [
      String.raw`{"type":"prompt","request_id":"r","data":{"prompt":"s\ud800x"}}`,
      String.raw`{"type":"prompt","request_id":"r","data":{"prompt":"x","session":"\udc00"}}`,
      String.raw`{"type":"workflow","request_id":"r","data":{"workflow":"w","params":{"a":[{"b\ud800":1}]}}}`,
    ],
  ])('that are others are refused: %s', (...lines) => {
    for (const line of lines) expect(() => parseRequest(line)).toThrow(FormatError);
  });

  it('of any other content break nothing [S-PROMPT-3]', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        for (const parse of [parseRequest, parseFollowUp, parseReply])
          try {
            expect(typeof parse(line)).toBe('object');
          } catch (error) {
            if (!(error instanceof FormatError)) throw error;
          }
      }),
    );
  });
});

describe('lines', () => {
  it('are the same however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 9000 }), { maxLength: 6 }),
        fc.array(fc.nat(20_000)),
        async (texts, cuts) => {
          const expected = texts.map((text) => text.replaceAll('\n', ' ').toWellFormed());
          const bytes = toUtf8(expected.map((line) => `${line}\n`).join(''));
          const places = [
            0,
            ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other),
            bytes.length,
          ];
          const reader = bringing(...places.slice(1).map((end, index) => bytes.subarray(places[index] ?? 0, end)));
          for (const line of expected) expect(await reader.read()).toBe(line);
          expect(await reader.read()).toBeNull();
        },
      ),
    );
  });

  it('may come in single bytes, as long as they may be, and are refused with a name beyond that [S-PROMPT-3]', async () => {
    const byte = Uint8Array.of(0x78);
    let left = 300_000;
    const reader = new LineReader({ read: async () => (left-- > 0 ? byte : Uint8Array.of(0x0a)) }, MAX_LINE_BYTES);
    expect(await reader.read()).toHaveLength(300_000);
    // Many in one piece, and whatever way they are cut.
    const feeds = bringing(new Uint8Array(1_000_000).fill(0x0a));
    for (let line = 0; line < 1_000_000; line += 1) if ((await feeds.read()) !== '') throw new Error('not empty');
    expect(await feeds.read()).toBeNull();
    const endless = new LineReader({ read: async () => new Uint8Array(1000).fill(0x78) }, MAX_LINE_BYTES);
    await expect(endless.read()).rejects.toMatchObject({ code: 'format.length' });
  });

  it('come whole, however the stream cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
        const messages = texts.map((content) => ({ type: 'token', request_id: 'r', content }));
        const bytes = Buffer.concat(messages.map((message) => encodeLine(message)));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const reader = bringing(...pieces);
        for (const message of messages) expect(JSON.parse((await reader.read()) ?? '')).toEqual(message);
        expect(await reader.read()).toBeNull();
      }),
    );
  });

  it('have an end, within their bound, and are UTF-8 [S-PROMPT-3]', async () => {
    expect(await bringing(toUtf8('no end')).read()).toBeNull();
    const half = new Uint8Array(MAX_LINE_BYTES / 2 + 1).fill(0x20);
    await expect(bringing(half, half, half).read()).rejects.toThrow('too long');
    await expect(bringing(new Uint8Array([0xff, 0x0a])).read()).rejects.toThrow('UTF-8');
  });
});
