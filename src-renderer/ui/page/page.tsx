import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import styles from './page.module.css';

/** Frame with a background, for content that belongs together. */
export function Card({ className, ...rest }: ComponentPropsWithRef<'div'>): ReactElement {
  return <div {...rest} className={classes(styles['card'], className)} />;
}

/** `description`: text below the title. `actions`: buttons beside the title. */
export type PageHeaderProps = Readonly<{ title: string; description?: ReactNode; actions?: ReactNode }>;

/** Header of a page. The title is the page's `h1`. */
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

/** List of a page's rows in one frame; each child is an `li`. `label` names it for screen readers. */
export function PageList({ label, className, children, ...rest }: PageListProps): ReactElement {
  return (
    <ul {...rest} className={classes(styles['list'], className)} aria-label={label}>
      {children}
    </ul>
  );
}
