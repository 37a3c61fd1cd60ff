import { ChevronRight, FolderOpen, FolderSymlink } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { PeerView, RemoteRoot } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../locale/index.ts';
import { useCall } from '../../store/index.ts';
import { Button, EmptyState, ErrorNotice, Mono, Spinner, UntrustedText, quoteUntrusted } from '../../ui/index.ts';
import { FolderBrowser } from './folder-browser.tsx';
import styles from './folders.module.css';

/** Command that shares a folder. */
const COMMAND = 'clawreach files share';

/** Tab of a machine with the folders that it shares with this one. */
export function MachineFolders({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const { run, error, busy } = useCall('folders.roots');
  const { peerId, online } = peer;
  const [roots, setRoots] = useState<readonly RemoteRoot[]>();
  const [open, setOpen] = useState<string>();
  const name = quoteUntrusted(peer.name);
  useEffect(() => {
    if (!online) return;
    void run({ peer: peerId }).then((found) => {
      if (found !== undefined) setRoots(found);
    });
  }, [run, peerId, online]);
  const root = roots?.find((one) => one.name === open);
  if (root !== undefined) return <FolderBrowser peer={peer} root={root} onLeave={() => setOpen(undefined)} />;
  if (error !== undefined && errorCode(error) !== 'rights.denied')
    return (
      <div className={styles['notice']}>
        <ErrorNotice error={error} />
        <Button onClick={() => void run({ peer: peerId }).then((found) => found !== undefined && setRoots(found))}>
          {text('folders.again')}
        </Button>
      </div>
    );
  if (busy && roots === undefined)
    return (
      <p className={styles['wait']}>
        <Spinner label="" /> {text('folders.asking', { name })}
      </p>
    );
  if (roots === undefined || roots.length === 0)
    return (
      <EmptyState icon={<FolderSymlink />} title={text(online ? 'folders.none' : 'folders.offline', { name })}>
        {text(online ? 'folders.none.text' : 'folders.offline.text', { name })}
        {online && (
          <p className={styles['command']}>
            <Mono>{COMMAND}</Mono>
          </p>
        )}
      </EmptyState>
    );
  return (
    <div className={styles['browser']}>
      <ul className={styles['roots']} aria-label={text('folders.of', { name })}>
        {roots.map((one) => (
          <li key={one.name}>
            <button type="button" className={styles['root']} onClick={() => setOpen(one.name)}>
              <FolderOpen aria-hidden="true" />
              <span className={styles['rootName']}>
                <UntrustedText>{one.name}</UntrustedText>
              </span>
              <span className={styles['muted']}>{text(`access.folders.${one.mode}`)}</span>
              <ChevronRight className={styles['enter']} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <p className={styles['muted']}>{text('folders.lead', { name })}</p>
    </div>
  );
}
