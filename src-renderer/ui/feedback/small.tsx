import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { text } from '../../i18n/index.ts';
import { classes, isShown } from '../styles/classes.ts';
import styles from './small.module.css';
import { Spinner } from './spinner.tsx';

/** Keys, addresses, codes: each character told apart, selected as a whole. */
export function Mono({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <code className={styles['mono']}>{children}</code>;
}

export function Card({ className, ...rest }: ComponentPropsWithRef<'div'>): ReactElement {
  return <div {...rest} className={classes(styles['card'], className)} />;
}

export type PageHeaderProps = Readonly<{ title: string; description?: ReactNode; actions?: ReactNode }>;

/** The head of a page; its title is the page's `h1`. */
export function PageHeader({ title, description, actions }: PageHeaderProps): ReactElement {
  return (
    <header className={styles['header']}>
      <div className={styles['words-of-header']}>
        <h1 className={styles['title']}>{title}</h1>
        {isShown(description) && <p className={styles['description']}>{description}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}

export type PageListProps = Omit<ComponentPropsWithRef<'ul'>, 'aria-label'> & Readonly<{ label: string }>;

/** The rows of a page, in one frame; each child is an `li`. */
export function PageList({ label, className, children, ...rest }: PageListProps): ReactElement {
  return (
    <ul {...rest} className={classes(styles['list'], className)} aria-label={label}>
      {children}
    </ul>
  );
}

/** What stands for a page whose content is not known yet. */
export function PageLoading({ label }: Readonly<{ label: string }>): ReactElement {
  return (
    <div className={styles['loading']}>
      <Spinner label={label} />
    </div>
  );
}

/** The words two people compare, in order. */
export function Words({ words }: Readonly<{ words: readonly string[] }>): ReactElement {
  return (
    <ol className={styles['words']} aria-label={text('ui.words', { words: words.join(' ') })}>
      {words.map((word, position) => {
        // A word may come twice.
        const key = `${position} ${word}`;
        return (
          <li key={key} className={styles['word']}>
            {word}
          </li>
        );
      })}
    </ol>
  );
}
