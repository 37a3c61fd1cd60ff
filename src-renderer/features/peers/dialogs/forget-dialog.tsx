import { useEffect, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { notify, removeForward, useApp, useCall } from '../../../store/index.ts';
import { ConfirmDialog, Switch, quoteUntrusted } from '../../../ui/index.ts';
import styles from './form.module.css';

export type ForgetDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/**
 * Asks the person to confirm that a peer is forgotten, lists what ends with the pairing, and calls `peers.forget`; its forwards, which stop, are removed
 * too if the person wants it (`forwards.remove`). Shows a toast or the error. The
 * call goes on if the dialog is closed.
 */
export function ForgetDialog({ peer, onClose }: ForgetDialogProps): ReactElement {
  const forget = useCall('peers.forget', { outlives: true });
  const remove = useCall('forwards.remove', { outlives: true });
  const { run: askAccount } = useCall('account.get');
  const name = quoteUntrusted(peer.name);
  const forwards = useApp((state) => state.forwards).filter(({ rule }) => 'peer' in rule && rule.peer === peer.peerId);
  const [alsoForwards, setAlsoForwards] = useState(false);
  const [isOwner, setOwner] = useState(false);
  useEffect(() => void askAccount({}).then((account) => setOwner(account?.owner === true)), [askAccount]);
  const apply = async (): Promise<void> => {
    if ((await forget.run({ peer: peer.peerId })) === undefined) return;
    let stay = 0;
    if (alsoForwards)
      for (const { id } of forwards) {
        // eslint-disable-next-line no-await-in-loop -- one after the other: the agent saves the list each time
        if ((await remove.run({ id })) === undefined) stay += 1;
        else removeForward(id);
      }
    notify(
      stay === 0
        ? { tone: 'good', text: text('peers.forgotten', { name }) }
        : { tone: 'bad', text: text('peers.forgotten.forwards', { name }) },
    );
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('peers.forget.title', { name })}
      apply={text('peers.forget.apply')}
      call={forget}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('peers.forget.ends')}</p>
      <ul className={styles['list']}>
        <li>{text('peers.forget.ends.key')}</li>
        <li>{text('peers.forget.ends.terminals')}</li>
        <li>{text('peers.forget.ends.rights')}</li>
        {forwards.length > 0 && (
          <li>
            {text('peers.forget.ends.forwards', {
              count: forwards.length,
              names: joinList(forwards.map(({ rule }) => quoteUntrusted(rule.name))),
            })}
          </li>
        )}
        {isOwner && <li>{text('peers.forget.ends.relay')}</li>}
      </ul>
      {forwards.length > 0 && (
        <Switch
          label={text('peers.forget.forwards', { count: forwards.length })}
          checked={alsoForwards}
          onChange={setAlsoForwards}
        />
      )}
      <p className={styles['plain']}>{text('peers.forget.stays')}</p>
    </ConfirmDialog>
  );
}
