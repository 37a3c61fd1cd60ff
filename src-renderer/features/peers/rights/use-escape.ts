import { useEffect, useRef, type RefObject } from 'react';

/** Returns a ref of an element in which the key Escape calls `onEscape`. */
export function useEscape<T extends HTMLElement>(onEscape: () => void): RefObject<T | null> {
  const element = useRef<T>(null);
  const latest = useRef(onEscape);
  useEffect(() => {
    latest.current = onEscape;
  });
  useEffect(() => {
    const listen = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') latest.current();
    };
    const { current } = element;
    current?.addEventListener('keydown', listen);
    return () => current?.removeEventListener('keydown', listen);
  }, []);
  return element;
}
