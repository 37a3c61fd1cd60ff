import { House } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { usePageFacts } from '../api/index.ts';
import { NO_ACCOUNT } from '../kept-keys/index.ts';
import { connectWithoutAccount } from '../machine-agent/index.ts';
import { Link } from '../router/index.ts';
import { Ended, type EndedProps } from './ended.tsx';
import { useKeptRemoval } from './kept-removal.ts';
import { MachineWindow } from './machine-window.tsx';
import styles from './machine.module.css';

/**
 * Pages `/dashboard` and `/terminal/…` at a relay without accounts: this browser as a machine that others have paired by code, with the window's features over the
 * agent in a worker.
 */
export function OwnMachinePage({ onPairAgain }: EndedProps): ReactElement {
  const version = usePageFacts()?.version ?? '';
  useKeptRemoval(NO_ACCOUNT);
  return (
    <MachineWindow
      owner={NO_ACCOUNT}
      connect={() => connectWithoutAccount(version)}
      notice={<Ended onPairAgain={onPairAgain} />}
      back={
        <div className={styles['bar']}>
          <Link to={{ page: 'home' }} className={styles['back']}>
            <House aria-hidden="true" />
            {text('own.back')}
          </Link>
        </div>
      }
    />
  );
}
