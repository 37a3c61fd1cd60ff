import type { Terminal } from '@xterm/xterm';

/**
 * Keeps xterm from moving the scroll bar of a terminal out of sight. xterm 6.0.0 moves it with each line of output
 * (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/Viewport.ts#L103), which makes the browser compute styles in each frame in which any
 * terminal prints. Whatever scrolls such a terminal, such as a search, needs the bar where it belongs, so it is moved before that. If a later xterm
 * lacks the methods, the bar is moved as usual.
 * @param isInSight called before each move
 * @returns a function that moves the bar of a terminal that has come into sight
 */
export function pauseScrollBar(terminal: Terminal, isInSight: () => boolean): () => void {
  const viewport = viewportOf(terminal);
  const sync: unknown = viewport === undefined ? undefined : Reflect.get(viewport, '_sync');
  if (viewport === undefined || typeof sync !== 'function') return () => undefined;
  let isBehind = false;
  const catchUp = (): void => {
    if (!isBehind) return;
    isBehind = false;
    Reflect.apply(sync, viewport, []);
  };
  Reflect.set(viewport, '_sync', (...given: unknown[]) => {
    if (isInSight()) Reflect.apply(sync, viewport, given);
    else isBehind = true;
  });
  for (const name of ['scrollLines', 'scrollToLine']) {
    const scroll: unknown = Reflect.get(viewport, name);
    if (typeof scroll !== 'function') continue;
    Reflect.set(viewport, name, (...given: unknown[]) => {
      catchUp();
      Reflect.apply(scroll, viewport, given);
    });
  }
  return catchUp;
}

/**
 * Makes xterm measure its scroll bar again once it has drawn. xterm 6.0.0 measures it when a terminal gets another size, which for one that comes into
 * sight is before it is drawn in that size (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/services/RenderService.ts#L282); until it
 * scrolls, its bar would be that of the former size. If a later xterm lacks the method, the bar is as xterm draws it.
 */
export function syncScrollBar(terminal: Terminal): void {
  const drawn = terminal.onRender(() => {
    drawn.dispose();
    const viewport = viewportOf(terminal);
    const sync: unknown = viewport === undefined ? undefined : Reflect.get(viewport, 'queueSync');
    if (viewport !== undefined && typeof sync === 'function') Reflect.apply(sync, viewport, []);
  });
}

/** Returns the part of xterm that scrolls. No public property has it. */
function viewportOf(terminal: Terminal): object | undefined {
  const core: unknown = Reflect.get(terminal, '_core');
  if (typeof core !== 'object' || core === null) return undefined;
  const viewport: unknown = Reflect.get(core, '_viewport');
  return typeof viewport === 'object' && viewport !== null ? viewport : undefined;
}
