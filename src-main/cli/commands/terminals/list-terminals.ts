import type { AppApiClient, CallOutput, PeerView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';

type Terminals = CallOutput<'terminal.list'>;
type Options = Readonly<{ signal: AbortSignal; onProgress(): void }>;

/** Longest time to link to the machine before its terminals are listed, ms. */
const LINK_PATIENCE = 10_000;

/**
 * Lists the terminals on a machine without a question to its user: all of them if that is allowed there, else those that are open here now.
 * @returns `isPart`: others may be missing, also those that were left running
 */
export async function listUnasked(
  client: AppApiClient,
  { peerId: peer }: PeerView,
  signal: AbortSignal,
): Promise<Readonly<{ terminals: Terminals; isPart: boolean }>> {
  // Only a link that exists is asked.
  await client.call('peers.ping', { peer, timeout: LINK_PATIENCE }, { signal });
  try {
    const terminals = await client.call('terminal.list', { peer, commands: true, ask: false }, { signal });
    return { terminals, isPart: false };
  } catch (error) {
    if (errorCode(error) !== 'rights.unasked') throw error;
    return { terminals: await client.call('terminal.list', { peer, watched: true }, { signal }), isPart: true };
  }
}

/** Lists terminals among which one is to be found by the beginning of its ID. Asks the user there only if none that is open here fits. */
export async function listToFind(
  client: AppApiClient,
  peer: PeerView,
  beginning: string,
  options: Options,
): Promise<Terminals> {
  const { terminals, isPart } = await listUnasked(client, peer, options.signal);
  if (!isPart || terminals.some(({ terminal }) => terminal.startsWith(beginning))) return terminals;
  return await client.call('terminal.list', { peer: peer.peerId }, options);
}
