import { House } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import { usePageFacts } from '../api/index.ts';
import { NO_ACCOUNT } from '../kept-keys/index.ts';
import { connectWithoutAccount } from '../machine-agent/index.ts';
import { Link } from '../router/index.ts';
import { MachineWindow } from './machine-window.tsx';
import styles from './machine.module.css';

export type OwnMachinePageProps = Readonly<{
  /** Gives this browser new keys, and leads to the field for a code. */
  onPairAgain(): void;
}>;

/**
 * Pages `/dashboard` and `/terminal/…` at a relay without accounts: this browser as a machine that others have paired by code, with the window's features over the
 * agent in a worker.
 */
export function OwnMachinePage({ onPairAgain }: OwnMachinePageProps): ReactElement {
  const version = usePageFacts()?.version ?? '';
  return (
    <MachineWindow
      owner={NO_ACCOUNT}
      connect={() => connectWithoutAccount(version)}
      notice={<Ended onPairAgain={onPairAgain} />}
      back={
        <Link to={{ page: 'home' }} className={styles['back']}>
          <House aria-hidden="true" />
          {text('own.back')}
        </Link>
      }
    />
  );
}

/** Says that no machine wants this browser any more, and lets it pair again with new keys: the relay lets the old ones in nowhere. */
function Ended({ onPairAgain }: OwnMachinePageProps): ReactElement | null {
  const isRemoved = useApp(({ status }) => status?.relay.problem === 'relay.removed');
  if (!isRemoved) return null;
  return (
    <div className={styles['lost']} role="alert">
      <Banner
        tone="bad"
        action={
          <Button size="small" onClick={onPairAgain}>
            {text('own.again')}
          </Button>
        }
      >
        {text('own.ended')}
      </Banner>
    </div>
  );
}
