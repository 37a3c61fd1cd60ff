import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { skipFirstRun, useIsWithout } from '../../store/index.ts';
import { Button } from '../../ui/index.ts';
import { PairingStart } from '../pairing/index.ts';
import styles from './first-run.module.css';

/**
 * Page shown in place of the machines page while there is no machine: the screen that pairs, in the page. A person can skip it until the next start.
 */
export function FirstRun(): ReactElement {
  const isByCode = useIsWithout('accounts');
  return (
    <div className={styles['page']}>
      <header className={styles['header']}>
        <h1 className={styles['title']}>{text('first-run.title')}</h1>
        <p className={styles['lead']}>{text(isByCode ? 'first-run.text.browser' : 'first-run.text')}</p>
      </header>
      <PairingStart>
        <Button variant="quiet" size="small" onClick={skipFirstRun}>
          {text('first-run.skip')}
        </Button>
      </PairingStart>
    </div>
  );
}
