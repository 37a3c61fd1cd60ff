import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { classes } from '../../../ui/index.ts';
import styles from './home.module.css';

/** Heading of a numbered step. */
export function StepHeading({
  id,
  number,
  done = false,
  children,
}: Readonly<{ id: string; number: number; done?: boolean; children: string }>): ReactElement {
  return (
    <h2 id={id} className={classes(styles['heading'], styles['step'])}>
      <span className={classes(styles['number'], done && styles['number-done'])} aria-hidden="true">
        {done ? <Check /> : number}
      </span>
      {children}
    </h2>
  );
}
