import type { IBuffer, Terminal } from '@xterm/xterm';

/**
 * Control sequences that abort a running sequence (CAN), leave the alternate screen, turn off modes that programs turn on, and reset the others
 * (DECSTR). Redefined colours and tab stops stay; a snapshot contains neither.
 */
const RESET_MODES =
  '\u0018\u001b[?2026l\u001b[?1049l\u001b[?9l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l\u001b[?1006l\u001b[?1016l\u001b]8;;\u0007\u001b[!p\u001b[0m';

/**
 * Builds the output that empties a terminal's screen and resets its modes, as in a new terminal. The old content moves into the scrollback, followed
 * by the note; the alternate screen is cleared. A full reset (RIS) would delete the scrollback. Used when output was dropped. Pure.
 * @param note line about the dropped output
 */
export function emptyScreen(terminal: Pick<Terminal, 'buffer' | 'rows'>, note: string): string {
  const { buffer, rows } = terminal;
  if (buffer.active.type === 'alternate') return `${RESET_MODES}\u001b[2J\u001b[H`;
  const used = usedRows(buffer.active, rows);
  const notice = `\u001b[${Math.max(1, used)};1H${used === 0 ? '' : '\r\n'}\u001b[2m${note}\u001b[0m`;
  return `${RESET_MODES}${notice}\u001b[${rows};1H${'\n'.repeat(Math.min(rows, used + 1))}\u001b[2J\u001b[H`;
}

/** Restores redefined colours: those of the palette, the text, the background and the cursor. */
const RESET_COLOURS = '\u001b]104\u0007\u001b]110\u0007\u001b]111\u0007\u001b]112\u0007';

/**
 * Empties a terminal with its scrollback and resets its modes, for the program that draws next. xterm's own reset keeps a hidden cursor hidden. Output
 * that is still waiting to be processed is erased too.
 * @param isNew another program starts, so colours that the last one redefined are restored
 */
export function resetScreen(terminal: Pick<Terminal, 'reset' | 'write'>, isNew: boolean): void {
  terminal.reset();
  terminal.write(`${RESET_MODES}${isNew ? RESET_COLOURS : ''}\u001b[?25h\u001b[2J\u001b[3J\u001b[H`);
}

/**
 * Builds the output that resets a terminal's modes for another program and keeps what is on its screen: that moves into the scrollback, and the
 * separator remains in the first row, so that the program begins on an empty screen. Pure.
 * @param separator line between the two programs
 */
export function separateScreen({ buffer, rows }: Pick<Terminal, 'buffer' | 'rows'>, separator: string): string {
  // The last program may have ended on the alternate screen, which has nothing to keep.
  const used = usedRows(buffer.normal, rows);
  const row = Math.min(used + 1, rows);
  const line = `\u001b[${Math.max(1, used)};1H${used === 0 ? '' : '\r\n'}\u001b[2m${separator}\u001b[0m`;
  return `${RESET_MODES}${RESET_COLOURS}\u001b[?25h${line}\u001b[${rows};1H${'\n'.repeat(row - 1)}\u001b[2;1H\u001b[J`;
}

/** Returns the number of the last row of a buffer that isn't empty. */
function usedRows(buffer: IBuffer, rows: number): number {
  for (let row = rows; row > 0; row -= 1) {
    if ((buffer.getLine(buffer.baseY + row - 1)?.translateToString(true) ?? '') !== '') return row;
  }
  return 0;
}
