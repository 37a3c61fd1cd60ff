import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClawReachError } from '#shared/errors.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLocks, type FakeTabLocks } from '#test/support/fake-locks.ts';
import { TerminalSession } from '../../../../src-renderer/features/terminals/session/terminal-session.ts';
import { EXAMPLE_PATH, PeerProgram } from './peer-program.ts';

/** Terminal of one tab, with a connection of its own to the machine. */
type Shown = Readonly<{ session: TerminalSession; program: PeerProgram; locks: FakeTabLocks }>;

let browser: FakeLocks;
let all: Shown[];

beforeEach(() => {
  browser = new FakeLocks();
  all = [];
});
afterEach(() => {
  for (const { session, program } of all) {
    session.dispose('detach');
    program.close();
  }
});

/** Shows a terminal in another tab. @param takeOver the person has chosen it there */
async function show(takeOver: boolean): Promise<Shown> {
  const [locks, program] = [browser.tab(), new PeerProgram()];
  const session = new TerminalSession({
    host: { kind: 'peer', peerId: 'office' },
    terminal: 't1',
    takeOver,
    screen: {
      cols: 80,
      rows: 24,
      write: (_, done) => done(),
      reset: () => undefined,
      startBelow: () => undefined,
      skipped: () => undefined,
    },
    clock: new FakeClock(),
    locks,
    changed: () => undefined,
    inputDropped: () => undefined,
  });
  const shown = { session, program, locks };
  all.push(shown);
  session.connect(program.connect().api);
  await settle();
  return shown;
}

/** The machine gives the terminal of this tab to another one. */
async function taken({ program }: Shown): Promise<void> {
  program.end({ code: 'terminal.taken-over' });
  await settle();
}

test('a tab that is opened or reloaded attaches to no terminal that another tab shows', async () => {
  await show(true);
  const second = await show(false);
  expect(second.session.phase).toEqual({ kind: 'elsewhere', isInTab: true });
  expect(second.program.opens).toEqual([]);
});

test.each(['is closed or crashes', 'leaves the terminal'] as const)(
  'a terminal that the person has opened in another tab is back without a click when that tab %s',
  async (end) => {
    const first = await show(true);
    const second = await show(true);
    await taken(first);
    expect([first, second].map(({ session }) => session.phase)).toEqual([
      { kind: 'elsewhere', isInTab: true },
      { kind: 'running' },
    ]);
    if (end === 'leaves the terminal') second.session.dispose('detach');
    else second.locks.close();
    await settle();
    expect(first.session.phase).toEqual({ kind: 'running' });
    // Another machine that had taken it from that tab would keep it.
    expect(first.program.opens.at(-1)).toMatchObject({ terminal: 't1', takeOver: false });
  },
);

test('a tab whose connection is back leaves the terminal to the tab that has opened it meanwhile', async () => {
  const first = await show(true);
  first.program.end({ code: 'link.path-lost' });
  await settle();
  await show(true);
  first.session.retryNow();
  await settle();
  expect(first.session.phase).toEqual({ kind: 'elsewhere', isInTab: true });
  expect(first.program.opens).toHaveLength(1);
});

test('a tab whose connection comes back while the person opens its terminal in another tab takes it from none', async () => {
  const first = await show(true);
  first.program.end({ code: 'link.path-lost' });
  await settle();
  const { promise, resolve } = Promise.withResolvers<void>();
  first.program.answer = async ({ terminal = '' }, { connection }) => {
    await promise;
    return { channel: connection.openChannel().id, terminal, path: EXAMPLE_PATH };
  };
  first.session.retryNow();
  await settle();
  const second = await show(true);
  resolve();
  await settle();
  expect([first, second].map(({ session }) => session.phase)).toEqual([
    { kind: 'elsewhere', isInTab: true },
    { kind: 'running' },
  ]);
  first.program.answer = undefined;
  second.locks.close();
  await settle();
  expect(first.session.phase).toEqual({ kind: 'running' });
});

test('a terminal that the person takes back stays, and the other tab waits for it', async () => {
  const first = await show(true);
  const second = await show(true);
  await taken(first);
  first.session.reattach();
  await settle();
  await taken(second);
  expect([first, second].map(({ session }) => session.phase)).toEqual([
    { kind: 'running' },
    { kind: 'elsewhere', isInTab: true },
  ]);
  first.locks.close();
  await settle();
  expect(second.session.phase).toEqual({ kind: 'running' });
});

test('a terminal that another machine has waits for the person, also when no other tab shows it', async () => {
  const first = await show(true);
  await taken(first);
  expect(first.session.phase).toEqual({ kind: 'elsewhere', isInTab: false });
  const second = await show(true);
  second.program.answer = () => Promise.reject(new ClawReachError('terminal.taken-over', 'no'));
  first.program.answer = second.program.answer;
  second.locks.close();
  await settle();
  expect(first.session.phase).toEqual({ kind: 'elsewhere', isInTab: false });
});

test('a terminal that has ended elsewhere is gone here as well', async () => {
  const first = await show(true);
  const second = await show(true);
  await taken(first);
  first.program.answer = () => Promise.reject(new ClawReachError('terminal.unknown', 'no'));
  second.program.end({ exitCode: 0 });
  await settle();
  expect(first.session.phase).toEqual({ kind: 'gone' });
});
