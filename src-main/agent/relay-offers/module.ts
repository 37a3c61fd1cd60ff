import type { Core } from '../core/core.ts';
import type { CommonRelayModule } from '../common-relay/index.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { RelayOffers } from './relay-offers.ts';

/** Module for relays that peers offer each other. */
export type RelayOffersModule = Module & Readonly<{ relayOffers: RelayOffers }>;

/** Creates the module, with the handler of `relayOffers.send`. Called by `Agent`; the streams module passes it the offers of peers. */
export function createRelayOffers(
  core: Core,
  { network, commonRelay }: Pick<NetworkModule, 'network'> & Pick<CommonRelayModule, 'commonRelay'>,
): RelayOffersModule {
  const { approvals, logger, peers, views } = core;
  const relayOffers = new RelayOffers({
    logger: logger.child({ part: 'relay offers' }),
    approvals,
    peers,
    relay: network.relay,
    onFailed: (failure, peerId) =>
      views.broadcast('relayOffers.failed', { name: peers.nameOf(peerId) ?? '', ...failure }),
  });
  return {
    relayOffers,
    handlers: {
      'relayOffers.send': async ({ peer }, { signal, progress }) => {
        const { peerId, name } = peers.find(peer);
        progress('connecting');
        const online = await commonRelay.whileOffered(peerId, () =>
          relayOffers.offer(() => network.session(peerId, signal), { signal, onWaiting: () => progress('approval') }),
        );
        return { peerId, name, online };
      },
    },
  };
}
