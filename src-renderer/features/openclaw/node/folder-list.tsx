import { Trash2 } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { NodePolicy } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, Field, IconButton, Mono, TextInput, showHidden } from '../../../ui/index.ts';
import styles from './node.module.css';

/**
 * List of the folders on this machine whose contents gateways may list. The person adds and removes folders.
 * @param onSave saves the changed policy; true if the agent accepted it
 */
export function FolderList({
  policy,
  saving,
  onSave,
}: Readonly<{ policy: NodePolicy; saving: boolean; onSave(policy: NodePolicy): Promise<boolean> }>): ReactElement {
  const id = useId();
  const [typed, setTyped] = useState('');
  const path = typed.trim();
  const wrong =
    path === ''
      ? undefined
      : !isAbsolutePath(path)
        ? text('node.folder.wrong')
        : policy.folders.includes(path)
          ? text('node.folder.there')
          : undefined;
  const add = async (): Promise<void> => {
    if (path === '' || wrong !== undefined) return;
    if (await onSave({ ...policy, folders: [...policy.folders, path] })) setTyped('');
  };
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('node.folders')}
      </h2>
      <p className={styles['about']}>
        {policy.folders.length === 0 ? text('node.folders.home') : text('node.folders.about')}
      </p>
      {policy.folders.length > 0 && (
        <ul className={styles['list']}>
          {policy.folders.map((folder) => (
            <li key={folder} className={styles['row']}>
              <span className={styles['what']}>
                <Mono>{showHidden(folder)}</Mono>
              </span>
              <IconButton
                size="small"
                label={text('node.folder.remove', { folder: showHidden(folder) })}
                icon={<Trash2 aria-hidden="true" />}
                disabled={saving}
                onClick={() => void onSave({ ...policy, folders: policy.folders.filter((each) => each !== folder) })}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        className={styles['add']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Field label={text('node.folder.path')} error={wrong}>
          <TextInput mono maxLength={4096} value={typed} onChange={setTyped} />
        </Field>
        <Button type="submit" busy={saving} disabled={path === '' || wrong !== undefined}>
          {text('node.folder.add')}
        </Button>
      </form>
    </section>
  );
}

/** Reports whether a path is absolute: from the root, a Windows drive or a network share. The dialog that adds a program uses it too. Pure. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/u.test(path);
}
