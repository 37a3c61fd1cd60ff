import { House } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { usePageFacts } from '../api/index.ts';
import { keepRemoval, NO_ACCOUNT } from '../kept-keys/index.ts';
import { connectWithoutAccount } from '../machine-agent/index.ts';
import { Link } from '../router/index.ts';
import { Ended, type EndedProps } from './ended.tsx';
import { MachineWindow } from './machine-window.tsx';
import styles from './machine.module.css';

/**
 * Pages `/dashboard` and `/terminal/…` at a relay without accounts: this browser as a machine that others have paired by code, with the window's features over the
 * agent in a worker.
 */
export function OwnMachinePage({ onPairAgain }: EndedProps): ReactElement {
  const version = usePageFacts()?.version ?? '';
  useKeptRemoval();
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

/** Stores what the relay answers, for the start page, which asks no relay: that it lets this browser in no more, or that it does. */
function useKeptRemoval(): void {
  const peerId = useApp(({ status }) => status?.device.peerId);
  const answer = useApp(({ status }) =>
    status?.relay.state === 'online' ? 'in' : status?.relay.problem === 'relay.removed' ? 'removed' : undefined,
  );
  useEffect(() => {
    if (peerId !== undefined && answer !== undefined) keepRemoval(NO_ACCOUNT, peerId, answer === 'removed');
  }, [peerId, answer]);
}
