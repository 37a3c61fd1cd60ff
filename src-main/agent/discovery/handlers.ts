import { MOST_PRESENT, type AppHandlers, type DISCOVERY_CALLS } from '#shared/app-api/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import { probeRelay } from '../relay/index.ts';
import type { AgentParts } from '../api/parts.ts';

/** The answers to the calls about finding peers. */
export function createDiscoveryHandlers({
  discovery,
  adding,
  network,
  peers,
  clock,
}: Pick<AgentParts, 'discovery' | 'adding' | 'network' | 'peers' | 'clock'>): Pick<
  AppHandlers,
  keyof typeof DISCOVERY_CALLS
> {
  return {
    'discovery.get': async () => discovery.view,
    'discovery.search': async (_input, { signal }) => discovery.search(signal),
    'discovery.set': async (input) => discovery.set(input),
    'adding.wait': async ({ only }) => adding.wait(only),
    'adding.ask': async ({ peerId }, { signal }) => adding.ask(peerId, signal),
    'adding.list': async () => [...adding.list()],
    'adding.answer': async ({ adding: id, same }) => adding.answer(id, same),
    'relay.goBack': async () => network.relay.goBack(),
    'relay.present': async () =>
      network.relay.present
        .slice(0, MOST_PRESENT)
        .map((peerId) => ({ peerId, name: peers.get(peerId)?.name ?? shortPeerId(peerId) })),
    'relay.advertised': async () => ({ url: network.relay.advertised }),
    'relay.advertise': async ({ url }) => ({ url: network.relay.advertise(url) }),
    'relay.probe': async ({ peer, url, pin }, { signal }) => {
      const session = await network.session(peers.find(peer).peerId, signal);
      return await probeRelay(session, { url, pin, clock, signal });
    },
    'adding.cancel': async ({ adding: id }) => {
      adding.cancel(id);
      return {};
    },
  };
}
