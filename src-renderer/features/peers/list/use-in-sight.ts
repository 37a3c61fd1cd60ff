import { useEffect, useRef, useState, type RefObject } from 'react';

/** So far beyond the edge of the window something counts as in sight, CSS pixels: what is scrolled in is already up to date. */
const MARGIN = '400px';

/** Whether an element is in sight, or will be in a moment; true until that is known. */
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
