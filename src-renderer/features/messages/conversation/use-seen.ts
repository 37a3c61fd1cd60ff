import { useEffect, type RefObject } from 'react';

/**
 * Calls `seen` once while the element is in sight of a person: on the screen, in a window that is shown and has the focus.
 * @param seen memoised function; undefined watches nothing
 */
export function useSeen(element: RefObject<Element | null>, seen: (() => void) | undefined): void {
  useEffect(() => {
    const target = element.current;
    if (target === null || seen === undefined) return undefined;
    let isOnScreen = false;
    const check = (): void => {
      if (!isOnScreen || document.visibilityState !== 'visible' || !document.hasFocus()) return;
      stop();
      seen();
    };
    const observer = new IntersectionObserver((entries) => {
      isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      check();
    });
    const stop = (): void => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', check);
      window.removeEventListener('focus', check);
    };
    observer.observe(target);
    document.addEventListener('visibilitychange', check);
    window.addEventListener('focus', check);
    return stop;
  }, [element, seen]);
}

/** Calls `near` each time the element comes near the visible part of what it scrolls in. @param near memoised function; undefined watches nothing */
export function useNear(element: RefObject<Element | null>, near: (() => void) | undefined): void {
  useEffect(() => {
    const target = element.current;
    if (target === null || near === undefined) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting === true) near();
      },
      { rootMargin: '400px 0px' },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, near]);
}
