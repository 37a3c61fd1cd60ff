import type { ReactElement, ReactNode } from 'react';
import { isShown } from '../styles/classes.ts';
import styles from './empty-state.module.css';

/** `children`: explanation. `action`: button that adds the first item. */
export type EmptyStateProps = Readonly<{ icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode }>;

/** Explains why a page or list is empty and how to fill it. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactElement {
  return (
    <div className={styles['empty']}>
      <div className={styles['icon']} aria-hidden="true">
        {icon}
      </div>
      <h2 className={styles['title']}>{title}</h2>
      <div className={styles['text']}>{children}</div>
      {isShown(action) && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
