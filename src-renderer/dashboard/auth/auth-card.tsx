import type { ReactElement, ReactNode } from 'react';
import { usePageTitle } from '../shell/page-title.ts';
import styles from './auth.module.css';

export type AuthCardProps = Readonly<{ title: string; lead?: ReactNode; children?: ReactNode; foot?: ReactNode }>;

/** Frame of one step of signing in: heading, explanation, form, and other ways below. */
export function AuthCard({ title, lead, children, foot }: AuthCardProps): ReactElement {
  usePageTitle(title);
  return (
    <div className={styles['card']}>
      <h1 className={styles['title']}>{title}</h1>
      {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
      {children}
      {foot !== undefined && <div className={styles['foot']}>{foot}</div>}
    </div>
  );
}
