import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, PairingWordChips, Prose, useNow, quoteUntrusted } from '../../../ui/index.ts';
import { BrowserLifeChoice } from '../browser/browser-life-choice.tsx';
import styles from './compare-dialog.module.css';
import { pendingRightsText } from '../rights/right-text.ts';

export type CompareDialogProps = Readonly<{
  peer: PeerView;
  /** Sentence above the words that says what waits for the comparison. */
  reason?: string;
  onClose(): void;
  /** Called in place of `onClose` once the words are confirmed. */
  onConfirmed?(): void;
}>;

/**
 * Dialog for a pairing whose words have not been compared yet: shows the four words and buttons for "they match" (`pairing.confirm`) and "they
 * differ", which forgets the peer (`peers.forget`). Names the permissions that wait for the comparison; shows a toast or the error of the call. No
 * answer has the focus. Opened from the machines page, from the card of a peer's request, and before the first terminal or forward there.
 */
export function CompareDialog({ peer, reason, onClose, onConfirmed = onClose }: CompareDialogProps): ReactElement {
  const confirm = useCall('pairing.confirm');
  const forget = useCall('peers.forget');
  const now = useNow();
  const name = quoteUntrusted(peer.name);
  const { browser } = peer;
  const [life, setLife] = useState(browser?.life);
  const { words = [] } = peer.pairing ?? {};
  const rights = pendingRightsText(peer, now);
  const error = confirm.error ?? forget.error;

  const match = async (): Promise<void> => {
    if ((await confirm.run({ peer: peer.peerId, words: [...words], ...(life && { life }) })) === undefined) return;
    notify({ tone: 'good', text: text('peers.compare.confirmed', { name }) });
    onConfirmed();
  };
  const differ = async (): Promise<void> => {
    if ((await forget.run({ peer: peer.peerId, because: 'words' })) === undefined) return;
    notify({ tone: 'warning', text: text('pairing.forgotten.text', { name }) });
    onClose();
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={text('pairing.words.title')}
      actions={
        <>
          <Button onClick={onClose}>{text('peers.compare.later')}</Button>
          <Button busy={forget.busy} disabled={confirm.busy} onClick={() => void differ()}>
            {text('pairing.words.differ')}
          </Button>
          <Button variant="primary" busy={confirm.busy} disabled={forget.busy} onClick={() => void match()}>
            {text('pairing.words.match')}
          </Button>
        </>
      }
    >
      <div className={styles['stack']}>
        {error !== undefined && (
          <ErrorNotice
            error={error}
            onDismiss={() => {
              confirm.reset();
              forget.reset();
            }}
          />
        )}
        {reason !== undefined && <p>{reason}</p>}
        <p>
          <Prose>{text('peers.compare.how', { name })}</Prose>
        </p>
        <div
          role="group"
          className={styles['words']}
          aria-label={text('pairing.words.label', { words: words.join(' ') })}
        >
          <PairingWordChips words={words} />
        </div>
        <p className={styles['note']}>{text('pairing.words.differ.text', { name })}</p>
        {life !== undefined && <BrowserLifeChoice name={name} value={life} onChange={setLife} />}
        {rights !== '' && life === undefined && (
          <p className={styles['note']}>{text('peers.compare.pending', { name, rights })}</p>
        )}
      </div>
    </Dialog>
  );
}
