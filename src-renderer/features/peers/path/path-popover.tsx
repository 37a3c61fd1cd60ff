import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Popover, type PopoverProps, quoteUntrusted } from '../../../ui/index.ts';
import { PathDetails } from './path-details.tsx';

export type PathPopoverProps = Readonly<{ peer: PeerView; trigger: ReactElement; side?: PopoverProps['side'] }>;

/** How a peer is reached, explained beside what was pressed. */
export function PathPopover({ peer, trigger, side }: PathPopoverProps): ReactElement {
  return (
    <Popover label={text('peers.path.title', { name: quoteUntrusted(peer.name) })} trigger={trigger} side={side}>
      <LiveDetails peer={peer} />
    </Popover>
  );
}

/** What opened it is not drawn anew with each measurement; this is. */
function LiveDetails({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const live = useApp(({ peers }) => peers.find(({ peerId }) => peerId === peer.peerId));
  return <PathDetails peer={live ?? peer} />;
}
