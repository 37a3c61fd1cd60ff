import { useEffect } from 'react';
import { navigate, openPairing, PAGES, useApp } from '../store/index.ts';
import { Regions } from './regions.ts';

/** Whether this machine's shortcuts are made with the command key. */
export const usesCommandKey = navigator.platform.startsWith('Mac');

/** As it is written beside what it does. */
export function shortcutText(key: string): string {
  return usesCommandKey ? `⌘${key}` : `Ctrl+${key}`;
}

/**
 * Shortcuts of the window: Ctrl (⌘ on a Mac) with 1 to 7 for the pages, with Shift and P to pair; F6 or Ctrl+B to the next region, with Shift to
 * the one before. F6 and Ctrl+B belong to the program in a terminal while that has the focus; Ctrl+F6 leaves it.
 */
export function useKeyboard(): void {
  useEffect(() => {
    const regions = new Regions();
    const press = (event: KeyboardEvent): void => {
      if (!act(event, regions)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before a terminal takes the key for its program.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
}

function act(event: KeyboardEvent, regions: Regions): boolean {
  // What a dialog or menu is open for comes first.
  if (event.altKey || event.isComposing || isCovered()) return false;
  const withControl = usesCommandKey ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const isInTerminal = document.activeElement?.closest('.xterm') !== null && document.activeElement !== null;
  if (event.key === 'F6' && (!isInTerminal || event.ctrlKey)) {
    regions.move(event.shiftKey ? -1 : 1);
    return true;
  }
  if (!withControl) return false;
  if (event.shiftKey) {
    if (event.code !== 'KeyP') return false;
    openPairing('choose');
    return true;
  }
  // ⌘B is nobody's in a terminal.
  if (event.code === 'KeyB' && (!isInTerminal || usesCommandKey)) {
    regions.move(1);
    return true;
  }
  const page = PAGES[['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7'].indexOf(event.code)];
  if (page === undefined) return false;
  navigate(page);
  return true;
}

function isCovered(): boolean {
  return useApp.getState().pairing !== undefined || document.querySelector('[role="dialog"], [role="menu"]') !== null;
}
