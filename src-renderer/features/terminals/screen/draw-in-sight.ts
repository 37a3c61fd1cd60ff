import type { Terminal } from '@xterm/xterm';

/**
 * Keeps xterm from rendering a terminal that is out of sight, and from rendering one in sight twice, by wrapping a method of its renderer. xterm 6.0.0
 * pauses rendering by itself, except when it scrolls: each scroll redraws the selection, selected or not, and with it all rows
 * (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/CoreBrowserTerminal.ts#L536, `DomRenderer.ts` `handleSelectionChanged`). With fifty
 * printing terminals, xterm would draw forty-nine that no one can see; the one in sight, which it draws for its output too, twice in each frame.
 *
 * A selection is drawn as xterm does, and once more after it has gone. A terminal that comes into sight is drawn by xterm itself. If a later xterm lacks
 * the method, everything is drawn as usual.
 * @param isInSight called before each redraw
 */
export function drawInSight(terminal: Terminal, isInSight: () => boolean): void {
  const core: unknown = Reflect.get(terminal, '_core');
  if (typeof core !== 'object' || core === null) return;
  const renderer: unknown = Reflect.get(core, '_renderService');
  if (typeof renderer !== 'object' || renderer === null) return;
  const draw: unknown = Reflect.get(renderer, 'handleSelectionChanged');
  if (typeof draw !== 'function') return;
  let hadSelection = false;
  Reflect.set(renderer, 'handleSelectionChanged', (...given: unknown[]) => {
    const [start, end] = given;
    const hasSelection = start !== undefined && end !== undefined;
    if (!isInSight() || (!hasSelection && !hadSelection)) return;
    hadSelection = hasSelection;
    Reflect.apply(draw, renderer, given);
  });
}
