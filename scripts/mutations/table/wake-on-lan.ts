import type { Guard } from '../guard.ts';

/** Guards of requests to wake machines. */
export const WAKE_ON_LAN: readonly Guard[] = [
  {
    properties: ['S-WAKE-1'],
    file: 'src-main/agent/wake-on-lan/server.ts',
    guard: 'known !== undefined && cards.every((card) => known.cards?.includes(card) === true)',
    without: 'known !== undefined',
    tests: [['unit/agent/wake-on-lan/server.test.ts', 'show the name of a machine only if those are its own cards']],
  },
  {
    properties: ['S-WAKE-2'],
    file: 'src-main/agent/wake-on-lan/server.ts',
    guard: 'if (!this.#budget.take(peerId))',
    without: 'if (!this.#budget.take(peerId) && false)',
    tests: [['unit/agent/wake-on-lan/server.test.ts', 'are for single cards, a few of them, and a few at a time']],
  },
];
