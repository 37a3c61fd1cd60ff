import { House } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import { usePageFacts } from '../api/index.ts';
import { NO_ACCOUNT } from '../kept-keys/index.ts';
import { connectWithoutAccount } from '../machine-agent/index.ts';
import { goTo, Link } from '../router/index.ts';
import { MachineWindow } from './machine-window.tsx';
import styles from './machine.module.css';

/**
 * Pages `/dashboard` and `/terminal/…` at a relay without accounts: this browser as a machine that others have paired by code, with the window's features over the
 * agent in a worker.
 */
export function OwnMachinePage(): ReactElement {
  const version = usePageFacts()?.version ?? '';
  return (
    <MachineWindow
      owner={NO_ACCOUNT}
      connect={() => connectWithoutAccount(version)}
      notice={<Ended />}
      back={
        <Link to={{ page: 'home' }} className={styles['back']}>
          <House aria-hidden="true" />
          {text('own.back')}
        </Link>
      }
    />
  );
}

/** Says that no machine wants this browser any more, and that it gets new keys before it pairs again: the relay lets the old ones in nowhere. */
function Ended(): ReactElement | null {
  const isRemoved = useApp(({ status }) => status?.relay.problem === 'relay.removed');
  if (!isRemoved) return null;
  return (
    <div className={styles['lost']} role="alert">
      <Banner
        tone="bad"
        action={
          <Button size="small" onClick={() => goTo({ page: 'home' })}>
            {text('own.back')}
          </Button>
        }
      >
        {text('own.ended')}
      </Banner>
    </div>
  );
}
