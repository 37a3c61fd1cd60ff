import { useEffect, useRef, useState, type RefObject } from 'react';

/** Tolerance for rounding in layouts, pixels. */
const SLACK = 4;

export type ReadToEnd = Readonly<{
  box: RefObject<HTMLDivElement | null>;
  /** Ref of the mark behind the last content. */
  end: RefObject<HTMLSpanElement | null>;
  needsScroll: boolean;
}>;

/** Calls `onRead` when the end of a box's content has been in sight: neither cut off by the box nor outside of the window. */
export function useReadToEnd(onRead: (() => void) | undefined): ReadToEnd {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  const listener = useRef(onRead);
  const [needsScroll, setNeedsScroll] = useState(false);
  useEffect(() => {
    listener.current = onRead;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    // Reports the first size as well, and a narrower window.
    const observer = new ResizeObserver(() => setNeedsScroll(element.scrollHeight > element.clientHeight + SLACK));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = end.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) listener.current?.();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, end, needsScroll };
}
