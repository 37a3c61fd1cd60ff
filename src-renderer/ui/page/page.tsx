import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import styles from './page.module.css';
import { Spinner } from '../feedback/spinner.tsx';

export function Card({ className, ...rest }: ComponentPropsWithRef<'div'>): ReactElement {
  return <div {...rest} className={classes(styles['card'], className)} />;
}

export type PageHeaderProps = Readonly<{ title: string; description?: ReactNode; actions?: ReactNode }>;

/** Header of a page; its title is the page's `h1`. */
export function PageHeader({ title, description, actions }: PageHeaderProps): ReactElement {
  return (
    <header className={styles['header']}>
      <div className={styles['header-words']}>
        <h1 className={styles['title']}>{title}</h1>
        {isShown(description) && <p className={styles['description']}>{description}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}

export type PageListProps = Omit<ComponentPropsWithRef<'ul'>, 'aria-label'> & Readonly<{ label: string }>;

/** List of a page's rows in one frame; each child is an `li`. */
export function PageList({ label, className, children, ...rest }: PageListProps): ReactElement {
  return (
    <ul {...rest} className={classes(styles['list'], className)} aria-label={label}>
      {children}
    </ul>
  );
}

/** Placeholder of a page that is loading. */
export function PageLoading({ label }: Readonly<{ label: string }>): ReactElement {
  return (
    <div className={styles['loading']}>
      <Spinner label={label} />
    </div>
  );
}
