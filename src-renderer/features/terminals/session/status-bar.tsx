import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Chip, quoteForeign } from '../../../ui/index.ts';
import { formatRoundTrip, LinkAnnouncer, PathPopover } from '../../peers/index.ts';
import { NoteChips } from '../sharing/sharing-chips.tsx';
import { linkOf, machineName, type Machine } from './machine.ts';
import { terminalStatus } from './terminal-status.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import { useLivePath } from './use-live-path.ts';
import { useIsPaused } from '../../../store/index.ts';

/** Below the terminal: what it does, how to leave it, and how far away it is. */
export function StatusBar({
  pane,
  machine,
  channel,
}: Readonly<{ pane: Pane; machine: Machine; channel: number | undefined }>): ReactElement {
  const peer = machine.kind === 'peer' ? machine.peer : undefined;
  const standing = terminalStatus(pane.phase, machine);
  const isPaused = useIsPaused() && standing === 'reconnecting';
  return (
    <div className={styles['status']}>
      <span>{text(`terminals.status.${isPaused ? 'paused' : standing}`)}</span>
      <span className={styles['leave']}>{text(IS_WINDOWS ? 'terminals.leave.windows' : 'terminals.leave')}</span>
      <NoteChips channel={channel} />
      {peer !== undefined && <Latency peer={peer} />}
      {machine.kind === 'gateway' && (
        <Chip className={styles['way']} tone={linkOf(machine) === 'up' ? 'neutral' : 'warning'}>
          <span className={styles['way-words']}>{machineName(machine)}</span>
        </Chip>
      )}
      <LinkAnnouncer peers={peer === undefined ? NOBODY : [peer]} />
    </div>
  );
}

/** There Ctrl+Shift+Esc is the task manager's, and reaches no window. */
const IS_WINDOWS = navigator.platform.startsWith('Win');

const NOBODY: readonly PeerView[] = [];

/** The way there and back, as it is now; a press explains it. */
function Latency({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  useLivePath(peer.peerId);
  const isUp = peer.online && peer.rtt !== null && (peer.link === null || peer.link.state === 'up');
  return (
    <PathPopover
      peer={peer}
      side="top"
      trigger={
        <Chip className={styles['way']} tone={isUp ? 'neutral' : 'warning'} onClick={() => undefined}>
          <span className={styles['way-words']}>{wayTo(peer)}</span>
          {isUp && <span>{`· ${formatRoundTrip(peer.rtt ?? 0)}`}</span>}
        </Chip>
      }
    />
  );
}

function wayTo({ path, link, name }: PeerView): string {
  const peer = quoteForeign(name);
  if (path === 'offline') return text('terminals.way.none', { peer });
  if (path !== 'via') return text(`terminals.way.${path}`, { peer });
  return text('terminals.way.via', { peer, via: quoteForeign(link?.via ?? text('terminals.way.somebody')) });
}
