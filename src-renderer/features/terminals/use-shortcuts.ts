import { useEffect, useRef } from 'react';
import { pressedAction, type PressedAction } from '../../keys/index.ts';
import { notify, useApi, useApp } from '../../store/index.ts';
import { focusVisibly } from '../../ui/index.ts';
import { text } from '../../locale/index.ts';
import { moveEdge, type Side } from './panes/layout.ts';
import { terminalHosts } from './session/machine.ts';
import { sameHost } from './session/terminal-host.ts';
import { changeTextSize } from './screen/text-size.ts';
import type { Terminals } from './use-terminals.ts';
import { endLeaveHint } from './session/leave-hint.ts';

/** Distance per press of a key that moves a pane's edge, as a fraction of its split. */
const STEP = 0.03;

/**
 * Handles the shortcuts of the page and Ctrl with the mouse wheel, before the terminal gets them. Listens on the window while the page is mounted.
 * @param search opens the search
 */
export function useShortcuts(terminals: Terminals, search: () => void): void {
  const api = useApi();
  const act = useRef<(pressed: PressedAction) => boolean>(() => false);
  useEffect(() => {
    act.current = (pressed) => run(pressed, terminals, search) || resizeText(pressed, api);
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (
        useApp.getState().place.page !== 'terminals' ||
        document.querySelector('[role="dialog"], [role="menu"]') !== null
      )
        return;
      const pressed = pressedAction(event, 'terminal') ?? pressedAction(event, 'window');
      if (pressed === undefined || !act.current(pressed)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const turn = (event: WheelEvent): void => {
      const isHere = event.target instanceof Element && event.target.closest('.xterm') !== null;
      if (!isHere || !event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      event.stopPropagation();
      void changeTextSize(api, event.deltaY < 0 ? 'larger' : 'smaller');
    };
    window.addEventListener('keydown', press, { capture: true });
    window.addEventListener('wheel', turn, { capture: true, passive: false });
    return () => {
      window.removeEventListener('keydown', press, { capture: true });
      window.removeEventListener('wheel', turn, { capture: true });
    };
  }, [api]);
}

/** Runs an action of the page. @returns false if the program gets the key */
function run({ action, digit, arrow }: PressedAction, terminals: Terminals, search: () => void): boolean {
  const { manager, active, tab } = terminals;
  switch (action) {
    case 'terminal.next-tab':
      manager.step(1);
      return true;
    case 'terminal.previous-tab':
      manager.step(-1);
      return true;
    case 'terminal.move-tab-left':
    case 'terminal.move-tab-right':
      if (tab !== undefined)
        manager.moveTab(tab.id, terminals.tabs.indexOf(tab) + (action === 'terminal.move-tab-left' ? -1 : 1));
      return true;
    case 'terminal.new':
      openNew(terminals);
      return true;
    case 'terminal.split-right':
    case 'terminal.split-below':
      if (active !== undefined) terminals.split(action === 'terminal.split-right' ? 'row' : 'column');
      return active !== undefined;
    case 'terminal.focus-side':
      // In a tab with one pane, the program gets these keys.
      return arrow !== undefined && tab?.layout.kind === 'split' && (manager.moveFocus(arrow) || true);
    case 'terminal.resize':
      return arrow !== undefined && resize(terminals, arrow);
    case 'terminal.fill-tab':
      if (tab?.layout.kind !== 'split') return false;
      manager.toggleZoom(tab.id);
      return true;
    case 'terminal.close':
      if (active !== undefined) terminals.close(active.id);
      return true;
    case 'terminal.search':
      search();
      return true;
    case 'terminal.tab': {
      // Without such a tab, the program gets the key.
      const wanted = digit === 9 ? terminals.tabs.at(-1) : terminals.tabs[(digit ?? 0) - 1];
      if (wanted === undefined || terminals.tabs.length < 2) return false;
      manager.activate(wanted.id);
      return true;
    }
    case 'terminal.reopen':
      terminals.reopen();
      return true;
    case 'terminal.duplicate':
      terminals.duplicate();
      return active !== undefined;
    case 'terminal.clear':
      if (active !== undefined) manager.screen(active.id)?.clear();
      return active !== undefined;
    case 'terminal.scroll-top':
    case 'terminal.scroll-bottom':
      if (active !== undefined)
        manager.screen(active.id)?.scrollTo(action === 'terminal.scroll-top' ? 'top' : 'bottom');
      return active !== undefined;
    case 'terminal.broadcast':
      terminals.toggleBroadcast();
      return true;
    case 'terminal.copy':
      terminals.copy();
      return true;
    case 'terminal.leave':
      endLeaveHint();
      focusVisibly(document.querySelector('[data-terminal-tab][aria-selected="true"], [data-terminal-list]'));
      return true;
    default:
      return false;
  }
}

/** Changes the text size of terminals by the keys that zoom the window elsewhere. */
function resizeText({ action }: PressedAction, api: Parameters<typeof changeTextSize>[0]): boolean {
  switch (action) {
    case 'window.larger':
      void changeTextSize(api, 'larger');
      return true;
    case 'window.smaller':
      void changeTextSize(api, 'smaller');
      return true;
    case 'window.normal-size':
      void changeTextSize(api, 'normal');
      return true;
    default:
      return false;
  }
}

function resize({ manager, tab }: Terminals, side: Side): boolean {
  if (tab?.layout.kind !== 'split') return false;
  if (!tab.isZoomed) manager.arrange(tab.id, moveEdge(tab.layout, tab.focused, side, STEP));
  return true;
}

/** Opens a terminal on the active terminal's machine, or on the only one there is; otherwise opens the menu of machines. */
function openNew(terminals: Terminals): void {
  const online = terminalHosts(useApp.getState());
  const { active } = terminals;
  const wanted =
    online.find((host) => active !== undefined && sameHost(host, active.host)) ??
    (online.length === 1 ? online[0] : undefined);
  if (wanted !== undefined) terminals.open(wanted);
  else if (online.length === 0) notify({ tone: 'info', text: text('terminals.new.no-machines') });
  else document.querySelector<HTMLElement>('[data-new-terminal]')?.click();
}
