import { BLOCK_SIZE, giveBlock, takeBlock } from '../../bytes/index.ts';

/** Part of the bytes. Every block but the last is full. */
type Block = { bytes: Uint8Array; length: number };

const LEAST_SIZE = 256;

/**
 * Contiguous bytes of a stream at absolute offsets, appended at the end and dropped at the front: the memory of send and receive buffers. Uses pooled
 * blocks, at most twice the stored bytes and one block.
 */
export class BlockList {
  #blocks: Block[] = [];
  /** Offset of the first byte of the first block. */
  #base = 0;
  #start = 0;
  #end = 0;

  /** Offset of the first stored byte. */
  get start(): number {
    return this.#start;
  }

  /** Offset after the last stored byte. */
  get end(): number {
    return this.#end;
  }

  /** Copies the bytes to the end. */
  append(bytes: Uint8Array): void {
    let taken = 0;
    while (taken < bytes.length) {
      const block = this.#open(bytes.length - taken);
      const count = Math.min(BLOCK_SIZE - block.length, bytes.length - taken);
      reserve(block, block.length + count);
      block.bytes.set(part(bytes, taken, count), block.length);
      block.length += count;
      taken += count;
    }
    this.#end += bytes.length;
  }

  /** Copies a range into `target` at `position`. @throws {RangeError} if the range isn't stored */
  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    if (offset < this.#start || offset + length > this.#end) throw new RangeError('range is not held');
    let index = Math.floor((offset - this.#base) / BLOCK_SIZE);
    let from = (offset - this.#base) % BLOCK_SIZE;
    let copied = 0;
    while (copied < length) {
      const block = this.#blocks[index];
      if (block === undefined) throw new RangeError('range is not held');
      const count = Math.min(block.length - from, length - copied);
      target.set(part(block.bytes, from, count), position + copied);
      copied += count;
      index += 1;
      from = 0;
    }
  }

  /** Drops the bytes below `offset`. */
  dropBelow(offset: number): void {
    this.#start = Math.min(Math.max(this.#start, offset), this.#end);
    const done = this.#start === this.#end ? this.#blocks.length : Math.floor((this.#start - this.#base) / BLOCK_SIZE);
    if (done === 0) return;
    const [only] = this.#blocks;
    if (done === 1 && this.#blocks.length === 1 && only !== undefined && only.bytes.length === LEAST_SIZE) {
      // Stays, for the next keystroke.
      only.length = 0;
      this.#base = this.#end;
      return;
    }
    for (const block of this.#blocks.splice(0, done)) giveBack(block);
    this.#base = this.#blocks.length === 0 ? this.#end : this.#base + done * BLOCK_SIZE;
  }

  /** Drops all bytes. */
  clear(): void {
    this.dropBelow(this.#end);
  }

  /** Returns the last block if it has room, or a new one. */
  #open(wanted: number): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.length < BLOCK_SIZE) return last;
    const block = { bytes: fitting(wanted), length: 0 };
    this.#blocks.push(block);
    return block;
  }
}

/** Takes a pooled block for half a block or more, and allocates a small array for less, such as a keystroke. */
function fitting(wanted: number): Uint8Array {
  return wanted * 2 >= BLOCK_SIZE ? takeBlock() : new Uint8Array(Math.max(LEAST_SIZE, wanted));
}

function reserve(block: Block, length: number): void {
  if (length <= block.bytes.length) return;
  const grown = fitting(Math.min(BLOCK_SIZE, length * 2));
  grown.set(block.bytes.subarray(0, block.length));
  block.bytes = grown;
}

/** Returns a view of a part of an array; the array itself if the part is all of it. */
function part(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return length === bytes.length ? bytes : bytes.subarray(start, start + length);
}

function giveBack(block: Block): void {
  if (block.bytes.length === BLOCK_SIZE) giveBlock(block.bytes);
}
