import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

/** Scrolls its content into view when the content appears: an error at the end of the long form of a gateway. */
export function ScrollIntoView({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Returns nothing: newer browsers return a promise here, which React would take for a clean-up function.
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return <div ref={box}>{children}</div>;
}
