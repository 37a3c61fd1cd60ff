import { Plus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { FolderMode, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, IconButton, Mono, Select, UntrustedText } from '../../../ui/index.ts';
import styles from './shared-folders.module.css';
import { useEscape } from './use-escape.ts';
import { useTakeBack } from './use-waiting.ts';

const MODES = ['read', 'write'] as const satisfies readonly FolderMode[];

/**
 * Lists the folders of this machine that are shared with a peer, each with its use and a button that ends sharing it, and a form that shares one more,
 * in the application. Each change is saved at once (`folders.setMode`, `folders.unshare`, `shell.folders.share`).
 */
export function SharedFolders({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  const setMode = useCall('folders.setMode');
  const unshare = useCall('folders.unshare');
  const takeBack = useTakeBack();
  const [isAdding, setAdding] = useState(false);
  const { peerId, folders = [] } = peer;
  const error = setMode.error ?? unshare.error;

  const change = async (folder: string, mode: FolderMode): Promise<void> => {
    if (setMode.busy) return;
    takeBack();
    await setMode.run({ peer: peerId, folder, mode });
  };
  const end = async (folder: string): Promise<void> => {
    if (unshare.busy) return;
    takeBack();
    await unshare.run({ peer: peerId, folder });
  };
  return (
    <div className={styles['folders']} role="group" aria-label={text('access.folders')}>
      {folders.length > 0 && (
        <ul className={styles['list']}>
          {folders.map(({ name, path, mode }) => (
            <li key={path} className={styles['folder']}>
              <span className={styles['words']}>
                <span className={styles['name']}>
                  <UntrustedText>{name}</UntrustedText>
                </span>
                <Mono>
                  <UntrustedText>{path}</UntrustedText>
                </Mono>
              </span>
              <span className={styles['controls']}>
                <Select
                  label={text('access.folders.mode', { name })}
                  hideLabel
                  value={mode}
                  options={MODES.map((value) => ({ value, label: text(`access.folders.${value}`) }))}
                  onChange={(wanted) => void change(name, wanted)}
                />
                <IconButton
                  size="small"
                  label={text('access.folders.remove', { name })}
                  icon={<X aria-hidden="true" />}
                  onClick={() => void end(name)}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      {!isDesktop ? (
        <p className={styles['about']}>{text('access.folders.elsewhere')}</p>
      ) : isAdding ? (
        <FolderForm peerId={peerId} onClose={() => setAdding(false)} />
      ) : (
        <Button
          size="small"
          variant="quiet"
          edge="start"
          className={styles['plus']}
          icon={<Plus aria-hidden="true" />}
          onClick={() => setAdding(true)}
        >
          {text('access.folders.add')}
        </Button>
      )}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            setMode.reset();
            unshare.reset();
          }}
        />
      )}
    </div>
  );
}

type FolderFormProps = Readonly<{ peerId: string; onClose(): void }>;

/**
 * Form for one more folder: its use, and a button that chooses it with the system's dialog. The page learns its path from the peer that it is shared with,
 * and can name none. Escape closes the form.
 */
function FolderForm({ peerId, onClose }: FolderFormProps): ReactElement {
  const form = useEscape<HTMLFormElement>(onClose);
  const share = useCall('shell.folders.share');
  const takeBack = useTakeBack();
  const [mode, setMode] = useState<FolderMode>('read');
  const choose = async (): Promise<void> => {
    if (share.busy) return;
    takeBack();
    const answer = await share.run({ peer: peerId, mode });
    if (answer?.shared === true) onClose();
  };
  return (
    <form
      ref={form}
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        void choose();
      }}
    >
      <p className={styles['about']}>{text('access.folders.hint')}</p>
      <div className={styles['use']}>
        <Select
          label={text('access.folders.use')}
          value={mode}
          options={MODES.map((value) => ({ value, label: text(`access.folders.${value}`) }))}
          onChange={setMode}
        />
      </div>
      <div className={styles['buttons']}>
        <Button type="submit" size="small" variant="primary" busy={share.busy}>
          {text('access.folders.choose')}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {text('ui.cancel')}
        </Button>
      </div>
      {share.error !== undefined && <ErrorNotice error={share.error} onDismiss={share.reset} />}
    </form>
  );
}
