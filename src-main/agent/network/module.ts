import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { createDiscoveryHandlers, DiscoveryService } from '../discovery/index.ts';
import type { PauseModule } from '../pause/index.ts';
import { createNetworkHandlers } from './handlers.ts';
import { mayGoDirect } from './may-take-relay.ts';
import { Network } from './network.ts';
import { ProxySettings } from './proxy-settings.ts';

type StreamHandler = (stream: IncomingStream, peerId: PeerId, session: Session) => void;

/** Module for connections between this device and its peers: relay, direct and UDP connections, hops, and discovery in the local network. */
export type NetworkModule = Module &
  Readonly<{
    network: Network;
    /** Sets the function that receives streams of peers. Until then they are refused. */
    serveStreams(handler: StreamHandler): void;
  }>;

/** Parts of the machine and the pause that the module uses. */
export type NetworkDependencies = Pick<AgentOptions, 'dialer' | 'route' | 'direct' | 'webrtc' | 'lan' | 'interfaces'> &
  Pick<PauseModule, 'pause'>;

/** Longest time that links, the relay and discovery may take to close, ms. */
const CLOSE_TIMEOUT = 1500;

/**
 * Creates the network module; it connects when the agent calls `start`. Emits events about links, paths, the relay and the network. `Network` saves
 * settings, addresses and newer certificates of peers, and writes the audit log. Drops the links of a removed or suspended peer and removes the
 * membership of a removed one at the relay. Also runs the discovery in the local network. Called by `Agent`.
 */
export function createNetwork(core: Core, dependencies: NetworkDependencies): NetworkModule {
  const { crypto, clock, logger, identity, settings, peers, audit, events, views } = core;
  const { pause, direct } = dependencies;
  const isPaused = (): boolean => pause.current !== undefined;
  let serve: StreamHandler = (stream) => stream.refuse('link.kind', 'this device serves no streams yet');
  const discovery = new DiscoveryService({
    sockets: dependencies.lan,
    crypto,
    identity,
    clock,
    logger: logger.child({ part: 'discovery' }),
    settings,
    peers: () => peers.list().filter((peer) => mayGoDirect(peer) && !peers.isSuspended(peer.peerId)),
    nameOf: (peerId) => peers.nameOf(peerId),
    port: () => direct?.port,
    onFound: (peerId) => network.peerFound(peerId),
    onChange: () => views.announce('discovery'),
  });
  const network = new Network({
    crypto,
    identity,
    clock,
    logger,
    dialer: dependencies.dialer,
    direct,
    webrtc: dependencies.webrtc,
    interfaces: dependencies.interfaces,
    settings,
    peers,
    audit,
    software: `clawreach/${core.version}`,
    onStream: (stream, peerId, session) => serve(stream, peerId, session),
    isPaused,
    onLeft: (report) => events.emit('peer.left', report),
    onLinked: (peerId, session) => events.emit('peer.linked', { peerId, session }),
    onPathChange: (peerId, change) => events.emit('path.changed', { peerId, change }),
    lan: {
      addressesOf: (peerId) => discovery.addressesOf(peerId),
      likelyAddressesOf: (peerId) => discovery.likelyAddressesOf(peerId),
      isConfirmed: (peerId) => discovery.isConfirmed(peerId),
      confirm: (peerId, address) => discovery.confirm(peerId, address),
      refute: (peerId, address) => discovery.refute(peerId, address),
    },
    onListening: () => discovery.changed(),
    onNetworkChange: () => {
      discovery.woke();
      events.emit('network.changed');
    },
    onChange: (what) => {
      if (what === 'peers') events.emit('links.changed');
      else events.emit('relay.changed');
      views.announce(what);
    },
  });
  const proxy = new ProxySettings({
    route: dependencies.route,
    crypto,
    masterSecret: core.masterSecret,
    clock,
    logger,
    settings,
    onChange: () => network.relay.start(),
  });

  events.on('device.renamed', () => discovery.changed());
  events.on('pause.changed', ({ paused }) => {
    if (!paused) discovery.start();
    void Promise.all([network.pauseChanged(), paused ? discovery.close() : undefined]).then(() =>
      views.announce('peers'),
    );
  });
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed') {
      void network.relay.memberships.remove(change.peerId);
      network.drop(change.peerId, 'peer.forgotten');
    }
    if (change.kind === 'updated' && peers.isSuspended(change.peerId)) network.drop(change.peerId, 'peer.suspended');
    if (change.kind !== 'seen') discovery.changed();
  });
  views.define('discovery', () => views.broadcast('discovery.changed', discovery.view));
  views.addStatus(() => {
    const records = peers.list();
    const { before } = network.relay;
    const suspended = records.filter(({ peerId }) => peers.isSuspended(peerId)).length;
    const isLinked = (peerId: PeerId): boolean => (network.link(peerId)?.state ?? 'reconnecting') !== 'reconnecting';
    return {
      relay: network.relay.status,
      peers: {
        known: records.length,
        online: records.filter(({ peerId }) => network.isReachable(peerId)).length,
        linked: records.filter(({ peerId }) => isLinked(peerId)).length,
        ...(suspended === 0 ? {} : { suspended }),
      },
      ...(before === undefined ? {} : { relayBefore: before }),
    };
  });

  return {
    network,
    serveStreams: (handler) => {
      serve = handler;
    },
    handlers: {
      ...createNetworkHandlers({ audit, clock, network, peers, proxy }),
      ...createDiscoveryHandlers(discovery),
    },
    start: () => {
      network.start();
      if (!isPaused()) discovery.start();
    },
    closeTimeout: CLOSE_TIMEOUT,
    close: async () => {
      await Promise.all([discovery.close(), network.close()]);
    },
  };
}
