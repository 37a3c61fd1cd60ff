import type { TransferView } from '#shared/app-api/index.ts';
import { EXAMPLE_PEERS, EXAMPLE_STATUS } from '../../stories/examples/index.ts';

const MINUTE = 60_000;
const MB = 1_000_000;
const NOW = Date.now();
const OFFICE = EXAMPLE_PEERS[0]?.peerId ?? EXAMPLE_STATUS.device.peerId;
const BUILD = EXAMPLE_PEERS[1]?.peerId ?? OFFICE;
const NAS = EXAMPLE_PEERS[2]?.peerId ?? OFFICE;

let serial = 0;

/** Returns a transfer to `office` that runs, with the given differences. */
export function exampleTransfer(given: Partial<TransferView> = {}): TransferView {
  serial += 1;
  return {
    id: serial.toString(16).padStart(32, '0'),
    direction: 'out',
    peerId: OFFICE,
    peerName: 'office',
    names: ['holiday-2026.mov'],
    top: 1,
    state: 'running',
    since: NOW - 2 * MINUTE,
    startedAt: NOW - serial * MINUTE,
    code: null,
    waitsFor: null,
    entries: 1,
    files: { done: 0, of: 1 },
    bytes: { done: 1240 * MB, of: 3400 * MB },
    rate: null,
    left: null,
    changed: 0,
    renamed: 0,
    failed: 0,
    leftOut: 0,
    folder: '/home/mira/Videos',
    there: null,
    agent: null,
    ...given,
  };
}

/** Transfers under way, in each state. */
const ACTIVE: readonly TransferView[] = [
  exampleTransfer({ rate: 34.2 * MB, left: 64_000 }),
  exampleTransfer({
    direction: 'in',
    peerId: BUILD,
    peerName: 'build-server',
    names: ['dist'],
    entries: 412,
    files: { done: 96, of: 398 },
    bytes: { done: 84 * MB, of: 310 * MB },
    rate: 8.4 * MB,
    left: 27_000,
    folder: '/home/mira/Downloads/ClawReach/build-server',
  }),
  exampleTransfer({
    names: ['notes.md', 'plan.pdf', 'budget.ods'],
    top: 5,
    state: 'waiting',
    waitsFor: 'approval',
    files: { done: 0, of: 5 },
    bytes: { done: 0, of: 2.4 * MB },
  }),
  exampleTransfer({
    peerId: NAS,
    peerName: 'attic-nas',
    names: ['backup-2026-11.tar.zst'],
    state: 'waiting',
    waitsFor: 'peer',
    bytes: { done: 0, of: 48_000 * MB },
  }),
  exampleTransfer({
    names: ['photos'],
    state: 'preparing',
    entries: null,
    files: { done: 0, of: null },
    bytes: { done: 0, of: null },
  }),
  exampleTransfer({
    names: ['disk.img'],
    state: 'paused',
    waitsFor: 'here',
    bytes: { done: 900 * MB, of: 16_000 * MB },
  }),
  exampleTransfer({
    names: ['raw'],
    state: 'paused',
    waitsFor: 'space',
    code: 'file.no-space',
    files: { done: 44, of: 120 },
    bytes: { done: 9000 * MB, of: 24_000 * MB },
  }),
  exampleTransfer({ names: ['model.gguf'], state: 'reconnecting', bytes: { done: 2100 * MB, of: 4700 * MB } }),
];

/** Transfers that are over, in each state. */
const OVER: readonly TransferView[] = [
  exampleTransfer({
    direction: 'in',
    names: ['report.pdf'],
    state: 'done',
    files: { done: 1, of: 1 },
    bytes: { done: 1.8 * MB, of: 1.8 * MB },
    folder: '/home/mira/Downloads/ClawReach/office',
    since: NOW - 4 * MINUTE,
  }),
  exampleTransfer({
    names: ['website'],
    state: 'partly',
    code: 'file.gone',
    entries: 88,
    files: { done: 79, of: 81 },
    bytes: { done: 14 * MB, of: 14.2 * MB },
    failed: 2,
    renamed: 1,
    changed: 3,
    leftOut: 4,
    folder: '/home/mira/work',
    since: NOW - 31 * MINUTE,
  }),
  exampleTransfer({
    names: ['film.mkv'],
    state: 'failed',
    code: 'file.no-space',
    bytes: { done: 0, of: 9000 * MB },
    since: NOW - 50 * MINUTE,
  }),
  exampleTransfer({
    names: ['old'],
    state: 'refused',
    code: 'rights.denied',
    bytes: { done: 0, of: 20 * MB },
    since: NOW - 120 * MINUTE,
  }),
  exampleTransfer({
    peerName: null,
    names: ['draft.txt'],
    state: 'cancelled',
    code: 'file.cancelled',
    bytes: { done: 0, of: 12_000 },
    since: NOW - 300 * MINUTE,
  }),
];

export const EXAMPLE_TRANSFERS: readonly TransferView[] = [...ACTIVE, ...OVER];

/** Returns so many transfers as an agent lists at most. */
export function manyTransfers(count: number): readonly TransferView[] {
  return Array.from({ length: count }, (_, index) =>
    exampleTransfer({
      names: [`part-${String(index + 1).padStart(4, '0')}.bin`],
      ...(index % 5 === 0
        ? { rate: 2 * MB, left: 90_000 }
        : { state: 'waiting' as const, waitsFor: 'turn' as const, bytes: { done: 0, of: 40 * MB } }),
    }),
  );
}
