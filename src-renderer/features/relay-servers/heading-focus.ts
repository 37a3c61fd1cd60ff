import { useEffect, useRef, type RefObject } from 'react';

/** Focuses the heading of a new view, so that a screen reader announces it and Enter confirms nothing unread. @returns the ref of the heading */
export function useHeadingFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
