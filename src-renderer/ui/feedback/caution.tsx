import { TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './caution.module.css';
import { classes, isShown } from '../styles/classes.ts';

export type CautionProps = Readonly<{
  /** Consequence of a choice; empty while there is nothing to say. */
  children?: ReactNode;
  className?: string | undefined;
}>;

/** Warning beside a choice. The element exists before the warning has a text, so that screen readers announce the text. */
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
