import type { ReactElement, ReactNode } from 'react';
import { directionRuns, hasRightToLeft } from '#shared/visible-text/index.ts';

/**
 * Lays its content out from left to right in the order of its characters, even if they are right-to-left letters. For commands, names and addresses
 * that must not be reordered on screen. Use `OrderedRuns` for the text inside.
 */
export function Ordered({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <bdo dir="ltr">{children}</bdo>;
}

/** Text inside `Ordered`. Each right-to-left word stays in its position and is readable in its own direction. */
export function OrderedRuns({ children }: Readonly<{ children: string }>): ReactElement {
  if (!hasRightToLeft(children)) return <>{children}</>;
  return (
    <>
      {directionRuns(children).map(({ text, isRightToLeft }, index) => {
        // Runs may be equal.
        const key = `${index} ${isRightToLeft}`;
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
