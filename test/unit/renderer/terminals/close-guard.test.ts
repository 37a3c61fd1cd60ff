import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppHandlers, CallOutput } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import {
  CLOSE_TIMEOUT,
  CloseGuard,
  type QueriedPane,
  type BusyPane,
} from '../../../../src-renderer/features/terminals/closing/close-guard.ts';
import { PeerProgram, type Joint } from './peer-program.ts';

const OFFICE = 'A'.repeat(56);
const LAB = 'B'.repeat(56);

type View = CallOutput<'terminal.list'>[number];

let clock: FakeClock;
let program: PeerProgram;
let joint: Joint | undefined;
/** What can be asked about, by pane. */
let panes: Map<number, Omit<QueriedPane, 'pane'>>;
/** What the person was asked, and what was closed, in order. */
let log: (string | readonly BusyPane[])[];
let answer: () => void;
let guard: CloseGuard;

beforeEach(() => {
  clock = new FakeClock();
  program = new PeerProgram();
  joint = program.connect();
  panes = new Map([
    [1, { peerId: OFFICE, terminal: 't1' }],
    [2, { peerId: OFFICE, terminal: 't2' }],
    [3, { peerId: LAB, terminal: 't1' }],
  ]);
  log = [];
  answer = () => undefined;
  guard = new CloseGuard({
    clock,
    api: () => joint?.api,
    queryOf: (pane) => panes.get(pane),
    ask: (busy, _panes, close) => {
      log.push(busy);
      answer = () => close('close');
    },
  });
});
afterEach(() => {
  program.close();
});

const close = (...numbers: readonly number[]): void =>
  guard.close(numbers, () => log.push(`closed ${numbers.join(' ')}`));
const view = (peerId: string, terminal: string, running?: string): View => ({
  peerId,
  terminal,
  title: '',
  startedAt: 0,
  attached: true,
  cols: 80,
  rows: 24,
  openedBy: null,
  heldBy: null,
  ...(running !== undefined && { program: running }),
});
const says =
  (...views: readonly View[]): AppHandlers['terminal.list'] =>
  async ({ peer }) =>
    views.filter(({ peerId }) => peerId === peer);

describe('closing a terminal', () => {
  test('in which a program runs asks the person, and names the program', async () => {
    program.list = says(view(OFFICE, 't1', 'sleep'), view(OFFICE, 't2'));
    close(1);
    expect(log).toEqual([]);
    await settle();
    expect(log).toEqual([[{ pane: 1, program: 'sleep' }]]);
    expect(program.lists).toEqual([{ peer: OFFICE, watched: true }]);
    answer();
    expect(log.at(-1)).toBe('closed 1');
    expect(clock.pending).toBe(0);
  });

  test('in which the shell waits closes it without a question', async () => {
    program.list = says(view(OFFICE, 't1'), view(OFFICE, 't2', 'vim'), view(LAB, 't1', 'vim'));
    close(1);
    await settle();
    expect(log).toEqual(['closed 1']);
  });

  test('with another asks too, although only shells wait in them', async () => {
    program.list = says(view(OFFICE, 't1'), view(OFFICE, 't2'));
    close(1, 2);
    await settle();
    expect(log).toEqual([[]]);
    answer();
    expect(log.at(-1)).toBe('closed 1 2');
  });

  test('with others asks once, in their order, also for several machines', async () => {
    program.list = says(view(OFFICE, 't2', 'make'), view(LAB, 't1', 'vim'), view(OFFICE, 't1'));
    close(3, 1, 2);
    await settle();
    expect(log).toEqual([
      [
        { pane: 3, program: 'vim' },
        { pane: 2, program: 'make' },
      ],
    ]);
    expect(program.lists).toHaveLength(2);
    answer();
    expect(log.at(-1)).toBe('closed 3 1 2');
  });

  test('again while it is not known what runs asks once', async () => {
    program.list = says(view(OFFICE, 't1', 'sleep'));
    close(1);
    close(1);
    close(1, 2);
    await settle();
    expect(log).toHaveLength(1);
    // Kept, it can be closed another time.
    close(1);
    await settle();
    expect(log).toHaveLength(2);
  });

  test.each([
    ['there is nothing to ask about', () => panes.clear()],
    ['there is no agent', () => (joint = undefined)],
  ])('closes at once where %s', (_why, set) => {
    set();
    close(1);
    expect(log).toEqual(['closed 1']);
    expect(program.lists).toEqual([]);
  });

  test.each([
    ['its machine refuses', (): Promise<never> => Promise.reject(new ClawReachError('terminal.params', 'no'))],
    ['it cannot be reached', (): Promise<never> => Promise.reject(new ClawReachError('agent.paused', 'no'))],
    ['it knows no such terminal', async () => []],
    ['the answer is not as agreed', async () => [{ ...view(OFFICE, 't1'), program: 'x'.repeat(65) }]],
    ['its program is no text', async () => [{ ...view(OFFICE, 't1'), program: 7 as unknown as string }]],
    ['it ends meanwhile', async () => (panes.clear(), [view(OFFICE, 't1', 'sleep')])],
  ])('closes all the same where %s [S-TERM-14]', async (_why, list) => {
    program.list = list;
    close(1);
    await settle();
    expect(log).toEqual(['closed 1']);
  });

  test('closes without an answer in time, and asks about the answers of the others', async () => {
    program.list = () => new Promise<never>(() => undefined);
    close(1);
    await clock.advance(CLOSE_TIMEOUT - 1);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['closed 1']);
    program.list = async ({ peer }) =>
      peer === LAB ? [view(LAB, 't1', 'vim')] : await new Promise<never>(() => undefined);
    close(1, 3);
    await clock.advance(CLOSE_TIMEOUT);
    expect(log.at(-1)).toEqual([{ pane: 3, program: 'vim' }]);
  });

  test('closes all the same where the agent is gone before it has answered', async () => {
    program.list = () => new Promise<never>(() => undefined);
    close(1);
    await settle();
    joint?.transport.close();
    await settle();
    expect(log).toEqual(['closed 1']);
    expect(clock.pending).toBe(0);
  });
});
