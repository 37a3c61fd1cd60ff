import type { Terminal } from '@xterm/xterm';

/**
 * Keeps xterm from rendering a terminal that is out of sight. xterm 6.0.0 pauses rendering by itself, except when it scrolls: each scroll requests
 * the selection to be redrawn, selected or not, and the renderer then draws all rows
 * (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/CoreBrowserTerminal.ts#L536, `DomRenderer.ts` `handleSelectionChanged`). With fifty
 * printing terminals, forty-nine were drawn although nobody could see them.
 *
 * Limits: when the terminal comes into sight, xterm draws all of it by itself, so nothing is kept for that moment. If xterm's internals have changed,
 * everything is drawn as usual.
 * @param isInSight called each time
 */
export function drawInSight(terminal: Terminal, isInSight: () => boolean): void {
  const core: unknown = Reflect.get(terminal, '_core');
  if (typeof core !== 'object' || core === null) return;
  const renderer: unknown = Reflect.get(core, '_renderService');
  if (typeof renderer !== 'object' || renderer === null) return;
  const draw: unknown = Reflect.get(renderer, 'handleSelectionChanged');
  if (typeof draw !== 'function') return;
  Reflect.set(renderer, 'handleSelectionChanged', (...given: unknown[]) => {
    if (isInSight()) Reflect.apply(draw, renderer, given);
  });
}
