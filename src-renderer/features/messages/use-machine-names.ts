import { useCallback } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';

/** Returns a function that names a machine, or a program at the relay, in a sentence: its name here, `program:NAME`, "this machine", or "removed machine". Renders again when a name changes. */
export function useMachineNames(): (peerId: string) => string {
  const peers = useApp((state) => state.peers);
  const instances = useApp((state) => state.instances);
  const ownId = useApp((state) => state.status?.device.peerId);
  return useCallback(
    (peerId) => {
      if (peerId === ownId) return text('messages.this-machine');
      const name =
        peers.find((peer) => peer.peerId === peerId)?.name ??
        instances.find((instance) => instance.peerId === peerId)?.address;
      return name === undefined ? text('messages.removed-machine') : quoteUntrusted(name);
    },
    [peers, instances, ownId],
  );
}
