import { MOST_PRESENT, type AppHandlers, type PROXY_CALLS } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { probeRelay } from './probe-relay.ts';
import type { Network } from './network.ts';
import type { ProxySettings } from './proxy-settings.ts';

type NetworkHandlers = Pick<
  AppHandlers,
  keyof typeof PROXY_CALLS | Extract<keyof AppHandlers, `relay.${string}`> | 'network.get' | 'network.set'
>;

type NetworkParts = Readonly<{
  audit: AuditLog;
  clock: Clock;
  network: Network;
  peers: PeerBook;
  proxy: ProxySettings;
}>;

/**
 * Creates the handlers of the app API's calls about the relay, the proxy to relays, and direct connections. Changes are saved in the settings. A
 * changed proxy is written to the audit log here, a changed relay by `RelayConnection`. `relay.probe` connects through a peer.
 */
export function createNetworkHandlers({ audit, clock, network, peers, proxy }: NetworkParts): NetworkHandlers {
  const { relay } = network;
  const viewProxy = () => proxy.view(relay.status.url);
  return {
    'network.get': async () => network.settings,
    'network.set': async (input) => network.configure(input),
    'network.proxy.get': viewProxy,
    'network.proxy.set': async (input) => {
      proxy.set(input);
      const view = await viewProxy();
      audit.record('network.proxy', {
        mode: view.mode,
        address: view.mode === 'manual' ? (view.address ?? '') : '',
        authorities: view.authorities.length,
      });
      return view;
    },
    'relay.configure': async (input, { signal }) => relay.change(input, signal),
    'relay.ready': async ({ timeout }, { signal }) => relay.ready(timeout, signal),
    'relay.goBack': async () => relay.goBack(),
    'relay.leave': async () => relay.leave(),
    'relay.present': async () =>
      relay.present
        .slice(0, MOST_PRESENT)
        .map((peerId) => ({ peerId, name: peers.get(peerId)?.name ?? shortPeerId(peerId) })),
    'relay.advertised': async () => ({ url: relay.advertised }),
    'relay.advertise': async ({ url }) => ({ url: relay.advertise(url) }),
    'relay.probe': async ({ peer, url, pin }, { signal }) => {
      const session = await network.session(peers.find(peer).peerId, signal);
      return await probeRelay(session, { url, pin, clock, signal });
    },
  };
}
