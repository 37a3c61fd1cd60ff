import { ChevronDown, FileUp, FolderUp, Send } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { Button, Menu, quoteUntrusted, type MenuItem } from '../../../ui/index.ts';
import { canSendTo, chooseAndSend } from './send-files.ts';
import styles from './send.module.css';

/** Returns the entries that send files or a folder to a machine; none if this window can't. */
export function sendEntries(
  machine: Pick<PeerView, 'browser' | 'forgottenAt'>,
  onSend: (what: 'files' | 'folder') => void,
): readonly MenuItem[] {
  if (!canSendTo(machine, useApp.getState().facts)) return [];
  return [
    { label: text('transfers.send.files'), icon: <FileUp />, onSelect: () => onSend('files') },
    { label: text('transfers.send.folder'), icon: <FolderUp />, onSelect: () => onSend('folder') },
  ];
}

/** Button of a machine's page that sends files: its menu has files and folders, which most systems choose in dialogs of their own. */
export function SendButton({ machine }: Readonly<{ machine: PeerView }>): ReactElement | null {
  const api = useApi();
  const entries = sendEntries(machine, (what) => void chooseAndSend(api, machine.peerId, what));
  if (entries.length === 0) return null;
  const label = text('transfers.send.to', { name: quoteUntrusted(machine.name) });
  return (
    <Menu
      label={label}
      trigger={
        <Button variant="quiet" icon={<Send aria-hidden="true" />} aria-label={label}>
          <span className={styles['label']}>
            {text('transfers.send')}
            <ChevronDown aria-hidden="true" />
          </span>
        </Button>
      }
      items={entries}
    />
  );
}
