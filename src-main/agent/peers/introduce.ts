import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { askAbout } from '../about/index.ts';
import type { Network } from '../network/index.ts';
import type { PeerBook } from './book.ts';

/** Longest time to wait for the relay, or for a new peer, ms. */
const GREET_TIMEOUT = 10_000;
/** Longest time for a new peer to answer a ping, ms. */
const PING_TIMEOUT = 5000;

/**
 * Links to a new peer at once: it confirms the pairing at the inviter (docs/adr/0003) and gives both a first round trip. Never rejects.
 */
export async function greet(
  { network, logger }: Readonly<{ network: Network; logger: Logger }>,
  peerId: PeerId,
): Promise<void> {
  try {
    await network.relay.ready(GREET_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT));
    await network.ping(peerId, PING_TIMEOUT, AbortSignal.timeout(GREET_TIMEOUT));
  } catch (error) {
    logger.info('the new peer could not be reached yet', { error: errorMessage(error) });
  }
}

/**
 * Exchanges with a linked peer which system each runs on. A peer that doesn't say is shown without it. Never rejects.
 * @param closing nothing is written after it is aborted
 */
export async function introduce(
  { peers, logger }: Readonly<{ peers: PeerBook; logger: Logger }>,
  peerId: PeerId,
  session: Pick<Session, 'open'>,
  closing: AbortSignal,
): Promise<void> {
  try {
    const system = await askAbout(session);
    if (system !== undefined && !closing.aborted) peers.runsOn(peerId, system);
  } catch (error) {
    logger.debug('a peer did not say what it runs on', { peer: peerId, errorCode: errorCode(error) });
  }
}
