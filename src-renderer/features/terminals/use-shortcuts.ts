import { useEffect, useRef } from 'react';
import { notify, useApp } from '../../store/index.ts';
import { text } from '../../i18n/index.ts';
import { placesOf } from './machine.ts';
import { samePlace } from './place.ts';
import { zoom } from './zoom.ts';
import type { Terminals } from './use-terminals.ts';
import { useApi } from '../../store/index.ts';

/** Shortcuts of this page, before the terminal takes the key for its program. */
export function useShortcuts(terminals: Terminals, search: () => void): void {
  const api = useApi();
  const act = useRef<(event: KeyboardEvent) => boolean>(() => false);
  useEffect(() => {
    act.current = (event) => {
      const action = actionOf(event);
      if (action === undefined) return false;
      const { manager, active } = terminals;
      switch (action) {
        case 'next':
          manager.step(1);
          return true;
        case 'previous':
          manager.step(-1);
          return true;
        case 'new':
          openNew(terminals);
          return true;
        case 'close':
          if (active !== undefined) manager.close(active.id);
          return true;
        case 'search':
          search();
          return true;
        case 'copy':
          terminals.copy();
          return true;
        case 'leave':
          document.querySelector<HTMLElement>('[data-terminal-tab][aria-selected="true"]')?.focus();
          return true;
        default:
          void zoom(api, action);
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
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
}

type Action = 'next' | 'previous' | 'new' | 'close' | 'search' | 'copy' | 'leave' | 'larger' | 'smaller' | 'normal';

const WITH_SHIFT: Readonly<Record<string, Action>> = {
  KeyT: 'new',
  KeyW: 'close',
  KeyF: 'search',
  KeyC: 'copy',
  Escape: 'leave',
};
const BY_KEY: Readonly<Record<string, Action>> = { '+': 'larger', '=': 'larger', '-': 'smaller', '0': 'normal' };

function actionOf(event: KeyboardEvent): Action | undefined {
  if (event.altKey || event.isComposing || !(event.ctrlKey || event.metaKey)) return undefined;
  if (event.key === '+') return 'larger';
  if (event.shiftKey) return WITH_SHIFT[event.code];
  if (event.key === 'PageDown') return 'next';
  if (event.key === 'PageUp') return 'previous';
  return BY_KEY[event.key];
}

/** On the machine that is before the person, or the only one there is; else the menu asks. */
function openNew(terminals: Terminals): void {
  const online = placesOf(useApp.getState());
  const { active } = terminals;
  const wanted =
    online.find((place) => active !== undefined && samePlace(place, active.place)) ??
    (online.length === 1 ? online[0] : undefined);
  if (wanted !== undefined) terminals.open(wanted);
  else if (online.length === 0) notify({ tone: 'info', text: text('terminals.new.nobody') });
  else document.querySelector<HTMLElement>('[data-new-terminal]')?.click();
}
