import type { ReactElement } from 'react';
import { classes } from '../styles/classes.ts';
import styles from './status-dot.module.css';

export type StatusDotProps = Readonly<{
  state: 'online' | 'offline' | 'waiting' | 'failed';
  /** Name of the state for screen readers; empty where text beside the dot says the same. */
  label: string;
}>;

/** Shows a state by the shape and colour of a dot. */
export function StatusDot({ state, label }: StatusDotProps): ReactElement {
  const className = classes(styles['dot'], styles[state]);
  if (label === '') return <span className={className} data-dot={state} aria-hidden="true" />;
  return <span className={className} data-dot={state} role="img" aria-label={label} title={label} />;
}
