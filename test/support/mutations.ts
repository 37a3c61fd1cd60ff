import * as fc from 'fast-check';

/** What a stranger may send: `mutated` tells whether it began as a valid message. */
export type StrangeBytes = Readonly<{ bytes: Uint8Array; mutated: boolean }>;

/**
 * Half random bytes up to `maximum`, half one to three edits of a valid message. The generated values are a few integers, so that a hundred
 * thousand cases take a second or two.
 */
export function strangeBytes(valid: readonly Uint8Array[], maximum: number): fc.Arbitrary<StrangeBytes> {
  const random = fc
    .tuple(fc.nat(maximum), fc.integer())
    .map(([length, seed]) => ({ bytes: pseudoRandom(length, seed), mutated: false }));
  const edits = fc.array(fc.tuple(fc.nat(6), fc.nat(0xffff), fc.nat(255)), { minLength: 1, maxLength: 3 });
  const mutated = fc.tuple(fc.nat(valid.length - 1), edits).map(([which, list]) => {
    const start: Uint8Array = valid[which] ?? new Uint8Array(0);
    const bytes = list.reduce((current, [kind, place, value]) => edit(current, kind, place, value), start);
    return { bytes, mutated: true };
  });
  return fc.oneof(random, mutated);
}

function edit(bytes: Uint8Array, kind: number, place: number, value: number): Uint8Array {
  const at = bytes.length === 0 ? 0 : place % bytes.length;
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  switch (kind) {
    case 0: // one bit
      return Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ (1 << (value & 7)) : byte));
    case 1: // one byte
      return Uint8Array.from(bytes, (byte, index) => (index === at ? value : byte));
    case 2: // inserted
      return Uint8Array.from([...before, value, ...after]);
    case 3: // left out
      return Uint8Array.from([...before, ...after.subarray(1)]);
    case 4: // cut
      return before.slice();
    case 5: // longer
      return Uint8Array.from([...bytes, ...pseudoRandom((value % 8) + 1, place)]);
    default: // a run of one value
      return Uint8Array.from(bytes, (byte, index) => (index >= at && index < at + 32 ? (value & 1) * 255 : byte));
  }
}

/** xorshift32: only to fill bytes, not for randomness that matters. */
function pseudoRandom(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed | 1;
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}
