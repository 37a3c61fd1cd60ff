import type { ReactElement } from 'react';
import { classes } from './classes.ts';
import styles from './status-dot.module.css';

export type StatusDotProps = Readonly<{ state: 'online' | 'offline' | 'attention' | 'busy'; label: string }>;

/** The state differs by shape too, not by colour alone. */
export function StatusDot({ state, label }: StatusDotProps): ReactElement {
  return <span className={classes(styles['dot'], styles[state])} role="img" aria-label={label} title={label} />;
}
