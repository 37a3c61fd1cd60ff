import type { Terminal } from '@xterm/xterm';

/**
 * Makes xterm measure its scroll bar again once it has drawn. xterm 6.0.0 measures it when a terminal gets another size, which for one that comes into
 * sight is before it is drawn in that size (https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/services/RenderService.ts#L282); until it
 * scrolls, its bar would be that of the former size. If a later xterm lacks the method, the bar is as xterm draws it.
 */
export function syncScrollBar(terminal: Terminal): void {
  const drawn = terminal.onRender(() => {
    drawn.dispose();
    const core: unknown = Reflect.get(terminal, '_core');
    if (typeof core !== 'object' || core === null) return;
    const viewport: unknown = Reflect.get(core, '_viewport');
    if (typeof viewport !== 'object' || viewport === null) return;
    const sync: unknown = Reflect.get(viewport, 'queueSync');
    if (typeof sync === 'function') Reflect.apply(sync, viewport, []);
  });
}
