import type { ReactElement } from 'react';
import styles from './button-keys.module.css';
import { KeyCaps } from './key-caps.tsx';

/** Keys of a button, after its label; left out where there is no keyboard. Hidden from screen readers, which read `aria-keyshortcuts`. */
export function ButtonKeys({ keys }: Readonly<{ keys: string | undefined }>): ReactElement | null {
  if (keys === undefined) return null;
  return (
    <span className={styles['keys']}>
      <KeyCaps keys={keys} hidden />
    </span>
  );
}
