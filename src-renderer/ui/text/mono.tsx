import type { ReactElement, ReactNode } from 'react';
import styles from './mono.module.css';

/** Text in which characters are easy to distinguish: keys, addresses, codes. It is selected as a whole. */
export function Mono({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <code className={styles['mono']}>{children}</code>;
}
