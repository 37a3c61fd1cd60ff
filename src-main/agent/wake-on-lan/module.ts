import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { WakeServer, type SendMagicPackets } from './server.ts';
import { Waker } from './waker.ts';

/** Module that wakes machines which are asleep. `wakeOnLan`: service for peers; undefined if this device can send no packets. */
export type WakeOnLanModule = Module & Readonly<{ wakeOnLan: WakeServer | undefined }>;

/**
 * Creates the module, with the handler of `wake.send`. Called by `Agent`, and by the agent of a page, which has peers send the packets. The streams
 * module passes it the requests of peers.
 */
export function createWakeOnLan(
  core: Core,
  {
    network: { network },
    sendMagicPackets: send,
  }: Readonly<{ network: NetworkModule; sendMagicPackets?: SendMagicPackets | undefined }>,
): WakeOnLanModule {
  const { audit, clock, logger, peers } = core;
  const waker = new Waker({ logger: logger.child({ part: 'wake-on-lan' }), peers, network, send });
  return {
    wakeOnLan: send === undefined ? undefined : new WakeServer({ clock, audit, peers, send }),
    handlers: {
      'wake.send': async ({ peer, via = [] }, { signal, progress }) =>
        await waker.wake(
          peers.find(peer),
          via.map((one) => peers.find(one)),
          { signal, onWaiting: (asked) => progress(asked) },
        ),
    },
  };
}
