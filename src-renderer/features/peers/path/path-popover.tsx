import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Popover, type PopoverProps, quoteUntrusted } from '../../../ui/index.ts';
import { PathDetails } from './path-details.tsx';

/** `trigger`: control that opens the popover. `side`: side of the trigger on which the popover opens. */
export type PathPopoverProps = Readonly<{ peer: PeerView; trigger: ReactElement; side?: PopoverProps['side'] }>;

/**
 * Popover that explains the path of a peer (`PathDetails`, in which the person can also measure, reconnect and set the allowed paths), beside the
 * pressed control. Used by the strip below a terminal.
 */
export function PathPopover({ peer, trigger, side }: PathPopoverProps): ReactElement {
  return (
    <Popover label={text('peers.path.title', { name: quoteUntrusted(peer.name) })} trigger={trigger} side={side}>
      <LiveDetails peer={peer} />
    </Popover>
  );
}

/** Shows the details of the peer as the store has it now. The control that opened the popover isn't rendered with each measurement. */
function LiveDetails({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const live = useApp(({ peers }) => peers.find(({ peerId }) => peerId === peer.peerId));
  return <PathDetails peer={live ?? peer} />;
}
