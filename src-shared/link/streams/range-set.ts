/** Set of integers, stored as half-open ranges that are sorted, disjoint and never adjacent. Used for lost bytes and for seen stream IDs. */
export class RangeSet {
  readonly #ranges: { start: number; end: number }[] = [];

  /** Number of ranges. */
  get size(): number {
    return this.#ranges.length;
  }

  /** First range; undefined if the set is empty. */
  get first(): Readonly<{ start: number; end: number }> | undefined {
    return this.#ranges[0];
  }

  has(value: number): boolean {
    return this.#ranges.some((range) => range.start <= value && value < range.end);
  }

  /** Adds the integers from `start` to `end` - 1. */
  add(start: number, end: number): void {
    if (start >= end) return;
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.end === start) {
      last.end = end;
      return;
    }
    let from = 0;
    while ((this.#ranges[from]?.end ?? Infinity) < start) from += 1;
    let to = from;
    let joinedStart = start;
    let joinedEnd = end;
    for (let range = this.#ranges[to]; range !== undefined && range.start <= end; range = this.#ranges[to]) {
      joinedStart = Math.min(joinedStart, range.start);
      joinedEnd = Math.max(joinedEnd, range.end);
      to += 1;
    }
    this.#ranges.splice(from, to - from, { start: joinedStart, end: joinedEnd });
  }

  /** Removes all integers below `end`. */
  dropBelow(end: number): void {
    for (let range = this.#ranges[0]; range !== undefined && range.start < end; range = this.#ranges[0]) {
      if (range.end > end) {
        range.start = end;
        return;
      }
      this.#ranges.shift();
    }
  }

  clear(): void {
    this.#ranges.length = 0;
  }
}
