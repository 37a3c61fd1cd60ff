import type { Terminal } from '@xterm/xterm';

/**
 * Ends whatever sequence is under way (CAN), leaves the other screen, turns off what programs turn on, and sets the rest to what a fresh terminal
 * has (DECSTR). The colours that a program has redefined and the stops of tabs stay: a snapshot does not have them either.
 */
const RESET_MODES =
  '\u0018\u001b[?2026l\u001b[?1049l\u001b[?9l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l\u001b[?1006l\u001b[?1016l\u001b]8;;\u0007\u001b[!p\u001b[0m';

/**
 * What makes the screen of a terminal an empty one without any mode set, as one has that has just begun. What stood there is scrolled away, with a
 * line behind it that says so; the other screen of a full-screen program is cleared. Nothing of the scrollback is lost, as it would be by RIS.
 */
export function emptyScreen(terminal: Pick<Terminal, 'buffer' | 'rows'>, note: string): string {
  const { buffer, rows } = terminal;
  if (buffer.active.type === 'alternate') return `${RESET_MODES}\u001b[2J\u001b[H`;
  const used = usedRows(terminal);
  const notice = `\u001b[${Math.max(1, used)};1H${used === 0 ? '' : '\r\n'}\u001b[2m${note}\u001b[0m`;
  return `${RESET_MODES}${notice}\u001b[${rows};1H${'\n'.repeat(Math.min(rows, used + 1))}\u001b[2J\u001b[H`;
}

/** Rows of the screen down to the last one that is not empty. */
function usedRows({ buffer, rows }: Pick<Terminal, 'buffer' | 'rows'>): number {
  const { active } = buffer;
  for (let row = rows; row > 0; row -= 1) {
    if ((active.getLine(active.baseY + row - 1)?.translateToString(true) ?? '') !== '') return row;
  }
  return 0;
}
