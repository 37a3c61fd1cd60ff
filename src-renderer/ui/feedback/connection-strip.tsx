import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import styles from './connection-strip.module.css';
import { StatusDot, type StatusDotProps } from './status-dot.tsx';

export type ConnectionStripProps = Omit<ComponentPropsWithRef<'div'>, 'title'> &
  Readonly<{
    /** `waiting` draws the strip amber, `failed` red. */
    state: StatusDotProps['state'];
    /** Name of the machine, or the sentence that says what happened. */
    title: ReactNode;
    /** Facts behind the title: path, round trip, sparkline. */
    children?: ReactNode;
    /** Text or buttons at the end. Buttons are `size="small"`; the strip makes them 24 px high. */
    action?: ReactNode;
  }>;

/** Strip below the panes of a tab that says how the focused pane's machine is reached, or why it isn't. Changes are announced by screen readers. */
export function ConnectionStrip({
  state,
  title,
  children,
  action,
  className,
  ...rest
}: ConnectionStripProps): ReactElement {
  return (
    <div {...rest} className={classes(styles['strip'], styles[state], className)}>
      <StatusDot state={state} label="" />
      <span role="status" className={styles['title']}>
        {title}
      </span>
      {isShown(children) && <span className={styles['facts']}>{children}</span>}
      {isShown(action) && <span className={styles['action']}>{action}</span>}
    </div>
  );
}
