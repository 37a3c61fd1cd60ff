import { UserCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Switch } from '../../../ui/index.ts';
import styles from './access.module.css';
import { Confirmation } from './confirmation.tsx';
import { SavedMark } from './saved-mark.tsx';
import { useSaved } from './use-saved.ts';
import { useWaiting } from './use-waiting.ts';

/** Row with the mark of the person's own device (`peers.setOwn`). Setting it asks for a confirmation in the row; removing it doesn't. */
export function OwnDeviceRow({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const mark = useCall('peers.setOwn');
  const [isWaiting, setWaiting] = useWaiting<true>(peer, mark.busy);
  const [isSaved, showSaved] = useSaved();
  const save = async (own: boolean): Promise<void> => {
    const saved = await mark.run({ peer: peer.peerId, own });
    setWaiting(undefined);
    if (saved !== undefined) showSaved();
  };
  return (
    <li className={styles['row']} data-right="own">
      <UserCheck className={styles['icon']} aria-hidden="true" />
      <div className={styles['switch']}>
        <Switch
          label={text('peers.my-device')}
          description={text('peers.my-device.explain')}
          beside={<SavedMark shown={isSaved} />}
          // In force only once it was confirmed below.
          checked={peer.own}
          onChange={(own) => {
            mark.reset();
            if (own) setWaiting(isWaiting ? undefined : true);
            else void save(false);
          }}
        />
      </div>
      <div className={styles['below']}>
        {isWaiting === true && (
          <Confirmation
            message={text('peers.my-device.warning')}
            apply={text('access.own.apply')}
            busy={mark.busy}
            onApply={() => void save(true)}
            onCancel={() => setWaiting(undefined)}
          />
        )}
        {mark.error !== undefined && <ErrorNotice error={mark.error} onDismiss={mark.reset} />}
      </div>
    </li>
  );
}
