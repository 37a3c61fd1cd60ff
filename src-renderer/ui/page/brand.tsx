import type { ReactElement } from 'react';
import styles from './brand.module.css';

/** Logo of the product, as in `assets/brand.svg`: an open claw and the point it reaches for. */
export function Brand(): ReactElement {
  return (
    <svg className={styles['brand']} viewBox="0 0 32 32" aria-hidden="true">
      <rect className={styles['ground']} width="32" height="32" rx="8" />
      <path className={styles['claw']} d="M19.7 9.9a8 8 0 1 0 0 12.2" />
      <circle className={styles['point']} cx="23.2" cy="16" r="2.9" />
    </svg>
  );
}
