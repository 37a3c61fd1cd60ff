import { describe, expect, test } from 'vitest';
import {
  encodeForMode,
  TypedInputFilter,
  BroadcastInput,
} from '../../../../src-renderer/features/terminals/broadcast-input/broadcast-input.ts';

const ESC = '\u001b';
const all = (): boolean => true;

describe('typing into several terminals', () => {
  test('is off until it is asked for, and goes to the others then', () => {
    const broadcastPanes = new BroadcastInput();
    expect(broadcastPanes.receivers(1, all)).toEqual([]);
    broadcastPanes.set([1, 2, 3]);
    expect(broadcastPanes.receivers(2, all)).toEqual([1, 3]);
    broadcastPanes.set([]);
    expect(broadcastPanes.receivers(2, all)).toEqual([]);
  });

  test('reaches none that was not chosen, and from none that was not', () => {
    const broadcastPanes = new BroadcastInput();
    broadcastPanes.set([1, 2]);
    expect(broadcastPanes.receivers(3, all)).toEqual([]);
    expect(broadcastPanes.receivers(1, all)).not.toContain(3);
  });

  test('leaves out who takes nothing now [S-TERM-17]', () => {
    const broadcastPanes = new BroadcastInput();
    broadcastPanes.set([1, 2, 3]);
    expect(broadcastPanes.receivers(1, (pane) => pane !== 2)).toEqual([3]);
  });

  test('needs two different ones', () => {
    const broadcastPanes = new BroadcastInput();
    broadcastPanes.set([4, 4]);
    expect(broadcastPanes.panes).toEqual([]);
  });

  test('ends with its tabs, and when fewer than two are left, and reports it once', () => {
    const broadcastPanes = new BroadcastInput();
    broadcastPanes.set([1, 2]);
    expect(broadcastPanes.settle(all, [1, 2, 9])).toBe(false);
    expect(broadcastPanes.settle(all, [9])).toBe(true);
    expect(broadcastPanes.panes).toEqual([]);
    expect(broadcastPanes.settle(all, [9])).toBe(false);
    broadcastPanes.set([1, 2, 3]);
    expect(broadcastPanes.settle((pane) => pane !== 3, [1])).toBe(false);
    expect(broadcastPanes.settle((pane) => pane === 1, [1])).toBe(true);
  });
});

describe('what is typed', () => {
  test('is each key, and text that comes without one', () => {
    const typed = new TypedInputFilter();
    const press = (key: string): boolean => {
      typed.key(key);
      return typed.isTyped(key);
    };
    expect([press('a'), press('\r'), press(`${ESC}[A`), press(`${ESC}[1;2R`), press('\u0003'), press(ESC)]).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    // A composition, a pen, a keyboard on the screen.
    expect(typed.isTyped('日本')).toBe(true);
  });

  test.each([
    ['the place of the cursor', `${ESC}[24;80R`],
    ['what kind of terminal it is', `${ESC}[?1;2c`],
    ['a mode', `${ESC}[?2004;1$y`],
    ['a setting', `${ESC}P1$r0m${ESC}\\`],
    ['a colour', `${ESC}]11;rgb:0000/0000/0000${ESC}\\`],
    ['the keyboard that is gained or lost', `${ESC}[I`],
    ['the mouse', `${ESC}[<0;3;4M`],
    ['anything, in eight bits', '\u009b24;80R'],
  ])('is never what a terminal says to its program: %s [S-TERM-17]', (_what, said) => {
    const typed = new TypedInputFilter();
    expect(typed.isTyped(said)).toBe(false);
    // Also right behind a key.
    typed.key('a');
    expect(typed.isTyped('a')).toBe(true);
    expect(typed.isTyped(said)).toBe(false);
  });

  test('an arrow key sends to each terminal what its program has requested', () => {
    expect(encodeForMode(`${ESC}[A`, true)).toBe(`${ESC}OA`);
    expect(encodeForMode(`${ESC}OH`, false)).toBe(`${ESC}[H`);
    expect(encodeForMode(`${ESC}[1;5A`, true)).toBe(`${ESC}[1;5A`);
    expect(encodeForMode(`${ESC}[15~`, true)).toBe(`${ESC}[15~`);
    expect(encodeForMode('A', true)).toBe('A');
  });
});
