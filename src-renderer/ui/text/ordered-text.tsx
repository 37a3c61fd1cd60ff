import type { ReactElement, ReactNode } from 'react';
import { directionRuns, hasRightToLeft } from '#shared/visible-text/index.ts';

/** Lays out what is in it from left to right in its own order, whatever letters it has; see `RunsOf` for the words in it. */
export function Ordered({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <bdo dir="ltr">{children}</bdo>;
}

/** A text inside `Ordered`: each right-to-left word stands in its place, and is read as its script is. */
export function RunsOf({ children }: Readonly<{ children: string }>): ReactElement {
  if (!hasRightToLeft(children)) return <>{children}</>;
  return (
    <>
      {directionRuns(children).map(({ text, isRightToLeft }, place) => {
        // Runs may be alike.
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
