import type { PeerView } from '#shared/app-api/index.ts';
import type { ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { Chip, Popover } from '../../ui/index.ts';
import { PathDetails } from './path-details.tsx';
import { reachOf } from './reach.ts';
import { quoteForeign } from './visible-text.ts';

const TONES = { 'direct-lan': 'good', direct: 'good', relay: 'info', via: 'info', offline: 'neutral' } as const;

/** How a peer is reached in a word; a press explains. */
export function ReachChip({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const reach = reachOf(peer);
  const word = text(`peers.reach.${reach}`);
  const name = quoteForeign(peer.name);
  return (
    <Popover
      label={text('peers.path.title', { name })}
      trigger={
        <Chip
          tone={TONES[reach]}
          aria-label={text('peers.reach.open', { reach: word, name })}
          // The popover adds its own; this makes the chip a button.
          onClick={() => undefined}
        >
          {word}
        </Chip>
      }
    >
      <PathDetails peer={peer} />
    </Popover>
  );
}
