import { text } from './text.ts';

/** Names a combination of keys as keyboards of the window's language do: `Ctrl+Shift+P`, in German `Strg+Umschalt+P`. Symbols such as ⌘ stay. */
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

/** True on a Mac, whose shortcuts use the Command key. */
export const usesCommandKey = navigator.platform.startsWith('Mac');

/** Names a shortcut with Ctrl, or with ⌘ on a Mac, for display beside its action. @param key key without Ctrl, such as `P`, `Shift+P` or `Enter` */
export function shortcutText(key: string): string {
  if (!usesCommandKey) return keysText(`Ctrl+${key}`);
  return keysText(key.startsWith('Shift+') ? `⇧⌘${key.slice('Shift+'.length)}` : `⌘${key}`);
}

/**
 * Names the shortcut that copies (`C`) or pastes (`V`) in a terminal. The program in the terminal gets Ctrl+C and Ctrl+V, so the shortcut has Shift
 * too; on a Mac it is the usual one.
 */
export function clipboardKeys(key: 'C' | 'V'): string {
  return shortcutText(usesCommandKey ? key : `Shift+${key}`);
}
