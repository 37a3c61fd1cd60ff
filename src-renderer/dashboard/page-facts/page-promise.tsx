import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './page-facts.module.css';

/** Says from whom the page keeps terminals, and from whom not, with a link to the explanation. */
export function PagePromise(): ReactElement {
  return (
    <p className={styles['promise']}>
      {text('page.promise')} <a href="/docs#promise">{text('page.promise.more')}</a>
    </p>
  );
}
