import type { ReactElement } from 'react';
import styles from './brand.module.css';

/** The mark of `assets/brand.svg`: an open claw, and the point it reaches for. */
export function Brand(): ReactElement {
  return (
    <svg className={styles['brand']} viewBox="0 0 32 32" aria-hidden="true">
      <rect className={styles['ground']} width="32" height="32" rx="8" />
      <path
        className={styles['claw']}
        d="M15.2 27.6C8.1 26 4.3 19.8 5.7 12.8 6.6 8.6 9.4 5.4 13.4 4.2c-1.9 5.3-.6 10.4 3.7 13.900z"
      />
      <path
        className={styles['claw']}
        d="M17.5 27.600c5.8-.7 9.5-5.2 9.2-10.7-.1-2.7-1.2-5.1-3-6.7-.4 3.8-1.9 6.7-4.9 8.900z"
      />
      <circle className={styles['claw']} cx="18.8" cy="8.7" r="2.8" />
    </svg>
  );
}
