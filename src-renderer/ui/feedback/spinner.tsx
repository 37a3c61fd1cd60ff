import type { ReactElement } from 'react';
import styles from './spinner.module.css';

/** Rotating mark for something that runs. `label` names it for screen readers. */
export function Spinner({ label }: Readonly<{ label: string }>): ReactElement {
  return (
    <svg className={styles['spinner']} viewBox="0 0 16 16" role="img" aria-label={label}>
      <circle className={styles['track']} cx="8" cy="8" r="6" />
      <path className={styles['arc']} d="M8 2a6 6 0 0 1 6 6" />
    </svg>
  );
}
