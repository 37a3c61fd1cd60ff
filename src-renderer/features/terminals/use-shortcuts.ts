import { useEffect, useRef } from 'react';
import { notify, useApi, useApp } from '../../store/index.ts';
import { text } from '../../locale/index.ts';
import { moveEdge, type Side } from './panes/layout.ts';
import { terminalHosts } from './session/machine.ts';
import { sameHost } from './session/terminal-host.ts';
import { shortcutOf } from './shortcuts.ts';
import { changeTextSize } from './screen/text-size.ts';
import type { Terminals } from './use-terminals.ts';

/** Distance per press of a key that moves a pane's edge, as a fraction of its split. */
const STEP = 0.03;

/**
 * Handles the shortcuts of the page and Ctrl with the mouse wheel, before the terminal gets them. Listens on the window while the page is mounted.
 * @param search opens the search
 */
export function useShortcuts(terminals: Terminals, search: () => void): void {
  const api = useApi();
  const act = useRef<(event: KeyboardEvent) => boolean>(() => false);
  useEffect(() => {
    act.current = (event) => {
      const action = shortcutOf(event);
      if (action === undefined) return false;
      const { manager, active, tab } = terminals;
      switch (action.kind) {
        case 'next':
          manager.step(1);
          return true;
        case 'previous':
          manager.step(-1);
          return true;
        case 'move-tab':
          if (tab !== undefined) manager.moveTab(tab.id, terminals.tabs.indexOf(tab) + action.by);
          return true;
        case 'new':
          openNew(terminals);
          return true;
        case 'split':
          if (active !== undefined) terminals.split(action.direction);
          return active !== undefined;
        case 'focus':
          // In a tab with one pane, the program gets these keys.
          return tab?.layout.kind === 'split' && (manager.moveFocus(action.side) || true);
        case 'resize':
          return resize(terminals, action.side);
        case 'zoom-pane':
          if (tab?.layout.kind !== 'split') return false;
          manager.toggleZoom(tab.id);
          return true;
        case 'close':
          if (active !== undefined) terminals.close(active.id);
          return true;
        case 'search':
          search();
          return true;
        case 'tab': {
          // Without such a tab, the program gets the key.
          const wanted = action.number === 9 ? terminals.tabs.at(-1) : terminals.tabs[action.number - 1];
          if (wanted === undefined || terminals.tabs.length < 2) return false;
          manager.activate(wanted.id);
          return true;
        }
        case 'reopen':
          terminals.reopen();
          return true;
        case 'duplicate':
          terminals.duplicate();
          return active !== undefined;
        case 'clear':
          if (active !== undefined) manager.screen(active.id)?.clear();
          return active !== undefined;
        case 'broadcast':
          terminals.toggleBroadcast();
          return true;
        case 'copy':
          terminals.copy();
          return true;
        case 'leave':
          document.querySelector<HTMLElement>('[data-terminal-tab][aria-selected="true"]')?.focus();
          return true;
        case 'text':
          void changeTextSize(api, action.how);
          return true;
      }
    };
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (useApp.getState().page !== 'terminals' || document.querySelector('[role="dialog"], [role="menu"]') !== null)
        return;
      if (!act.current(event)) return;
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
