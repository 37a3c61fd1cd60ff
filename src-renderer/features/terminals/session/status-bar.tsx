import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Chip, quoteUntrusted } from '../../../ui/index.ts';
import { formatRoundTrip, LinkAnnouncer, PathPopover } from '../../peers/index.ts';
import { SharingChips } from '../sharing/sharing-chips.tsx';
import { linkOf, machineName, type Machine } from './machine.ts';
import { terminalStatus } from './terminal-status.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import { useLivePath } from './use-live-path.ts';
import { useIsPaused } from '../../../store/index.ts';

/**
 * Bar below the active terminal. Shows its status, the shortcut that moves the focus out, whether it is recorded, its viewers, and for a peer the
 * path and round trip, for which it asks the agent every three seconds while the page is visible.
 * @param channel channel of the attached terminal
 */
export function StatusBar({
  pane,
  machine,
  channel,
}: Readonly<{ pane: Pane; machine: Machine; channel: number | undefined }>): ReactElement {
  const peer = machine.kind === 'peer' ? machine.peer : undefined;
  const status = terminalStatus(pane.phase, machine);
  const isPaused = useIsPaused() && status === 'reconnecting';
  return (
    <div className={styles['status']}>
      <span>{text(`terminals.status.${isPaused ? 'paused' : status}`)}</span>
      <span className={styles['leave']}>{text(IS_WINDOWS ? 'terminals.leave.windows' : 'terminals.leave')}</span>
      <SharingChips channel={channel} />
      {peer !== undefined && <Latency peer={peer} />}
      {machine.kind === 'gateway' && (
        <Chip className={styles['path']} tone={linkOf(machine) === 'up' ? 'neutral' : 'warning'}>
          <span className={styles['path-words']}>{machineName(machine)}</span>
        </Chip>
      )}
      <LinkAnnouncer peers={peer === undefined ? NO_PEERS : [peer]} />
    </div>
  );
}

/** On Windows, Ctrl+Shift+Esc opens the task manager, so the bar names other keys. */
const IS_WINDOWS = navigator.platform.startsWith('Win');

const NO_PEERS: readonly PeerView[] = [];

/** Shows the path and its round trip; a press opens an explanation. */
function Latency({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  useLivePath(peer.peerId);
  const isUp = peer.online && peer.rtt !== null && (peer.link === null || peer.link.state === 'up');
  return (
    <PathPopover
      peer={peer}
      side="top"
      trigger={
        <Chip className={styles['path']} tone={isUp ? 'neutral' : 'warning'} onClick={() => undefined}>
          <span className={styles['path-words']}>{pathText(peer)}</span>
          {isUp && <span>{`· ${formatRoundTrip(peer.rtt ?? 0)}`}</span>}
        </Chip>
      }
    />
  );
}

function pathText({ path, link, name }: PeerView): string {
  const peer = quoteUntrusted(name);
  if (path === 'offline') return text('terminals.path.none', { peer });
  if (path !== 'via') return text(`terminals.path.${path}`, { peer });
  return text('terminals.path.via', { peer, via: quoteUntrusted(link?.via ?? text('terminals.path.unknown-hop')) });
}
