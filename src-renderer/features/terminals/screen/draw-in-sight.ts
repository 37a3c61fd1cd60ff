import type { Terminal } from '@xterm/xterm';

/**
 * Keeps a terminal that is out of sight from being drawn. xterm 6.0.0 sees by itself that it is not in sight and draws nothing then, except when it
 * scrolls: its selection is asked to be drawn anew at each scroll, selected or not, and the renderer draws all rows for that
 * (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/CoreBrowserTerminal.ts#L536, `DomRenderer.ts` `handleSelectionChanged`). With fifty
 * terminals that print, forty-nine were drawn for nobody.
 *
 * What it does not do: when the terminal comes into sight xterm draws it as a whole by itself; nothing is kept for then. Where xterm's inside is
 * not what it was, everything is drawn as before.
 * @param isInSight asked at each time
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
