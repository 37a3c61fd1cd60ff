import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EscapeParser, type EscapeAction } from '#cli/terminal/escape.ts';

const ALPHABET = [...'~.d?a\r\n\u0003'].map((character) => character.charCodeAt(0));

/** Data joined, wishes as they are: what must not depend on how the input was cut. */
function normalise(actions: readonly EscapeAction[]): readonly string[] {
  const result: string[] = [];
  let data = '';
  for (const action of actions) {
    if (action.kind === 'data') {
      data += Buffer.from(action.bytes).toString('latin1');
      continue;
    }
    if (data !== '') result.push(data);
    data = '';
    result.push(`<${action.kind}>`);
  }
  if (data !== '') result.push(data);
  return result;
}

function feedAll(pieces: readonly Uint8Array[]): readonly string[] {
  const parser = new EscapeParser();
  return normalise([...pieces.flatMap((piece) => parser.feed(piece)), ...parser.end()]);
}

function feed(text: string): readonly string[] {
  return feedAll([Buffer.from(text, 'latin1')]);
}

describe('escapes', () => {
  it.each([
    ['~.', ['<disconnect>']],
    ['ls\r~.', ['ls\r', '<disconnect>']],
    ['ls\n~d', ['ls\n', '<detach>']],
    ['\r~?~.', ['\r', '<help>', '<disconnect>']],
    ['~~.', ['~.']],
    ['\r~~~.', ['\r~~.']],
    ['ls ~.', ['ls ~.']],
    ['~/bin\r', ['~/bin\r']],
    ['a~d\r', ['a~d\r']],
    ['~\r~.', ['~\r', '<disconnect>']],
    ['~', ['~']],
    ['\u0003~.', ['\u0003~.']],
  ])('reads %j as %j', (typed, expected) => {
    expect(feed(typed)).toEqual(expected);
  });

  it('reads the same however the input is cut', () => {
    const bytes = fc.array(fc.constantFrom(...ALPHABET), { maxLength: 12 }).map((codes) => Uint8Array.from(codes));
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), (input, one, other) => {
        const cuts = [one % (input.length + 1), other % (input.length + 1)].toSorted((a, b) => a - b);
        const [first = 0, second = 0] = cuts;
        const whole = feedAll([input]);
        expect(feedAll([input.subarray(0, first), input.subarray(first, second), input.subarray(second)])).toEqual(
          whole,
        );
      }),
      { numRuns: 20_000 },
    );
  });

  it('passes every byte on, apart from what it took as an escape', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        // No tilde can stand at the beginning of a line here.
        const typed = Uint8Array.from([0x61, ...input].map((byte) => (byte === 0x0d || byte === 0x0a ? 0x20 : byte)));
        expect(feedAll([typed])).toEqual([Buffer.from(typed).toString('latin1')]);
      }),
      { numRuns: 5000 },
    );
  });

  it('is split at every position of a session with all escapes', () => {
    const typed = Buffer.from('ls\r~~home\r~?\r~/x\r~d', 'latin1');
    const whole = feedAll([typed]);
    expect(whole).toEqual(['ls\r~home\r', '<help>', '\r~/x\r', '<detach>']);
    for (let cut = 0; cut <= typed.length; cut += 1) {
      expect(feedAll([typed.subarray(0, cut), typed.subarray(cut)])).toEqual(whole);
    }
    expect(feedAll([...typed].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });
});
