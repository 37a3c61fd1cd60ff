import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { probeRelay } from './probe-relay.ts';

/** Creates the module that checks from a peer whether the relay on this machine can be reached there. Called by `Agent`. */
export function createRelayProbe({ clock, peers }: Core, { network }: Pick<NetworkModule, 'network'>): Module {
  return {
    handlers: {
      'relay.probe': async ({ peer, url, pin }, { signal }) => {
        const session = await network.session(peers.find(peer).peerId, signal);
        return await probeRelay(session, { url, pin, clock, signal });
      },
    },
  };
}
