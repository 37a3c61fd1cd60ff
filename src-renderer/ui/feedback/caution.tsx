import { TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './caution.module.css';
import { classes, isShown } from '../styles/classes.ts';

export type CautionProps = Readonly<{
  /** Text of the warning; without one the element is empty. */
  children?: ReactNode;
  className?: string | undefined;
}>;

/**
 * Warning beside a setting or a request. The element is rendered even without a text, because screen readers announce only a text that is added to
 * an element they know.
 */
export function Caution({ children, className }: CautionProps): ReactElement {
  return (
    <p className={classes(styles['caution'], className)} role="status">
      {isShown(children) && (
        <>
          <TriangleAlert aria-hidden="true" />
          {children}
        </>
      )}
    </p>
  );
}
