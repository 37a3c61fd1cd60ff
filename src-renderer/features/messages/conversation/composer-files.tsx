import { Paperclip, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { MESSAGE_FILES } from '#shared/messages/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { notify, useApi, useApp } from '../../../store/index.ts';
import { IconButton } from '../../../ui/index.ts';
import type { ChosenFiles } from '../drafts.ts';
import styles from './conversation.module.css';

/** Button that chooses the files of a message with the system's dialog, and says how many go with it. Nothing where the window can't send files. */
export function ComposerFiles({
  files,
  onFiles,
}: Readonly<{ files: ChosenFiles | undefined; onFiles(files: ChosenFiles | undefined): void }>): ReactElement | null {
  const api = useApi();
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  if (!isDesktop) return null;
  const choose = async (): Promise<void> => {
    try {
      const { token, count } = await api.call('shell.transfers.choose', { what: 'files' });
      if (count > MESSAGE_FILES) notify({ tone: 'bad', text: text('messages.files.many', { count: MESSAGE_FILES }) });
      else if (token !== null) onFiles({ token, count });
    } catch (error) {
      notify({ tone: 'bad', text: explain(error).what });
    }
  };
  return (
    <span className={styles['chosen-files']}>
      <IconButton size="small" label={text('messages.files.add')} icon={<Paperclip />} onClick={() => void choose()} />
      {files !== undefined && (
        <>
          <span role="status">{text('messages.files.chosen', { count: files.count })}</span>
          <IconButton
            size="small"
            label={text('messages.files.none')}
            icon={<X />}
            onClick={() => onFiles(undefined)}
          />
        </>
      )}
    </span>
  );
}
