import type { Terminal } from '@xterm/headless';
import type { StyledCell } from './cell-style.ts';

/**
 * Reads the style that the next character gets. The API of xterm.js 6 does not tell it; @xterm/addon-serialize reads it in the same place.
 * @returns undefined where another version keeps it elsewhere
 */
export function penOf(terminal: Terminal): StyledCell | undefined {
  const pen = read(read(read(terminal, '_core'), '_inputHandler'), '_curAttrData');
  return isStyled(pen) ? pen : undefined;
}

/** Position on the screen, columns and rows from 0, and style. */
export type SavedCursor = Readonly<{ x: number; y: number; pen: StyledCell }>;

/**
 * Reads the cursor that a program gets back when it leaves the alternate screen (DECRC). It was saved when the program entered, and has moved with
 * its line at each change of the size since.
 * @returns undefined where another version keeps it elsewhere
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
