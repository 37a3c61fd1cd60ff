import { FolderInput, Inbox } from 'lucide-react';
import { useCallback, useEffect, useRef, type ReactElement } from 'react';
import { isOver } from '#shared/files/index.ts';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { classes, quoteUntrusted } from '../../../ui/index.ts';
import { canSendTo, sendDropped, useFileDrop, type FileDrop } from '../../transfers/index.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
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
 * Lets files be dropped on a terminal: into the inbox of its machine, or into the folder of its program, whose paths are then typed. The second only where
 * the machine's system tells the folder, which is Linux.
 * @returns the handlers for the terminal's place, and what is drawn over it while files are dragged
 */
export function useTerminalDrop({ host, terminalOf, type }: TerminalDropOptions): Readonly<{
  handlers: FileDrop['handlers'];
  zones: ReactElement | null;
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
  const drop = useFileDrop(peer !== undefined && canSendTo(peer, facts) ? toInbox : undefined);
  return {
    handlers: drop.handlers,
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
function useTypingAtEnd(pane: Pick<TerminalDropOptions, 'type' | 'terminalOf'>): (id: string) => void {
  const waiting = useRef(new Set<string>());
  const current = useRef(pane);
  useEffect(() => {
    current.current = pane;
  });
  const look = useCallback(() => {
    const { transfers = [] } = useApp.getState();
    for (const transfer of transfers) {
      if (!waiting.current.has(transfer.id) || !isOver(transfer.state)) continue;
      waiting.current.delete(transfer.id);
      const typed = typedPaths(transfer);
      const { type, terminalOf } = current.current;
      // Another terminal may have begun in the pane meanwhile.
      if (typed !== undefined && transfer.there?.terminal === terminalOf()) type(typed);
    }
  }, []);
  useEffect(
    () =>
      useApp.subscribe(({ transfers }, before) => {
        if (waiting.current.size > 0 && transfers !== before.transfers) look();
      }),
    [look],
  );
  return useCallback(
    (id: string) => {
      waiting.current.add(id);
      look();
    },
    [look],
  );
}
