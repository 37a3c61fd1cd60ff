import { Inbox } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Switch } from '../../../ui/index.ts';
import styles from '../rights/access.module.css';
import { Confirmation } from '../rights/confirmation.tsx';
import { SavedMark } from '../rights/saved-mark.tsx';
import { useSaved } from '../rights/use-saved.ts';

/** Row that lets a browser answer the requests of this machine (`peers.setAnswers`). Allowing it asks for a confirmation in the row; ending it doesn't. */
export function AnswersRow({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const set = useCall('peers.setAnswers');
  const [isWaiting, setWaiting] = useState(false);
  const [isSaved, showSaved] = useSaved();
  const save = async (answers: boolean): Promise<void> => {
    const saved = await set.run({ peer: peer.peerId, answers });
    setWaiting(false);
    if (saved !== undefined) showSaved();
  };
  return (
    <li className={styles['row']} data-right="answers">
      <Inbox className={styles['icon']} aria-hidden="true" />
      <div className={styles['switch']}>
        <Switch
          label={text('browser.answers')}
          description={text('browser.answers.explain')}
          beside={<SavedMark shown={isSaved} />}
          // In force only once it was confirmed below.
          checked={peer.browser?.answers === true}
          onChange={(answers) => {
            set.reset();
            if (answers) setWaiting(!isWaiting);
            else void save(false);
          }}
        />
      </div>
      <div className={styles['below']}>
        {isWaiting && (
          <Confirmation
            message={text('browser.answers.warning')}
            apply={text('browser.answers.apply')}
            busy={set.busy}
            onApply={() => void save(true)}
            onCancel={() => setWaiting(false)}
          />
        )}
        {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      </div>
    </li>
  );
}
