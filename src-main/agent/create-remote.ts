import type { AppApiServer } from '#shared/app-api/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { GatewayManager } from './gateways/index.ts';
import type { SessionHistory } from './history/index.ts';
import type { Network } from './network/index.ts';
import type { PeerBook } from './peers/index.ts';
import { RemoteService } from './remote/index.ts';
import type { AuditLog } from './store/index.ts';

/** Prompts to the gateways of peers, and of peers to those here; undefined where the profile keeps none. @throws {StoreError} what is wrong with the document */
export function createRemote(
  parts: Pick<AgentOptions, 'remotes' | 'crypto' | 'clock' | 'logger'> &
    Readonly<{
      gateways: GatewayManager | undefined;
      masterSecret: Uint8Array;
      audit: AuditLog;
      history: SessionHistory;
      peers: PeerBook;
      network: Network;
      /** Somebody looks at the remotes. */
      isWatched: () => boolean;
      /** To the user interfaces that are there. */
      broadcast: AppApiServer['broadcast'];
    }>,
): RemoteService | undefined {
  const { remotes, peers, network } = parts;
  if (remotes === undefined) return undefined;
  return new RemoteService({
    file: remotes,
    gateways: parts.gateways,
    crypto: parts.crypto,
    masterSecret: parts.masterSecret,
    clock: parts.clock,
    logger: parts.logger.child({ part: 'remote' }),
    audit: parts.audit,
    history: parts.history,
    peers: {
      nameOf: (peerId) => peers.nameOf(peerId),
      isReachable: (peerId) => network.mayAnswer(peerId),
      session: (peerId, signal) => network.session(peerId, signal),
    },
    isWatched: parts.isWatched,
    broadcast: parts.broadcast,
  });
}
