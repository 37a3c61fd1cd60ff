import { Copy, Ellipsis, Pencil, ShieldCheck, SquareTerminal, Trash2, TriangleAlert, UserLock } from 'lucide-react';
import { memo, useId, type ReactElement } from 'react';
import { RIGHTS, type PeerView, type Right } from '#shared/app-api/index.ts';
import { text, useLanguage } from '../../../locale/index.ts';
import { requestTerminal } from '../../../store/index.ts';
import {
  Button,
  Chip,
  IconButton,
  Menu,
  Mono,
  StatusDot,
  type StatusDotProps,
  UntrustedText,
  formatAgo,
  formatMoment,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { copyPeerId } from './copy-peer-id.ts';
import type { PeerDialogKind } from '../dialogs/peer-dialogs.tsx';
import styles from './peer-row.module.css';
import { pendingRightsText, describeRight } from '../rights/right-text.ts';
import { PathChip } from './path-chip.tsx';
import { RowRoundTrip } from './row-round-trip.tsx';
import { sameButMeasured } from './peer-equality.ts';
import { LinkProblemLine } from '../link/link-problem-line.tsx';

export type PeerRowProps = Readonly<{
  /** The peer. A change of its round trip alone doesn't render the row again. */
  peer: PeerView;
  /** Current time, ms since 1970, in the steps in which the row shows it. */
  now: number;
  /** Opens a dialog of the peer. */
  onOpen(dialog: PeerDialogKind, peer: PeerView): void;
}>;

/**
 * Shows one peer as a row, or as a card on a narrow screen: its name, its path as a chip that opens `PathPopover`, its round trips, or the problem of
 * its link with a button that reconnects, its permissions here, a suspension with buttons that end it or remove the peer, and an unfinished pairing
 * with a button that compares the words. Another button opens a terminal, and a menu opens the peer's dialogs or copies its ID to the clipboard.
 */
export const PeerRow = memo(
  function PeerRow({ peer, now, onOpen }: PeerRowProps): ReactElement {
    useLanguage();
    const id = useId();
    const name = quoteUntrusted(peer.name);
    return (
      <li className={styles['row']} aria-labelledby={id} data-peer={peer.peerId}>
        <div className={styles['identity']}>
          <StatusDot {...statusOf(peer)} />
          <div className={styles['names']}>
            <h2 id={id} className={styles['name']}>
              <UntrustedText>{peer.name}</UntrustedText>
            </h2>
            <span className={styles['id']}>
              <Mono>{peer.shortId}</Mono>
              {peer.system !== undefined && (
                <span className={styles['fact']}> · {text(`peers.system.${peer.system}`)}</span>
              )}
              {peer.own && <span className={styles['fact']}> · {text('peers.my-device.short')}</span>}
            </span>
          </div>
        </div>
        <div className={styles['path']}>
          <PathChip peer={peer} />
        </div>
        <div className={styles['seen']}>
          <LinkProblemLine peer={peer} short>
            {peer.online ? <RowRoundTrip peer={peer} /> : lastSeen(peer, now)}
          </LinkProblemLine>
        </div>
        <ul className={styles['rights']} aria-label={text('peers.rights.here')}>
          {peer.suspendedSince !== undefined && (
            <li>
              <Chip tone="warning">{text('peers.suspended.state')}</Chip>
            </li>
          )}
          {rightsOf(peer)
            .filter((right) => right === 'terminal' || peer.rights[right].decision !== 'ask')
            .map((right) => {
              const chip = describeRight(right, peer.rights[right], now);
              return (
                <li key={right}>
                  <Chip tone={chip.tone}>{chip.text}</Chip>
                </li>
              );
            })}
        </ul>
        <SuspensionNotice peer={peer} now={now} onOpen={onOpen} />
        <UnfinishedPairing peer={peer} now={now} onCompare={() => onOpen('compare', peer)} />
        <div className={styles['actions']}>
          <Button
            className={styles['open']}
            variant={peer.online ? 'primary' : 'secondary'}
            icon={<SquareTerminal aria-hidden="true" />}
            aria-label={text('peers.action.terminal.on', { name })}
            onClick={() => requestTerminal(peer.peerId)}
          >
            {text('peers.action.terminal')}
          </Button>
          <Menu
            label={text('peers.action.more', { name })}
            trigger={<IconButton label={text('peers.action.more', { name })} icon={<Ellipsis aria-hidden="true" />} />}
            items={[
              { label: text('peers.action.rename'), icon: <Pencil />, onSelect: () => onOpen('rename', peer) },
              { label: text('peers.action.rights'), icon: <UserLock />, onSelect: () => onOpen('rights', peer) },
              {
                label: text('peers.action.safety-number'),
                icon: <ShieldCheck />,
                onSelect: () => onOpen('safety-number', peer),
              },
              { label: text('peers.action.copy-id'), icon: <Copy />, onSelect: () => void copyPeerId(peer) },
              'separator',
              {
                label: text('peers.action.forget'),
                icon: <Trash2 />,
                tone: 'danger',
                onSelect: () => onOpen('forget', peer),
              },
            ]}
          />
        </div>
      </li>
    );
  },
  (before, after) =>
    before.now === after.now && before.onOpen === after.onOpen && sameButMeasured(before.peer, after.peer),
);

/** Returns the rights that count now: none of a suspended peer, whose rights apply again once it is let back in. */
function rightsOf({ suspendedSince }: PeerView): readonly Right[] {
  return suspendedSince === undefined ? RIGHTS : [];
}

/** Shows the unfinished parts of a pairing: words that the person has to compare, or a peer that has not finished pairing. */
function UnfinishedPairing({
  peer,
  now,
  onCompare,
}: Readonly<{ peer: PeerView; now: number; onCompare(): void }>): ReactElement | null {
  const { name, pairing, unfinishedUntil } = peer;
  const isOpen = pairing?.compared === false;
  if (!isOpen && unfinishedUntil === undefined) return null;
  const rights = pendingRightsText(peer, now);
  return (
    <div className={styles['unsettled']}>
      <TriangleAlert aria-hidden="true" />
      <p>
        {isOpen && (rights === '' ? text('peers.compare.row') : text('peers.compare.row.pending', { rights }))}{' '}
        {unfinishedUntil !== undefined && text('peers.unfinished.row', { until: formatMoment(unfinishedUntil, now) })}
      </p>
      {isOpen && (
        <Button size="small" aria-label={text('peers.compare.of', { name: quoteUntrusted(name) })} onClick={onCompare}>
          {text('peers.compare')}
        </Button>
      )}
    </div>
  );
}

/** Says that the relay has reported the peer's removal, with buttons that let it back in or remove it here. */
function SuspensionNotice({ peer, now, onOpen }: PeerRowProps): ReactElement | null {
  const { name, suspendedSince } = peer;
  if (suspendedSince === undefined) return null;
  return (
    <div className={styles['unsettled']}>
      <TriangleAlert aria-hidden="true" />
      <p>{text('peers.suspended.row', { since: formatMoment(suspendedSince, now) })}</p>
      <Button
        size="small"
        aria-label={text('peers.suspended.readmit.of', { name: quoteUntrusted(name) })}
        onClick={() => onOpen('readmit', peer)}
      >
        {text('peers.suspended.readmit')}
      </Button>
      <Button
        size="small"
        aria-label={text('peers.suspended.forget.of', { name: quoteUntrusted(name) })}
        onClick={() => onOpen('forget', peer)}
      >
        {text('peers.action.forget')}
      </Button>
    </div>
  );
}

function statusOf({ link, online, suspendedSince }: PeerView): StatusDotProps {
  if (suspendedSince !== undefined) return { state: 'waiting', label: text('peers.suspended.state') };
  if (link?.state === 'reconnecting') return { state: 'waiting', label: text('peers.state.reconnecting') };
  if (link?.state === 'doubtful') return { state: 'waiting', label: text('peers.state.doubtful') };
  return online
    ? { state: 'online', label: text('peers.state.online') }
    : { state: 'offline', label: text('peers.state.offline') };
}

function lastSeen(peer: PeerView, now: number): string {
  return peer.lastSeenAt === null
    ? text('peers.seen.never')
    : text('peers.seen', { ago: formatAgo(peer.lastSeenAt, now) });
}
