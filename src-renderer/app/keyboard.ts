import { useEffect } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { pressedAction, type PressedAction } from '../keys/index.ts';
import { navigate, openPairing, openPalette, PAGES, hasPage, useApi, useApp } from '../store/index.ts';
import { Regions } from './layout/regions.ts';
import { zoomWindow } from './zoom.ts';

/**
 * Listens to the keys of the whole window and runs its actions: pages, settings, pairing, the palette, the list of keys, the next region and the
 * zoom. The person may have changed their keys (`src-renderer/keys`).
 *
 * While a terminal has the focus, its program gets keys without Ctrl, and Ctrl with a letter.
 */
export function useKeyboard(): void {
  const api = useApi();
  useEffect(() => {
    const regions = new Regions();
    const press = (event: KeyboardEvent): void => {
      const pressed = pressedAction(event, 'window');
      if (pressed === undefined || (!zoomed(pressed, api) && !act(pressed, regions))) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Captures the key before a terminal takes it for its program.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [api]);
}

const ZOOMS = { 'window.larger': 'larger', 'window.smaller': 'smaller', 'window.normal-size': 'normal' } as const;

/** Zooms the window, also while a dialog is open. On the page of terminals these keys change the text. @returns whether the key was handled */
function zoomed({ action }: PressedAction, api: AppApiClient): boolean {
  if (action !== 'window.larger' && action !== 'window.smaller' && action !== 'window.normal-size') return false;
  const { place, facts } = useApp.getState();
  if (place.page === 'terminals' || facts?.kind !== 'desktop') return false;
  void zoomWindow(api, ZOOMS[action]);
  return true;
}

function act({ action, digit = 0 }: PressedAction, regions: Regions): boolean {
  // An open dialog or menu handles its own keys.
  if (isCovered()) return false;
  switch (action) {
    case 'window.next-region':
    case 'window.previous-region':
      regions.move(action === 'window.next-region' ? 1 : -1);
      return true;
    case 'window.palette':
      openPalette('commands');
      return true;
    case 'window.keys':
      openPalette('keys');
      return true;
    case 'window.pair':
      openPairing('choose');
      return true;
    case 'window.settings':
      navigate({ page: 'settings' });
      return true;
    case 'window.page': {
      const page = PAGES[digit - 1];
      if (page === undefined || !hasPage(useApp.getState(), page)) return false;
      navigate({ page });
      return true;
    }
    default:
      return false;
  }
}

function isCovered(): boolean {
  return useApp.getState().pairing !== undefined || document.querySelector('[role="dialog"], [role="menu"]') !== null;
}
