import type { ReactElement, ReactNode } from 'react';
import { PagePromise } from '../page-facts/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import styles from './auth.module.css';

export type AuthCardProps = Readonly<{
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  foot?: ReactNode;
  hasPromise?: boolean;
}>;

/** Frame of one step of signing in: heading, explanation, form, and other ways below. `hasPromise`: says at the end what the page keeps private. */
export function AuthCard({ title, lead, children, foot, hasPromise = false }: AuthCardProps): ReactElement {
  usePageTitle(title);
  return (
    <div className={styles['card']}>
      <h1 className={styles['title']}>{title}</h1>
      {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
      {children}
      {foot !== undefined && <div className={styles['foot']}>{foot}</div>}
      {hasPromise && <PagePromise />}
    </div>
  );
}
