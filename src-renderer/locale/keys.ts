import { text } from './text.ts';

/** A combination of keys as they are named on a keyboard of the language: `Ctrl+Shift+P`, `Strg+Umschalt+P`. Signs such as ⌘ stay. */
export function keysText(keys: string): string {
  return keys
    .replace('Ctrl', () => text('ui.key.ctrl'))
    .replace('Shift', () => text('ui.key.shift'))
    .replace('Enter', () => text('ui.key.enter'))
    .replace('PageUp', () => text('ui.key.page-up'))
    .replace('PageDown', () => text('ui.key.page-down'))
    .replace('Arrows', () => text('ui.key.arrows'))
    .replace('Escape', () => text('ui.key.escape'));
}

/** True if shortcuts of this machine use the Command key. */
export const usesCommandKey = navigator.platform.startsWith('Mac');

/** A shortcut with Ctrl, or ⌘ on a Mac, as it is written beside what it does: `P`, `Shift+P`, `Enter`. */
export function shortcutText(key: string): string {
  if (!usesCommandKey) return keysText(`Ctrl+${key}`);
  return keysText(key.startsWith('Shift+') ? `⇧⌘${key.slice('Shift+'.length)}` : `⌘${key}`);
}

/** Returns the keys of copy and paste in a terminal, where Ctrl alone belongs to the program; on a Mac the usual ones. */
export function clipboardKeys(key: 'C' | 'V'): string {
  return shortcutText(usesCommandKey ? key : `Shift+${key}`);
}
