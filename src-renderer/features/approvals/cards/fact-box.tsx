import type { ReactElement, ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { classes } from '../../../ui/index.ts';
import styles from './fact-box.module.css';
import { useReadToEnd } from '../decision/use-read-to-end.ts';

export type FactBoxProps = Readonly<{
  children: ReactNode;
  /** Told when all of it was before the person's eyes: at once where it fits. */
  onRead(): void;
}>;

/** Everything that decides a request besides its words, in a box that pushes nothing off the screen, however long a value is. */
export function FactBox({ children, onRead }: FactBoxProps): ReactElement {
  const { box, end, needsScroll } = useReadToEnd(onRead);
  return (
    <>
      <div
        ref={box}
        className={classes(styles['box'], needsScroll && styles['long'])}
        role="group"
        aria-label={text('approvals.facts')}
        // What scrolls has to take the focus (WCAG 2.1.1); not every browser sees to it.
        {...(needsScroll && { tabIndex: 0 })}
      >
        {children}
        <span ref={end} className={styles['end']} aria-hidden="true" />
      </div>
      {needsScroll && <p className={styles['more']}>{text('approvals.facts.long')}</p>}
    </>
  );
}
