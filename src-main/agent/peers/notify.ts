import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { askAbout } from '../about/index.ts';
import type { Network } from '../network/index.ts';
import type { PeerBook } from './index.ts';
import { notifyShareChange } from '../terminals/index.ts';

/** How long such a word may take, ms. */
const LIMIT = 10_000;

type Parts = Readonly<{ network: Network; logger: Logger }>;

/** What is shared with a peer is another thing now: it hears of it if it is there, and asks for the list itself. Never rejects. */
export async function notifyShares({ network, logger }: Parts, peerId: PeerId): Promise<void> {
  if (!network.mayAnswer(peerId)) return;
  try {
    const signal = AbortSignal.timeout(LIMIT);
    await notifyShareChange(await network.session(peerId, signal), signal);
  } catch (error) {
    logger.debug('a peer was not told what is shared with it', { error: errorMessage(error) });
  }
}

/**
 * Links to a new peer at once: it confirms the pairing at the inviter (docs/adr/0003) and gives both a first round trip. Never rejects.
 */
export async function greet({ network, logger }: Parts, peerId: PeerId): Promise<void> {
  try {
    await network.relay.ready(LIMIT, AbortSignal.timeout(LIMIT));
    await network.ping(peerId, 5000, AbortSignal.timeout(LIMIT));
  } catch (error) {
    logger.info('the new peer could not be reached yet', { error: errorMessage(error) });
  }
}

/**
 * The two tell each other what they run on. A peer that does not say is shown without it. Never rejects.
 * @param isOver nothing is written down any more
 */
export async function introduce(
  { peers, logger }: Readonly<{ peers: PeerBook; logger: Logger }>,
  peerId: PeerId,
  session: Pick<Session, 'open'>,
  isOver: () => boolean,
): Promise<void> {
  try {
    const system = await askAbout(session);
    if (system !== undefined && !isOver()) peers.runsOn(peerId, system);
  } catch (error) {
    logger.debug('a peer did not say what it runs on', { peer: peerId, errorCode: errorCode(error) });
  }
}
