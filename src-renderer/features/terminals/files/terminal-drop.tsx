import { FolderInput, Inbox } from 'lucide-react';
import { useCallback, useState, type ClipboardEvent, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { classes, quoteUntrusted } from '../../../ui/index.ts';
import { canSendTo, sendDropped, useFileDrop, useTransferEnd, type FileDrop } from '../../transfers/index.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import { PastedFilesDialog } from './pasted-files-dialog.tsx';
import styles from './terminal-drop.module.css';
import { typedPaths } from './typed-paths.ts';

export type TerminalDropOptions = Readonly<{
  host: TerminalHost;
  /** Returns the ID of the terminal on its machine; undefined until it is open there. */
  terminalOf(): string | undefined;
  /** Types a text into this terminal alone. */
  type(text: string): void;
}>;

/**
 * Lets files be dropped on a terminal, and files and pictures be pasted: into the inbox of its machine, or into the folder of its program, whose paths are
 * then typed. The second only where the machine's system tells the folder, which is Linux. What is pasted is sent after a question, since a clipboard may
 * have what the person no longer thinks of.
 * @returns the handlers for the terminal's place, what is drawn over it while files are dragged, and the question
 */
export function useTerminalDrop({ host, terminalOf, type }: TerminalDropOptions): Readonly<{
  handlers: FileDrop['handlers'] & Readonly<{ onPasteCapture(event: ClipboardEvent): void }>;
  zones: ReactElement | null;
  question: ReactElement | null;
}> {
  const api = useApi();
  const peerId = host.kind === 'peer' ? host.peerId : undefined;
  const peer = useApp(({ peers }) => peers.find((one) => one.peerId === peerId));
  const hasFolder = peer?.system === 'linux';
  const awaitEnd = useTypingAtEnd({ type, terminalOf });
  const toInbox = useCallback(
    (files: readonly File[]) => {
      if (peerId !== undefined) void sendDropped(api, peerId, files);
    },
    [api, peerId],
  );
  const toFolder = (files: readonly File[]): void => {
    const terminal = terminalOf();
    if (peerId === undefined || terminal === undefined) return toInbox(files);
    void sendDropped(api, peerId, files, terminal).then((id) => {
      if (id !== undefined) awaitEnd(id);
    });
  };
  const facts = useApp((state) => state.facts);
  const canSend = peer !== undefined && canSendTo(peer, facts);
  const drop = useFileDrop(canSend ? toInbox : undefined);
  const [pasted, setPasted] = useState<readonly File[]>([]);
  const onPasteCapture = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    // A copied part of a page is text as well as a picture of it: a terminal takes the text.
    if (!canSend || files.length === 0 || event.clipboardData.getData('text/plain') !== '') return;
    event.preventDefault();
    event.stopPropagation();
    setPasted(files);
  };
  return {
    handlers: { ...drop.handlers, onPasteCapture },
    question:
      pasted.length === 0 || peer === undefined ? null : (
        <PastedFilesDialog
          files={pasted}
          machine={peer.name}
          onInbox={() => toInbox(pasted)}
          {...(hasFolder && { onFolder: () => toFolder(pasted) })}
          onClose={() => setPasted([])}
        />
      ),
    zones:
      drop.isOver && peer !== undefined ? (
        <div className={styles['zones']} aria-hidden="true">
          <Zone icon={<Inbox />} label={text('transfers.drop.inbox', { name: quoteUntrusted(peer.name) })} />
          {hasFolder && <Zone icon={<FolderInput />} label={text('transfers.drop.folder')} onDropped={toFolder} />}
        </div>
      ) : null,
  };
}

/** Half of the terminal on which files are dropped. Without `onDropped`, the terminal itself takes them. */
function Zone({
  icon,
  label,
  onDropped,
}: Readonly<{ icon: ReactElement; label: string; onDropped?(files: readonly File[]): void }>): ReactElement {
  const { isOver: isHere, handlers } = useZone(onDropped);
  return (
    <div className={classes(styles['zone'], isHere && styles['here'])} data-drop-zone="" {...handlers}>
      <span className={styles['words']}>
        {icon}
        {label}
      </span>
    </div>
  );
}

/** As `useFileDrop`, but the event also reaches the terminal, which keeps its zones in sight. */
function useZone(onDropped: ((files: readonly File[]) => void) | undefined): FileDrop {
  const { isOver: isHere, handlers } = useFileDrop(onDropped ?? nothing, { passes: true });
  return {
    isOver: isHere,
    handlers: onDropped === undefined ? { ...handlers, onDrop: handlers.onDragLeave } : handlers,
  };
}

const nothing = (): void => undefined;

/** Types the paths of a transfer once it has ended, while the pane has the terminal into whose folder it went. */
function useTypingAtEnd({ type, terminalOf }: Pick<TerminalDropOptions, 'type' | 'terminalOf'>): (id: string) => void {
  return useTransferEnd((transfer) => {
    const typed = typedPaths(transfer);
    // Another terminal may have begun in the pane meanwhile.
    if (typed !== undefined && transfer.there?.terminal === terminalOf()) type(typed);
  });
}
