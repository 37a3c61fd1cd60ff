import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './form-skeleton.module.css';

/** Reserves the place of the form for signing in while it is loaded, so that the page isn't empty and nothing moves. */
export function FormSkeleton(): ReactElement {
  return (
    <div className={styles['form']} role="status" aria-busy="true">
      <span className="visually-hidden">{text('ui.loading')}</span>
      <div className={styles['title']} />
      <div className={styles['field']} />
      <div className={styles['field']} />
      <div className={styles['button']} />
    </div>
  );
}
