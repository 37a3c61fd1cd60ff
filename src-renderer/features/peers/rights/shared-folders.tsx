import { Plus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { FolderMode, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, IconButton, Mono, Select, TextInput, UntrustedText } from '../../../ui/index.ts';
import styles from './shared-folders.module.css';
import { useEscape } from './use-escape.ts';
import { useTakeBack } from './use-waiting.ts';

const MODES = ['read', 'write'] as const satisfies readonly FolderMode[];

/**
 * Lists the folders of this machine that are shared with a peer, each with its use and a button that ends sharing it, and a form that shares one more.
 * Each change is saved at once (`folders.share`, `folders.unshare`).
 */
export function SharedFolders({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const share = useCall('folders.share');
  const unshare = useCall('folders.unshare');
  const takeBack = useTakeBack();
  const [isAdding, setAdding] = useState(false);
  const { peerId, folders = [] } = peer;
  const error = share.error ?? unshare.error;

  const save = async (path: string, mode: FolderMode): Promise<boolean> => {
    if (share.busy) return false;
    takeBack();
    return (await share.run({ peer: peerId, path, mode })) !== undefined;
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
                  onChange={(wanted) => void save(path, wanted)}
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
      {isAdding ? (
        <FolderForm
          busy={share.busy}
          onAdd={save}
          onClose={() => {
            setAdding(false);
            share.reset();
          }}
        />
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
            share.reset();
            unshare.reset();
          }}
        />
      )}
    </div>
  );
}

type FolderFormProps = Readonly<{
  busy: boolean;
  /** @returns whether it was saved */
  onAdd(path: string, mode: FolderMode): Promise<boolean>;
  onClose(): void;
}>;

/** Form for one more folder. In the application a button chooses it with the system's dialog; a browser doesn't tell paths. Escape closes the form. */
function FolderForm({ busy, onAdd, onClose }: FolderFormProps): ReactElement {
  const form = useEscape<HTMLFormElement>(onClose);
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  const choosing = useCall('shell.chooseFolder');
  const [path, setPath] = useState('');
  const [mode, setMode] = useState<FolderMode>('read');
  const choose = async (): Promise<void> => {
    const chosen = (await choosing.run({}))?.path ?? null;
    if (chosen !== null) setPath(chosen);
  };
  return (
    <form
      ref={form}
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || path.trim() === '') return;
        void onAdd(path.trim(), mode).then((isSaved) => {
          if (isSaved) onClose();
        });
      }}
    >
      <Field label={text('access.folders.path')} hint={text('access.folders.path.hint')}>
        <div className={styles['choose']}>
          <div className={styles['path']}>
            <TextInput mono value={path} onChange={setPath} />
          </div>
          {isDesktop && (
            <Button busy={choosing.busy} onClick={() => void choose()}>
              {text('forwards.form.folder.choose')}
            </Button>
          )}
        </div>
      </Field>
      <div className={styles['use']}>
        <Select
          label={text('access.folders.use')}
          value={mode}
          options={MODES.map((value) => ({ value, label: text(`access.folders.${value}`) }))}
          onChange={setMode}
        />
      </div>
      <div className={styles['buttons']}>
        <Button type="submit" size="small" variant="primary" busy={busy} disabled={path.trim() === ''}>
          {text('access.folders.share')}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {text('ui.cancel')}
        </Button>
      </div>
      {choosing.error !== undefined && <ErrorNotice error={choosing.error} onDismiss={choosing.reset} />}
    </form>
  );
}
