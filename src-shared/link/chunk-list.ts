type Chunk = { start: number; length: number; bytes: Uint8Array; own: boolean };

/** Below this a piece is copied to a block of ours, so that a million single bytes are not a million arrays. */
const SMALL = 2048;
const BLOCK = 16 * 1024;

/**
 * A run of bytes at absolute offsets: appended at the end, dropped or taken at the front. Large pieces are kept as they are, small ones
 * joined: the memory taken is at most about twice the bytes held.
 */
export class ChunkList {
  #chunks: Chunk[] = [];
  #head = 0;
  #start: number;
  #end: number;
  #cursor = 0;

  constructor(start = 0) {
    this.#start = start;
    this.#end = start;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const view = bytes.length >= SMALL && bytes.length * 2 >= bytes.buffer.byteLength;
    const last = this.#chunks.at(-1);
    if (!view && last !== undefined && this.#chunks.length > this.#head && joins(last, bytes)) {
      extend(last, bytes);
    } else if (view) {
      this.#chunks.push({ start: this.#end, length: bytes.length, bytes, own: false });
    } else {
      this.#chunks.push({ start: this.#end, length: bytes.length, bytes: bytes.slice(), own: true });
    }
    this.#end += bytes.length;
  }

  /** The range must lie within what is held. */
  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    let index = this.#find(offset);
    let copied = 0;
    while (copied < length) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) throw new RangeError('range is not held');
      const from = offset + copied - chunk.start;
      const count = Math.min(chunk.length - from, length - copied);
      target.set(chunk.bytes.subarray(from, from + count), position + copied);
      copied += count;
      if (copied < length) index += 1;
    }
    this.#cursor = index;
  }

  dropBelow(offset: number): void {
    this.#start = Math.min(Math.max(this.#start, offset), this.#end);
    for (;;) {
      const chunk = this.#chunks[this.#head];
      if (chunk === undefined || chunk.start + chunk.length > this.#start) break;
      this.#shift();
    }
  }

  /** The front, at most `limit` bytes joined when they lie in several chunks; undefined when empty. The array is the caller's. */
  take(limit: number): Uint8Array | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined) return undefined;
    const held = this.#end - this.#start;
    const firstLeft = first.start + first.length - this.#start;
    const next = this.#chunks[this.#head + 1];
    const whole = next === undefined || firstLeft >= BLOCK || firstLeft + next.length > limit;
    if (whole && firstLeft <= limit) {
      const from = this.#start - first.start;
      const bytes = first.bytes.subarray(from, first.length);
      this.#start += firstLeft;
      this.#shift();
      return bytes;
    }
    const joined = new Uint8Array(Math.min(held, limit));
    this.copy(this.#start, joined.length, joined, 0);
    this.dropBelow(this.#start + joined.length);
    return joined;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#cursor = 0;
    this.#start = this.#end;
  }

  #shift(): void {
    this.#head += 1;
    if (this.#head < 64 || this.#head * 2 < this.#chunks.length) return;
    this.#chunks.splice(0, this.#head);
    this.#cursor = Math.max(0, this.#cursor - this.#head);
    this.#head = 0;
  }

  /** Mostly the chunk of the last copy or the one after it. */
  #find(offset: number): number {
    let index = Math.max(this.#cursor, this.#head);
    const chunk = this.#chunks[index];
    if (chunk === undefined || chunk.start > offset) index = this.#head;
    for (;;) {
      const candidate = this.#chunks[index];
      if (candidate === undefined || offset < candidate.start + candidate.length) return index;
      index += 1;
    }
  }
}

function joins(last: Chunk, bytes: Uint8Array): boolean {
  return last.own && last.length + bytes.length <= BLOCK;
}

function extend(last: Chunk, bytes: Uint8Array): void {
  const length = last.length + bytes.length;
  if (length > last.bytes.length) {
    const grown = new Uint8Array(Math.min(BLOCK, Math.max(256, length * 2)));
    grown.set(last.bytes.subarray(0, last.length));
    last.bytes = grown;
  }
  last.bytes.set(bytes, last.length);
  last.length = length;
}
