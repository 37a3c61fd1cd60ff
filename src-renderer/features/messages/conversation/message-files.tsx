import { File, Folder, FolderOpen } from 'lucide-react';
import type { ReactElement } from 'react';
import type { MessageFileView, MessageView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { explain, explainCode, text } from '../../../locale/index.ts';
import { notify, useApi, useApp } from '../../../store/index.ts';
import { formatBytes, IconButton, quoteUntrusted, UntrustedText } from '../../../ui/index.ts';
import styles from './conversation.module.css';

/** Files that come with a message, with size and state. The application shows those that are there in their folder. */
export function MessageFiles({
  message: { files, direction },
}: Readonly<{ message: MessageView }>): ReactElement | null {
  const api = useApi();
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  if (files.length === 0) return null;
  const show = (transfer: string): void => {
    api.call('shell.transfers.show', { id: transfer }).catch((error: unknown) => {
      notify({ tone: 'bad', text: explain(error).what });
    });
  };
  return (
    <ul className={styles['files']} aria-label={text('messages.files')}>
      {files.map((file, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- Names may be the same, and no file changes its place.
        <li key={index} data-state={file.state}>
          {file.size === null ? <Folder aria-hidden="true" /> : <File aria-hidden="true" />}
          <span className={styles['file-name']}>
            <UntrustedText>{file.name}</UntrustedText>
          </span>
          <span className={styles['file-facts']}>
            {[file.size === null ? '' : formatBytes(file.size), fileStateText(file, direction)]
              .filter(Boolean)
              .join(' · ')}
          </span>
          {isDesktop && file.path !== null && (
            <IconButton
              size="small"
              label={text('messages.files.show', { name: quoteUntrusted(file.name) })}
              icon={<FolderOpen />}
              onClick={() => show(file.transfer)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function fileStateText({ state, code }: MessageFileView, direction: MessageView['direction']): string {
  if (state === 'done') return text(direction === 'in' ? 'messages.files.state.done' : 'messages.files.state.sent');
  if (isOver(state)) return code === null ? text('messages.files.state.failed') : explainCode(code, code).what;
  return text(
    state === 'waiting' || state === 'preparing' ? 'messages.files.state.waiting' : 'messages.files.state.running',
  );
}
