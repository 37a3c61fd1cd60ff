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
