import { setTimeout as sleepUntil } from 'node:timers/promises';

/** Resolves once the condition holds; looked at again and again, since what is awaited happens at the other device. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what = 'it',
  limit = 8000,
): Promise<void> {
  const deadline = performance.now() + limit;
  for (let round = 0; !(await condition()); round += 1) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen`);
    await sleepUntil(round < 50 ? 0 : 5);
  }
}

/** The same numbers each time (xorshift32): attacks vary their places and can be repeated. */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e37_79b9) | 1;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return Math.abs(state) % limit;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** The same bytes but for one bit. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  const place = Math.floor(bit / 8) % bytes.length;
  changed[place] = (changed[place] ?? 0) ^ (1 << (bit % 8));
  return changed;
}
