import { MOST_PRESENT, type AppHandlers } from '#shared/app-api/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { Network } from './network.ts';

type NetworkHandlers = Pick<
  AppHandlers,
  Exclude<Extract<keyof AppHandlers, `relay.${string}`>, 'relay.probe'> | 'network.get' | 'network.set'
>;

type NetworkParts = Readonly<{
  network: Network;
  peers: PeerBook;
}>;

/**
 * Creates the handlers of the app API's calls about the relay and direct connections. Changes are saved in the settings; `RelayConnection` writes a
 * changed relay to the audit log.
 */
export function createNetworkHandlers({ network, peers }: NetworkParts): NetworkHandlers {
  const { relay } = network;
  return {
    'network.get': async () => network.settings,
    'network.set': async (input) => network.configure(input),
    'relay.configure': async (input, { signal }) => relay.change(input, signal),
    'relay.ready': async ({ timeout }, { signal }) => {
      relay.askAgain();
      return await relay.ready(timeout, signal);
    },
    'relay.goBack': async () => relay.goBack(),
    'relay.leave': async () => relay.leave(),
    'relay.present': async () =>
      relay.present
        .slice(0, MOST_PRESENT)
        .map((peerId) => ({ peerId, name: peers.get(peerId)?.name ?? shortPeerId(peerId) })),
    'relay.advertised': async () => ({ url: relay.advertised }),
    'relay.advertise': async ({ url }) => ({ url: relay.advertise(url) }),
  };
}
