import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Height of a row, px. It is the same in `folders.module.css`. */
export const ROW = 36;
/** Rows beyond both edges that are drawn, so that they are there when a person scrolls. */
const BEYOND = 12;

/** Part of a long list that is drawn. */
export type DrawnRows = Readonly<{ box: RefObject<HTMLDivElement | null>; first: number; end: number }>;

/** Returns the rows of a list that are in sight, so that one of 50 000 rows is as quick as a short one. */
export function useRows(count: number): DrawnRows {
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void =>
      setSight((before) => {
        const top = Math.floor(element.scrollTop / ROW) * ROW;
        const height = element.clientHeight;
        return before.top === top && before.height === height ? before : { top, height };
      });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const first = Math.max(0, Math.min(Math.floor(sight.top / ROW), count) - BEYOND);
  return { box, first, end: Math.min(count, first + Math.ceil(sight.height / ROW) + 2 * BEYOND) };
}

/** Scrolls so that a row is in sight. */
export function showRow(box: HTMLDivElement | null, index: number): void {
  if (box === null) return;
  const top = index * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
}

/** Scrolls to the first row. */
export function toTop(box: HTMLDivElement | null): void {
  if (box !== null) box.scrollTop = 0;
}
