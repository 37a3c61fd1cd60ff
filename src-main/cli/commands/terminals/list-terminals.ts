import type { AppApiClient, CallOutput, PeerView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';

type Terminals = CallOutput<'terminal.list'>;
type Options = Readonly<{ signal: AbortSignal; onProgress(): void }>;

/** Longest time to link to the machine before its terminals are listed, ms. */
const LINK_PATIENCE = 10_000;

/** Terminals that a list contains: all, those that this machine has there, or only those that are open here now. */
export type ListScope = 'all' | 'own' | 'open';

/**
 * Lists the terminals on a machine without a question to its user: all of them if that is allowed there, else those that this machine has there; of a
 * machine with an earlier version, those that are open here now.
 */
export async function listUnasked(
  client: AppApiClient,
  { peerId: peer }: PeerView,
  signal: AbortSignal,
): Promise<Readonly<{ terminals: Terminals; scope: ListScope }>> {
  // Only a link that exists is asked.
  await client.call('peers.ping', { peer, timeout: LINK_PATIENCE }, { signal });
  try {
    const terminals = await client.call('terminal.list', { peer, commands: true, ask: false }, { signal });
    return { terminals, scope: 'all' };
  } catch (error) {
    if (errorCode(error) !== 'rights.unasked') throw error;
  }
  try {
    const terminals = await client.call('terminal.list', { peer, commands: true, own: true }, { signal });
    return { terminals, scope: 'own' };
  } catch (error) {
    if (errorCode(error) !== 'rights.unasked') throw error;
  }
  return { terminals: await client.call('terminal.list', { peer, watched: true }, { signal }), scope: 'open' };
}

/** Lists terminals among which one is to be found by the beginning of its ID. Asks the user there only if none of this machine fits. */
export async function listToFind(
  client: AppApiClient,
  peer: PeerView,
  beginning: string,
  options: Options,
): Promise<Terminals> {
  const { terminals, scope } = await listUnasked(client, peer, options.signal);
  if (scope === 'all' || terminals.some(({ terminal }) => terminal.startsWith(beginning))) return terminals;
  return await client.call('terminal.list', { peer: peer.peerId }, options);
}
