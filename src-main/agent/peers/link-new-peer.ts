import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { requestSystem } from '../about/index.ts';
import type { Network } from '../network/index.ts';
import type { PeerBook } from './peer-book.ts';

/** Longest time to wait for the relay, or for a new peer, ms. */
const GREET_TIMEOUT = 10_000;
/** Longest time for a new peer to answer a ping, ms. */
const PING_TIMEOUT = 5000;

/**
 * Links to a peer that this device has just joined. The link confirms the pairing at the inviter (docs/adr/0003) and measures a first round trip.
 * Called on the event `peer.joined`. Never rejects.
 */
export async function linkNewPeer(
  { network, logger }: Readonly<{ network: Network; logger: Logger }>,
  peerId: PeerId,
): Promise<void> {
  try {
    // Without a relay, the pairing ran over a direct connection, and the peer's address is known.
    if (network.relay.status.url !== null) await network.relay.ready(GREET_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT));
    await network.ping(peerId, PING_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT));
  } catch (error) {
    logger.info('the new peer could not be reached yet', { error: errorMessage(error) });
  }
}

/**
 * Exchanges operating systems with a linked peer and stores the peer's in the peer book. A peer that doesn't answer is shown without one. Called on
 * the event `peer.linked`. Never rejects.
 * @param closing aborted when the agent closes; nothing is stored after that
 */
export async function learnSystem(
  { peers, logger }: Readonly<{ peers: PeerBook; logger: Logger }>,
  peerId: PeerId,
  session: Pick<Session, 'open'>,
  closing: AbortSignal,
): Promise<void> {
  try {
    const system = await requestSystem(session);
    if (system !== undefined && !closing.aborted) peers.setSystem(peerId, system);
  } catch (error) {
    logger.debug('a peer did not name its operating system', { peer: peerId, errorCode: errorCode(error) });
  }
}
