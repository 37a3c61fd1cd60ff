import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useIsBrowserMachine } from '../../store/index.ts';
import styles from './pairing.module.css';

/** Says in the page of a relay from whom it keeps terminals, before a person pairs this browser. Nothing in the application, whose code is signed. */
export function PagePromise(): ReactElement | null {
  return useIsBrowserMachine() ? <p className={styles['note']}>{text('page.promise')}</p> : null;
}
