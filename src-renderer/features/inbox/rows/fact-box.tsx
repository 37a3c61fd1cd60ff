import type { ReactElement, ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { classes } from '../../../ui/index.ts';
import styles from './fact-box.module.css';
import { useReadToEnd } from '../decision/use-read-to-end.ts';

export type FactBoxProps = Readonly<{
  children: ReactNode;
  /** Called when the person has had all facts in sight; at once if they fit into the box. */
  onRead(): void;
}>;

/** Shows the facts of a request in a scrolling box, so that a long value pushes nothing off the screen. */
export function FactBox({ children, onRead }: FactBoxProps): ReactElement {
  const { box, end, needsScroll } = useReadToEnd(onRead);
  return (
    <>
      <div
        ref={box}
        className={classes(styles['box'], needsScroll && styles['long'])}
        role="group"
        aria-label={text('approvals.facts')}
        // A scrolling region has to be focusable (WCAG 2.1.1); not every browser ensures it.
        {...(needsScroll && { tabIndex: 0 })}
      >
        {children}
        <span ref={end} className={styles['end']} aria-hidden="true" />
      </div>
      {needsScroll && <p className={styles['more']}>{text('approvals.facts.long')}</p>}
    </>
  );
}
