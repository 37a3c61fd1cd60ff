import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { ByteChannel } from '#shared/link/index.ts';

/** What one end of a channel has heard. */
export type Heard = { bytes: number[]; drains: number; closed: number; error: Error | undefined };

/** Listens at an end. What is lent is overwritten afterwards, so that nothing can have kept it. */
export function listen(channel: ByteChannel): Heard {
  const heard: Heard = { bytes: [], drains: 0, closed: 0, error: undefined };
  channel.setHandlers({
    data: (chunk) => {
      for (const byte of chunk) heard.bytes.push(byte);
      chunk.fill(0xee);
    },
    drain: () => {
      heard.drains += 1;
    },
    closed: (error) => {
      heard.closed += 1;
      heard.error = error;
    },
  });
  return heard;
}

/** Turns until the condition holds; fails after many. */
export async function until(turn: () => Promise<void>, condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 5000; turns += 1) {
    if (condition()) return;
    await turn();
  }
  expect.fail('the condition did not come true');
}

/** A turn of the real world. */
export function realTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 1));
}

/** Waits in the real world, some seconds. */
export function soon(condition: () => boolean): Promise<void> {
  return until(realTurn, condition);
}

/** Pieces that fit into nothing. */
const SIZES = [1, 0, 2, 7, 1009, 65_535, 65_536, 65_537, 200_003, 3, 16_384, 5];

export type Pumped = {
  readonly done: boolean;
  leftSent: string | undefined;
  rightSent: string | undefined;
  leftHeard: string | undefined;
  rightHeard: string | undefined;
};

/** Sends so many bytes each way in pieces of odd sizes, as fast as the channel takes them; SHA-256 of what went and what came. */
export function pump(left: ByteChannel, right: ByteChannel, fromLeft: number, fromRight: number): Pumped {
  const pumped = {
    leftSent: undefined as string | undefined,
    rightSent: undefined as string | undefined,
    leftHeard: undefined as string | undefined,
    rightHeard: undefined as string | undefined,
    get done(): boolean {
      return [this.leftSent, this.rightSent, this.leftHeard, this.rightHeard].every((digest) => digest !== undefined);
    },
  };
  const toRight = writer(left, fromLeft, 1, (digest) => (pumped.leftSent = digest));
  const toLeft = writer(right, fromRight, 2, (digest) => (pumped.rightSent = digest));
  const closed = (): void => undefined;
  left.setHandlers({ data: hasher(fromRight, (digest) => (pumped.leftHeard = digest)), drain: toRight, closed });
  right.setHandlers({ data: hasher(fromLeft, (digest) => (pumped.rightHeard = digest)), drain: toLeft, closed });
  toRight();
  toLeft();
  return pumped;
}

function writer(channel: ByteChannel, total: number, seed: number, done: (digest: string) => void): () => void {
  const hash = createHash('sha256');
  let [sent, turn] = [0, seed];
  return () => {
    while (sent < total) {
      const pieces: Uint8Array[] = [];
      for (let count = 0; count < 3 && sent < total; count += 1) {
        const size = Math.min(total - sent, SIZES[turn % SIZES.length] ?? 1);
        const piece = new Uint8Array(size);
        for (let index = 0; index < size; index += 1) piece[index] = (index * 31 + turn * 17 + (index >> 8)) & 0xff;
        hash.update(piece);
        pieces.push(piece);
        sent += size;
        turn += 1;
      }
      const room = channel.write(pieces);
      if (sent === total) done(hash.digest('hex'));
      if (!room) return;
    }
  };
}

function hasher(total: number, done: (digest: string) => void): (chunk: Uint8Array) => void {
  const hash = createHash('sha256');
  let received = 0;
  return (chunk) => {
    hash.update(chunk);
    received += chunk.length;
    chunk.fill(0xee);
    if (received === total) done(hash.digest('hex'));
    else if (received > total) done('too much');
  };
}
