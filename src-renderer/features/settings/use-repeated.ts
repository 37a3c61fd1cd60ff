import { useEffect } from 'react';

/**
 * Calls a function at once, and again after each interval while the window is visible.
 * @param read stays the same between renderings, as with `useCallback`
 * @param interval ms
 */
export function useRepeated(read: () => void, interval: number): void {
  useEffect(() => {
    const readIfVisible = (): void => {
      if (document.visibilityState !== 'hidden') read();
    };
    readIfVisible();
    const timer = setInterval(readIfVisible, interval);
    return () => clearInterval(timer);
  }, [read, interval]);
}
