import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryLines, PeerHistory } from '#agent/history/index.ts';
import { TerminalUses, type TerminalUse } from '#agent/terminals/client/terminal-uses.ts';
import { silentLogger } from '#shared/logger.ts';
import type { TerminalEnd } from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const OFFICE = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ' as TerminalUse['peer']['peerId'];
const NAS = `3${OFFICE.slice(1)}` as typeof OFFICE;
const LEFT: TerminalEnd = { exitCode: null, signal: null, code: null };

let clock: FakeClock;
let history: PeerHistory;
let uses: TerminalUses;

beforeEach(() => {
  clock = new FakeClock();
  let count = 0;
  history = new PeerHistory({
    file: new MemoryLines(),
    clock,
    logger: silentLogger,
    createId: () => `entry-${(count += 1)}`,
  });
  uses = new TerminalUses(history);
});

/** Opens a terminal whose program is known, and returns what ends its use. */
function use(terminal: string, peerId = OFFICE, isHungUp = false): (end: TerminalEnd) => Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<TerminalEnd>();
  uses.note({
    peer: { peerId, name: 'office' },
    kind: 'terminal',
    session: {} as TerminalUse['session'],
    terminal: { terminal, ended, isHungUp },
    wanted: { command: ['sleep', '600'], directory: '/srv', shell: undefined, terminal: undefined },
  });
  return async (end) => {
    resolve(end);
    await settle();
  };
}

async function outcomes(): Promise<Readonly<Record<string, string | null>>> {
  return Object.fromEntries((await history.list()).map(({ id, outcome }) => [id, outcome]));
}

describe('a terminal that was left running', () => {
  test('has ended since once its machine lists it no more, and keeps the time of its use', async () => {
    await use('t1')(LEFT);
    await use('t2')(LEFT);
    await use('t3', NAS)(LEFT);
    const before = (await history.list()).find(({ id }) => id === 'entry-1');
    await clock.advance(60_000);
    uses.listed(OFFICE, [{ terminal: 't2' }]);
    expect(await outcomes()).toEqual({ 'entry-1': 'left-ended', 'entry-2': 'left', 'entry-3': 'left' });
    const after = (await history.list()).find(({ id }) => id === 'entry-1');
    expect(after).toEqual({ ...before, outcome: 'left-ended' });
  });

  test('has ended once the agent of its machine was stopped, which another terminal there tells', async () => {
    const end = use('t1');
    await use('t2')(LEFT);
    await use('t3', NAS)(LEFT);
    await end({ ...LEFT, code: 'terminal.shutdown' });
    expect(await outcomes()).toEqual({ 'entry-1': 'terminal.shutdown', 'entry-2': 'left-ended', 'entry-3': 'left' });
  });

  test.each([
    ['ended', { ...LEFT, exitCode: 0 }, 'left-ended'],
    ['stopped there', { ...LEFT, code: 'terminal.stopped' }, 'left-ended'],
    ['lost', { ...LEFT, code: 'link.path-lost' }, 'left'],
    ['left again', LEFT, 'left'],
  ] as const)('and was opened again and %s', async (_how, end, outcome) => {
    await use('t1')(LEFT);
    await use('t1')(end);
    expect((await outcomes())['entry-1']).toBe(outcome);
  });
});
