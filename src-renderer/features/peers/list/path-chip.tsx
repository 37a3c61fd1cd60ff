import type { PeerView } from '#shared/app-api/index.ts';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Chip, type ChipProps, quoteUntrusted } from '../../../ui/index.ts';
import { PathPopover } from '../path/path-popover.tsx';
import styles from './path-chip.module.css';
import { pathSummary, pathSummaryText } from '../path/path-summary.ts';
import { useIsPaused } from '../../../store/index.ts';

const TONES = { 'direct-lan': 'good', direct: 'good', relay: 'info', via: 'info', offline: 'neutral' } as const;

/** Chip that names the path of a peer, such as "direct" or "via office". A press opens `PathPopover`, which explains it. */
export function PathChip({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const isPaused = useIsPaused() && peer.link !== null && peer.link.state !== 'up';
  const summary = isPaused ? text('peers.reach.paused') : pathSummaryText(peer);
  return (
    <PathPopover
      peer={peer}
      trigger={
        <Chip
          tone={isPaused ? 'neutral' : toneOf(peer)}
          aria-label={text('peers.reach.open', { reach: summary, name: quoteUntrusted(peer.name) })}
          // The popover adds its own handler; this one makes the chip a button.
          onClick={() => undefined}
        >
          <span className={styles['word']}>{summary}</span>
        </Chip>
      }
    />
  );
}

function toneOf(peer: PeerView): ChipProps['tone'] {
  return peer.link === null || peer.link.state === 'up' ? TONES[pathSummary(peer)] : 'warning';
}
