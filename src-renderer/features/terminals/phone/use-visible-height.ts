import { useEffect, useState } from 'react';

/** Least part of the window that an on-screen keyboard covers, CSS pixels; smaller differences come from the browser's own bars. */
const LEAST_COVERED = 80;

/**
 * Returns the height of the window above an on-screen keyboard, CSS pixels; undefined while nothing covers the window. Browsers that make the page
 * smaller themselves (`interactive-widget` in the page's head) cover nothing.
 */
export function useVisibleHeight(): number | undefined {
  const [height, setHeight] = useState<number>();
  useEffect(() => {
    const viewport = window.visualViewport;
    if (viewport === null) return undefined;
    const measure = (): void => {
      const isCovered = viewport.scale === 1 && window.innerHeight - viewport.height > LEAST_COVERED;
      setHeight(isCovered ? viewport.height : undefined);
    };
    measure();
    viewport.addEventListener('resize', measure);
    return () => viewport.removeEventListener('resize', measure);
  }, []);
  return height;
}
