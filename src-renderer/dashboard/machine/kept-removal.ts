import { useLayoutEffect } from 'react';
import { useApp } from '../../store/index.ts';
import { keepRemoval } from '../kept-keys/index.ts';

/**
 * Stores what the relay answers, for the pages that run no agent: that it lets this browser in no more, or that it does.
 * @param owner of the keys: an account, or `NO_ACCOUNT`
 */
export function useKeptRemoval(owner: string): void {
  const peerId = useApp(({ status }) => status?.device.peerId);
  const answer = useApp(({ status }) =>
    status?.relay.state === 'online' ? 'in' : status?.relay.problem === 'relay.removed' ? 'removed' : undefined,
  );
  // Before it is shown: a person who has read it may leave the page at once.
  useLayoutEffect(() => {
    if (peerId !== undefined && answer !== undefined) keepRemoval(owner, peerId, answer === 'removed');
  }, [owner, peerId, answer]);
}
