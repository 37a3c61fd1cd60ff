import { UserCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { isWithout, notify, useApi, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, quoteUntrusted, Switch } from '../../../ui/index.ts';
import styles from './access.module.css';
import { Confirmation } from './confirmation.tsx';
import { SavedMark } from './saved-mark.tsx';
import { useSaved } from './use-saved.ts';
import { useWaiting } from './use-waiting.ts';

/** Row with the mark of the person's own device (`peers.setOwn`). Setting it asks for a confirmation in the row; removing it doesn't. */
export function OwnDeviceRow({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const api = useApi();
  const mark = useCall('peers.setOwn');
  const [isWaiting, setWaiting] = useWaiting<true>(peer, mark.busy);
  const [isSaved, showSaved] = useSaved();
  const save = async (own: boolean): Promise<void> => {
    const saved = await mark.run({ peer: peer.peerId, own });
    setWaiting(undefined);
    if (saved === undefined) return;
    showSaved();
    // Once: the permission is right there, whatever the answer.
    if (own) offerFiles(api, saved);
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

/** Offers to accept the files of an own device without asking, unless the person has decided on that. */
function offerFiles(api: AppApiClient, peer: PeerView): void {
  const { peerId, rights } = peer;
  if (rights.send.decision !== 'ask' || isWithout(useApp.getState().facts, 'transfers')) return;
  const name = quoteUntrusted(peer.name);
  const accept = async (): Promise<void> => {
    try {
      // Only what the person saw: another window may have decided meanwhile.
      const was = rights.send;
      await api.call('rights.set', { peer: peerId, right: 'send', decision: 'allow', expiresAt: null, was });
      notify({ tone: 'good', text: text('peers.my-device.files.done', { name }) });
    } catch (error) {
      notify({ tone: 'bad', text: explain(error).what });
    }
  };
  notify({
    tone: 'info',
    text: text('peers.my-device.files', { name }),
    action: { label: text('peers.my-device.files.apply'), run: () => void accept() },
    stays: true,
  });
}
