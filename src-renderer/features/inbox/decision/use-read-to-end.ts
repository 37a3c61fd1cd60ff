import { useEffect, useRef, useState, type RefObject } from 'react';

/** Difference of heights that counts as rounding, CSS pixels. */
const SLACK = 4;

/** Refs for the elements of a scrolling box. */
export type ReadToEnd = Readonly<{
  /** Ref of the scrolling element. */
  box: RefObject<HTMLDivElement | null>;
  /** Ref of an empty element after the last content. */
  end: RefObject<HTMLSpanElement | null>;
  /** True when the content is higher than the box. */
  needsScroll: boolean;
}>;

/**
 * Calls `onRead` when the person has had the end of a box's content in sight, that is, neither cut off by the box nor outside the window. Used by the
 * boxes with the command and the facts of a request, which can be approved only after they have been read.
 */
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
