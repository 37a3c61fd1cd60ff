import type { Terminal } from '@xterm/headless';
import type { StyledCell } from './cell-style.ts';

/**
 * Reads the pen, the style of the next character, for a snapshot by `ScreenModel`. Uses a private field of xterm.js, because the API of xterm.js 6
 * has no such property; @xterm/addon-serialize reads the same field.
 * @returns undefined if this version of xterm.js stores it elsewhere
 */
export function penOf(terminal: Terminal): StyledCell | undefined {
  const pen = read(read(read(terminal, '_core'), '_inputHandler'), '_curAttrData');
  return isStyled(pen) ? pen : undefined;
}

/** Saved cursor: column and row on the screen, from 0, and pen. */
export type SavedCursor = Readonly<{ x: number; y: number; pen: StyledCell }>;

/**
 * Reads the cursor that a program gets back when it leaves the alternate screen (DECRC), for a snapshot by `ScreenModel`. Uses private fields of
 * xterm.js, which saved the cursor when the program entered, and has moved it with its line at each resize since.
 * @returns undefined if this version of xterm.js stores it elsewhere
 */
export function savedCursorOf(terminal: Terminal): SavedCursor | undefined {
  const normal = read(read(read(terminal, '_core'), 'buffers'), 'normal');
  const [x, line, base] = ['savedX', 'savedY', 'ybase'].map((name) => read(normal, name));
  const pen = read(normal, 'savedCurAttrData');
  if (typeof x !== 'number' || typeof line !== 'number' || typeof base !== 'number' || !isStyled(pen)) return undefined;
  return { x, y: Math.min(Math.max(line - base, 0), terminal.rows - 1), pen };
}

function read(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
}

function isStyled(value: unknown): value is StyledCell {
  return typeof read(value, 'isBold') === 'function' && typeof read(value, 'isFgPalette') === 'function';
}
