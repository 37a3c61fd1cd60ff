import type { ReactElement } from 'react';
import styles from './brand.module.css';

/** The mark of `assets/brand.svg`: an open claw, and what reaches out of it. */
export function Brand(): ReactElement {
  return (
    <svg className={styles['brand']} viewBox="0 0 32 32" aria-hidden="true">
      <rect className={styles['ground']} width="32" height="32" rx="8" />
      <path className={styles['stroke']} d="M23.5 10.2A9.5 9.5 0 1 0 23.5 21.8" />
      <path className={styles['stroke']} d="M13.5 16H25" />
      <path className={styles['stroke']} d="M20.8 12.2 25 16l-4.2 3.8" />
    </svg>
  );
}
