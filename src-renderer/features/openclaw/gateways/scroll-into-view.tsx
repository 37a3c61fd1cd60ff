import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

/** What has come to the end of a long form is brought into sight: else only the name of a button would have changed. */
export function IntoView({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Nothing is returned: newer browsers answer with a promise, which is no way to clean up.
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return <div ref={box}>{children}</div>;
}
