import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Popover, type PopoverProps, quoteUntrusted } from '../../../ui/index.ts';
import { PathDetails } from './path-details.tsx';

export type PathPopoverProps = Readonly<{ peer: PeerView; trigger: ReactElement; side?: PopoverProps['side'] }>;

/** Explains the path of a peer next to the pressed control. */
export function PathPopover({ peer, trigger, side }: PathPopoverProps): ReactElement {
  return (
    <Popover label={text('peers.path.title', { name: quoteUntrusted(peer.name) })} trigger={trigger} side={side}>
      <LiveDetails peer={peer} />
    </Popover>
  );
}

/** Follows the peer in the store; the control that opened the popover isn't rendered with each measurement. */
function LiveDetails({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const live = useApp(({ peers }) => peers.find(({ peerId }) => peerId === peer.peerId));
  return <PathDetails peer={live ?? peer} />;
}
