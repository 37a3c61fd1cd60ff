import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  Dialog,
  ErrorNotice,
  Select,
  type DialogProps,
  quoteUntrusted,
  showHidden,
} from '../../../ui/index.ts';
import { ViewerActions } from '../../peers/index.ts';
import { LinkSection } from './link-section.tsx';
import styles from './sharing.module.css';
import { useSharingStatus } from './sharing-status.ts';

export type ShareDialogProps = Pick<DialogProps, 'onClose' | 'returnFocus'> &
  Readonly<{
    /** Peer that runs the terminal. */
    peerId: string;
    /** Name of the terminal on that peer. */
    terminal: string;
    /** Channel of the attached terminal; undefined while it isn't attached. */
    channel: number | undefined;
  }>;

/**
 * Dialog that shares a terminal through the agent: links for guests, then peers that may watch it. The person sees who does, and stops it. Without any
 * other peer it offers to pair one.
 */
export function ShareDialog({ peerId, terminal, channel, onClose, returnFocus }: ShareDialogProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const share = useCall('terminal.share');
  const stop = useCall('terminal.unshare');
  const { viewers } = useSharingStatus(channel);
  const [chosen, setChosen] = useState('');
  const others = peers.filter(
    (peer) => peer.peerId !== peerId && !viewers.some((viewer) => viewer.peerId === peer.peerId),
  );
  const isAlone = others.length === 0 && viewers.length === 0;
  const holder = peers.find((peer) => peer.peerId === peerId)?.name ?? '';
  const target = { peer: peerId, terminal };
  const add = async (): Promise<void> => {
    if ((await share.run({ ...target, with: chosen })) !== undefined) setChosen('');
  };
  const error = share.error ?? stop.error;
  return (
    <Dialog
      open
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('sharing.title')}
      description={text('sharing.description')}
      actions={
        <>
          {viewers.length > 1 && (
            <Button variant="danger" busy={stop.busy} onClick={() => void stop.run(target)}>
              {text('sharing.stop-all')}
            </Button>
          )}
          <Button onClick={onClose}>{text('ui.close')}</Button>
        </>
      }
    >
      <div className={styles['dialog']}>
        <LinkSection peerId={peerId} terminal={terminal} onLeave={onClose} />
        <section className={styles['links']} aria-label={text('sharing.machine')}>
          <h3 className={styles['heading']}>{text('sharing.machine')}</h3>
          <p className={styles['note']}>
            {text(isAlone ? 'sharing.no-peers' : 'sharing.machine.text', { peer: quoteUntrusted(holder) })}
          </p>
          {isAlone && (
            <div>
              <Button
                onClick={() => {
                  onClose();
                  openPairing('choose');
                }}
              >
                {text('sharing.pair')}
              </Button>
            </div>
          )}
          {others.length > 0 && (
            <div className={styles['add']}>
              <Select
                label={text('sharing.with')}
                value={chosen}
                options={[
                  { value: '', label: text('sharing.choose') },
                  ...others.map((peer) => ({ value: peer.peerId, label: showHidden(peer.name) })),
                ]}
                onChange={setChosen}
              />
              <Button disabled={chosen === ''} busy={share.busy} onClick={() => void add()}>
                {text('sharing.add')}
              </Button>
            </div>
          )}
          {viewers.length === 0 ? (
            others.length > 0 && <p className={styles['note']}>{text('sharing.no-viewers')}</p>
          ) : (
            <ul className={styles['viewers']} aria-label={text('sharing.viewers')}>
              {viewers.map((viewer) => (
                <li key={viewer.peerId} className={styles['viewer']}>
                  <bdi className={styles['name']}>{showHidden(viewer.name)}</bdi>
                  <ViewerActions
                    name={viewer.name}
                    watching={viewer.watching}
                    onStop={() => void stop.run({ ...target, with: viewer.peerId })}
                  />
                </li>
              ))}
            </ul>
          )}
          {error !== undefined && (
            <ErrorNotice
              error={error}
              onDismiss={() => {
                share.reset();
                stop.reset();
              }}
            />
          )}
        </section>
      </div>
    </Dialog>
  );
}
