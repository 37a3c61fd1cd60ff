import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { NetworkModule } from '../network/index.ts';
import { CommonRelay } from './common-relay.ts';

/** Longest time to link to a peer in this network, for admission at the relay, ms. */
const LINK_PATIENCE = 3000;

/** Module for peers that use the same relay as this device without a common project there. */
export type CommonRelayModule = Module & Readonly<{ commonRelay: CommonRelay }>;

/**
 * Creates the module: asks peers on the events of links, pairing words and the relay, and enrols them at the relay through `network`. Called by
 * `Agent`; the streams module passes it the questions of peers.
 */
export function createCommonRelay(core: Core, { network }: Pick<NetworkModule, 'network'>): CommonRelayModule {
  const { clock, closing, crypto, events, identity, logger, peers } = core;
  const commonRelay = new CommonRelay({
    crypto,
    ownId: identity.peerId,
    clock,
    logger: logger.child({ part: 'common relay' }),
    peers,
    relay: network.relay,
    current: (peerId) => (closing.aborted ? undefined : network.current(peerId)),
  });
  const link = async (peerId: PeerId): Promise<void> => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(LINK_PATIENCE)]);
    if (network.addressInLan(peerId) !== undefined) await network.session(peerId, signal);
  };
  let wasOnline = false;
  let wasRefused = false;
  events.on('relay.changed', () => {
    const isRefused = network.relay.keyRefused !== undefined;
    const refuses = isRefused && !wasRefused;
    wasRefused = isRefused;
    if (refuses)
      commonRelay.refused(
        peers.list().map(({ peerId }) => peerId),
        link,
      );
    const isOnline = network.relay.keyOnline !== undefined;
    const hasConnected = isOnline && !wasOnline;
    wasOnline = isOnline;
    if (!hasConnected) return;
    commonRelay.connected();
    for (const { peerId } of peers.list()) commonRelay.ask(peerId);
  });
  events.on('peer.linked', ({ peerId }) => commonRelay.ask(peerId));
  events.on('peers.changed', ({ kind, peerId }) => {
    if (kind === 'removed') commonRelay.forget(peerId);
    // A person may just have confirmed the pairing words.
    if (kind === 'updated') commonRelay.ask(peerId);
  });
  return { commonRelay, close: () => commonRelay.close() };
}
