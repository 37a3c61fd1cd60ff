import { TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './caution.module.css';
import { classes, isShown } from '../styles/classes.ts';

export type CautionProps = Readonly<{
  /** What a choice brings with it; nothing as long as there is nothing to say. */
  children?: ReactNode;
  className?: string | undefined;
}>;

/** A warning beside a choice, said aloud when it comes. It stands there empty before, for only then is it heard. */
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
