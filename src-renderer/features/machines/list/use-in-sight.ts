import { useEffect, useRef, useState, type RefObject } from 'react';

/** Distance beyond the window's edge that counts as in sight, CSS pixels. Rows are thus up to date before they are scrolled into the window. */
const MARGIN = '400px';

/**
 * Reports whether an element is in sight, or within 400 pixels of it; true until that is known. Used by the parts of a row that change with each
 * measurement.
 * @returns the ref to put on the element, and the answer
 */
export function useInSight(): [area: RefObject<HTMLSpanElement | null>, isInSight: boolean] {
  const area = useRef<HTMLSpanElement>(null);
  const [isInSight, setNear] = useState(true);
  useEffect(() => {
    if (area.current === null) return undefined;
    const observer = new IntersectionObserver((changes) => setNear(changes.at(-1)?.isIntersecting === true), {
      rootMargin: MARGIN,
    });
    observer.observe(area.current);
    return () => observer.disconnect();
  }, []);
  return [area, isInSight];
}
