import { useEffect, useRef, type RefObject } from 'react';
import { pressedAction } from '../../keys/index.ts';
import { useHasModal } from '../../ui/index.ts';

/** Answers that keys send, with the position of the row that is meant where none is selected; -1 without one. */
export type InboxKeys = Readonly<{
  approve(index: number): void;
  hour(index: number): void;
  relay(index: number): void;
  decline(index: number): void;
  select(index: number): void;
}>;

/**
 * Handles the keys of the inbox: the arrow keys move between rows, and letters act on the row that has the focus; while nothing on the page has it, on the
 * only open row. Selected rows are meant before any other, and in their bar. A key that is held down, and one that is typed into a field or while a dialog is open, does nothing.
 * @param heading element that has the focus while there is no row
 * @returns ref of the list
 */
export function useInboxKeys(
  keys: InboxKeys,
  heading: RefObject<HTMLElement | null>,
): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const isCovered = useHasModal();
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (isCovered) return undefined;
    const listen = (event: KeyboardEvent): void => {
      if (list.current === null || event.defaultPrevented) return;
      const rows = [...list.current.children];
      const toggles = rows.map((row) => row.querySelector<HTMLElement>('[data-row-toggle]'));
      const focused = rows.findIndex((row) => row.contains(document.activeElement));
      const isIdle = [document.body, document.getElementById('content'), heading.current, null].some(
        (element) => element === document.activeElement,
      );
      const isInBar = document.activeElement?.matches('[data-selection-bar] *') === true;
      if (focused === -1 && !isIdle && !isInBar) return;
      const index = focused === -1 ? onlyOpen(toggles) : focused;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        if (focused === -1) {
          event.preventDefault();
          toggles[Math.max(index, 0)]?.focus();
          return;
        }
        if (document.activeElement !== toggles[index] && document.activeElement !== rows[index]) return;
        event.preventDefault();
        toggles[index + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
        return;
      }
      const action = event.repeat ? undefined : pressedAction(event, 'inbox')?.action;
      if (action === undefined) return;
      event.preventDefault();
      if (action === 'inbox.approve') latest.current.approve(index);
      if (action === 'inbox.hour') latest.current.hour(index);
      if (action === 'inbox.relay') latest.current.relay(index);
      if (action === 'inbox.decline') latest.current.decline(index);
      if (action === 'inbox.select') {
        latest.current.select(index);
        // The arrow keys go on from the row that the key has meant.
        if (focused === -1) toggles[index]?.focus();
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [heading, isCovered]);
  return list;
}

/** Returns the position of the only open row; -1 if none or several are open. */
function onlyOpen(toggles: readonly (HTMLElement | null)[]): number {
  const isOpen = (toggle: HTMLElement | null): boolean => toggle?.getAttribute('aria-expanded') === 'true';
  return toggles.filter(isOpen).length === 1 ? toggles.findIndex(isOpen) : -1;
}
