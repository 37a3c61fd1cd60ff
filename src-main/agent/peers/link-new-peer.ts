import { errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { Network } from '../network/index.ts';

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
    // Without a relay, or with one that fails, the pairing ran over a direct connection, and the peer's address is known.
    if (network.relay.status.url !== null)
      await network.relay.ready(GREET_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT)).catch(() => undefined);
    await network.ping(peerId, PING_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT));
  } catch (error) {
    logger.info('the new peer could not be reached yet', { error: errorMessage(error) });
  }
}
