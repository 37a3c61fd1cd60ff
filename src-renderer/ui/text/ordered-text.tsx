import type { ReactElement, ReactNode } from 'react';
import { directionRuns, hasRightToLeft } from '#shared/visible-text/index.ts';

/** Lays its content out from left to right in logical order, whatever its letters; see `RunsOf` for words in it. */
export function Ordered({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <bdo dir="ltr">{children}</bdo>;
}

/** Text inside `Ordered`: each right-to-left word keeps its place and is laid out in its own direction. */
export function RunsOf({ children }: Readonly<{ children: string }>): ReactElement {
  if (!hasRightToLeft(children)) return <>{children}</>;
  return (
    <>
      {directionRuns(children).map(({ text, isRightToLeft }, place) => {
        // Runs may be equal.
        const key = `${place} ${isRightToLeft}`;
        return isRightToLeft ? (
          <bdi key={key} dir="rtl">
            {text}
          </bdi>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </>
  );
}
