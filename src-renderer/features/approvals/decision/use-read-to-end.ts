import { useEffect, useRef, useState, type RefObject } from 'react';

/** Pixels by which what scrolls may be higher than its box without anything of it being cut. */
const SLACK = 4;

export type ReadToEnd = Readonly<{
  box: RefObject<HTMLDivElement | null>;
  /** Goes behind the last of what is in the box, `END` on it. */
  end: RefObject<HTMLSpanElement | null>;
  needsScroll: boolean;
}>;

/** Tells when the end of what is in a box was on the screen: not cut off by the box, nor outside of the window. */
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
    // Also tells how it is at first, and when the window is made narrower.
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
