import { useEffect, useState } from 'react';

/** Sides on which content of a scrolled element is out of sight, as attributes of the element around it; an absent one is false. */
export type HiddenSides = Readonly<{ 'data-left'?: ''; 'data-right'?: ''; 'data-top'?: ''; 'data-bottom'?: '' }>;

/** Part of a pixel by which sizes of a scrolled element differ from whole ones, CSS pixels. */
const ROUNDING = 1;

/** Returns the sides on which content of an element is out of sight. Follows its scrolling, and the sizes of it and of its children. */
export function useHiddenSides(element: HTMLElement | null | undefined): HiddenSides {
  const [sides, setSides] = useState<HiddenSides>({});
  useEffect(() => {
    if (element === null || element === undefined) return undefined;
    const read = (): void => {
      const now = sidesOf(element);
      setSides((before) => (Object.keys(before).join(' ') === Object.keys(now).join(' ') ? before : now));
    };
    const observer = new ResizeObserver(() => {
      for (const child of element.children) observer.observe(child);
      read();
    });
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [element]);
  return sides;
}

function sidesOf(element: HTMLElement): HiddenSides {
  const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = element;
  return {
    ...(scrollLeft > ROUNDING && { 'data-left': '' }),
    ...(scrollWidth - clientWidth - scrollLeft > ROUNDING && { 'data-right': '' }),
    ...(scrollTop > ROUNDING && { 'data-top': '' }),
    ...(scrollHeight - clientHeight - scrollTop > ROUNDING && { 'data-bottom': '' }),
  };
}
