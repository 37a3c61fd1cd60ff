import { useEffect, useRef, type RefObject } from 'react';
import { pressedAction } from '../../keys/index.ts';

/** Answers that keys send for the focused row, by its position. */
export type InboxKeys = Readonly<{
  approve(index: number): void;
  decline(index: number): void;
  select(index: number): void;
}>;

/**
 * Handles the keys of the inbox: the arrow keys move between rows, and letters act on the row that has the focus. A key that is held down, and one that
 * is typed into a field, does nothing.
 * @returns ref of the list
 */
export function useInboxKeys(keys: InboxKeys): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const element = list.current;
    const listen = (event: KeyboardEvent): void => {
      if (element === null || event.defaultPrevented) return;
      const rows = [...element.children];
      const index = rows.findIndex((row) => row.contains(document.activeElement));
      if (index === -1) return;
      const toggles = rows.map((row) => row.querySelector<HTMLElement>('[data-row-toggle]'));
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        if (document.activeElement !== toggles[index] && document.activeElement !== rows[index]) return;
        event.preventDefault();
        toggles[index + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
        return;
      }
      const action = event.repeat ? undefined : pressedAction(event, 'inbox')?.action;
      if (action === undefined) return;
      event.preventDefault();
      if (action === 'inbox.approve') latest.current.approve(index);
      if (action === 'inbox.decline') latest.current.decline(index);
      if (action === 'inbox.select') latest.current.select(index);
    };
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  });
  return list;
}
