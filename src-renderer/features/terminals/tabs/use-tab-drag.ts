import { useCallback, useEffect, useRef, useState, type PointerEvent } from 'react';
import type { TerminalTabs } from './terminal-tabs.ts';

/** Distance below which a press is a click, CSS pixels. */
const SLACK = 6;

type Held = Readonly<{ tab: number; pointer: number; from: number; startX: number; isMoving: boolean }>;

/**
 * Lets the person drag tabs to other positions; a tab moves when the pointer passes the middle of another. Escape undoes the drag. Listens to pointer
 * and keys of the whole window, because the pointer may leave the tab.
 */
export function useTabDrag(manager: TerminalTabs): Readonly<{
  /** Id of the dragged tab. */
  dragged: number | undefined;
  onPointerDown(event: PointerEvent, tab: number): void;
  /** Reports whether the click that ends a drag has to be ignored. */
  wasDragged(): boolean;
}> {
  const held = useRef<Held>(undefined);
  const ended = useRef(false);
  const [dragged, setDragged] = useState<number>();

  useEffect(() => {
    const stop = (): void => {
      ended.current = held.current?.isMoving === true;
      held.current = undefined;
      setDragged(undefined);
    };
    const move = (event: globalThis.PointerEvent): void => {
      const now = held.current;
      if (now === undefined || event.pointerId !== now.pointer) return;
      if (!now.isMoving && Math.abs(event.clientX - now.startX) < SLACK) return;
      if (!now.isMoving) {
        held.current = { ...now, isMoving: true };
        setDragged(now.tab);
      }
      manager.moveTab(now.tab, positionAt(event.clientX, now.tab));
    };
    const press = (event: KeyboardEvent): void => {
      const now = held.current;
      if (now?.isMoving !== true || event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      manager.moveTab(now.tab, now.from);
      stop();
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', stop);
    window.addEventListener('pointercancel', stop);
    window.addEventListener('keydown', press, { capture: true });
    return () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', stop);
      window.removeEventListener('pointercancel', stop);
      window.removeEventListener('keydown', press, { capture: true });
    };
  }, [manager]);

  const onPointerDown = useCallback(
    (event: PointerEvent, tab: number): void => {
      ended.current = false;
      // Touch scrolls the tabs.
      if (event.button !== 0 || event.pointerType === 'touch') return;
      const from = manager.state().tabs.findIndex(({ id }) => id === tab);
      held.current = { tab, pointer: event.pointerId, from, startX: event.clientX, isMoving: false };
    },
    [manager],
  );
  const wasDragged = useCallback((): boolean => {
    const was = ended.current;
    ended.current = false;
    return was;
  }, []);
  return { dragged, onPointerDown, wasDragged };
}

/** Returns the position of a dragged tab: behind every other tab whose middle the pointer has passed. */
function positionAt(x: number, tab: number): number {
  const others = [...document.querySelectorAll<HTMLElement>('[data-tab-number]')].filter(
    ({ dataset }) => dataset['tabNumber'] !== String(tab),
  );
  return others.filter((other) => {
    const { left, width } = other.getBoundingClientRect();
    return left + width / 2 < x;
  }).length;
}
