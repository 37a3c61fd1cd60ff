import type { ReactElement, ReactNode } from 'react';
import styles from './mono.module.css';

/** Text in a font whose characters are easy to tell apart: keys, addresses, codes. One click selects the whole text. */
export function Mono({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <code className={styles['mono']}>{children}</code>;
}
