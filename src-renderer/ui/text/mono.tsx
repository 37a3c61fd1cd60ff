import type { ReactElement, ReactNode } from 'react';
import styles from './mono.module.css';

/** Keys, addresses, codes: each character told apart, selected as a whole. */
export function Mono({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <code className={styles['mono']}>{children}</code>;
}
