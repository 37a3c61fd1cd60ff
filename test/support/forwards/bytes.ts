/** Bytes that look random and are the same each time. */
export function patternBytes(length: number): Uint8Array {
  let state = (length * 2_654_435_761) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
