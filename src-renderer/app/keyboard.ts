import { useEffect } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { usesCommandKey } from '../locale/index.ts';
import { navigate, openPairing, openPalette, PAGES, useApi, useApp } from '../store/index.ts';
import { Regions } from './layout/regions.ts';
import { zoomKey, zoomWindow } from './zoom.ts';

/**
 * Listens to the keys of the whole window and runs its shortcuts.
 *
 * - Ctrl (⌘ on a Mac) with a digit opens a page, with Shift+P pairing, with K the palette; `?` opens the list of keys.
 * - F6 or Ctrl+B moves the focus to the next region, with Shift to the previous one.
 * - Ctrl with +, − and 0 zooms the window; on the terminals page it changes the text size.
 *
 * While a terminal has the focus, its program gets F6, Ctrl+B and Ctrl+K. Ctrl+F6 leaves the terminal, and Ctrl+Shift+K opens the palette everywhere.
 */
export function useKeyboard(): void {
  const api = useApi();
  useEffect(() => {
    const regions = new Regions();
    const press = (event: KeyboardEvent): void => {
      if (!zoomed(event, api) && !act(event, regions)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Captures the key before a terminal takes it for its program.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [api]);
}

/** Zooms the window if the key is one of the zoom keys, also while a dialog is open. @returns whether the key was handled */
function zoomed(event: KeyboardEvent, api: AppApiClient): boolean {
  const how = zoomKey(event.key);
  const { page, facts } = useApp.getState();
  const withControl = usesCommandKey ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (how === undefined || !withControl || event.altKey || page === 'terminals' || facts?.kind !== 'desktop')
    return false;
  void zoomWindow(api, how);
  return true;
}

function act(event: KeyboardEvent, regions: Regions): boolean {
  // An open dialog or menu handles its own keys.
  if (event.altKey || event.isComposing || isCovered()) return false;
  const withControl = usesCommandKey ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const focus = document.activeElement;
  const isInTerminal = focus !== null && focus.closest('.xterm') !== null;
  if (event.key === 'F6' && (!isInTerminal || event.ctrlKey)) {
    regions.move(event.shiftKey ? -1 : 1);
    return true;
  }
  if (!withControl) {
    const isTyped = isInTerminal || focus instanceof HTMLInputElement || focus instanceof HTMLTextAreaElement;
    if (event.key !== '?' || event.ctrlKey || event.metaKey || isTyped) return false;
    openPalette('keys');
    return true;
  }
  // Programs in a terminal don't use ⌘K.
  if (event.code === 'KeyK' && (!isInTerminal || usesCommandKey || event.shiftKey)) {
    openPalette('commands');
    return true;
  }
  if (event.shiftKey) {
    if (event.code !== 'KeyP') return false;
    openPairing('choose');
    return true;
  }
  // Programs in a terminal don't use ⌘B.
  if (event.code === 'KeyB' && (!isInTerminal || usesCommandKey)) {
    regions.move(1);
    return true;
  }
  const page =
    PAGES[['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8'].indexOf(event.code)];
  if (page === undefined) return false;
  navigate(page);
  return true;
}

function isCovered(): boolean {
  return useApp.getState().pairing !== undefined || document.querySelector('[role="dialog"], [role="menu"]') !== null;
}
