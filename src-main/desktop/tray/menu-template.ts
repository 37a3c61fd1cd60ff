import type { MenuItemConstructorOptions } from 'electron';
import { assertNever } from '#shared/assert-never.ts';
import type { TrayAction, TrayEntry } from './model.ts';

/**
 * Converts entries of the tray's menu to Electron's format. Used by `TrayController`. Pure.
 * @param act called with the action of an entry that was clicked
 */
export function menuTemplate(
  entries: readonly TrayEntry[],
  act: (action: TrayAction) => void,
): MenuItemConstructorOptions[] {
  return entries.map((entry): MenuItemConstructorOptions => {
    switch (entry.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: escapeLabel(entry.label), enabled: false };
      case 'action':
        return { label: escapeLabel(entry.label), enabled: entry.enabled, click: () => act(entry.action) };
      case 'check':
        return {
          type: 'checkbox',
          label: escapeLabel(entry.label),
          checked: entry.checked,
          click: () => act(entry.action),
        };
      case 'menu':
        return { type: 'submenu', label: escapeLabel(entry.label), submenu: menuTemplate(entry.entries, act) };
      default:
        return assertNever(entry);
    }
  });
}

/** Escapes `&`, which would mark the access key of an entry. */
function escapeLabel(label: string): string {
  return label.replaceAll('&', '&&');
}
