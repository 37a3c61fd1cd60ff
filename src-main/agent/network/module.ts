import { DirectError } from '#shared/direct/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { CreateDiscovery } from '../discovery/index.ts';
import type { IncomingPath } from '../direct/index.ts';
import type { DirectNetwork } from '../pairing/index.ts';
import { pausedError, type PauseModule } from '../pause/index.ts';
import { discoverNothing } from './discovery-port.ts';
import { createNetworkHandlers } from './handlers.ts';
import { mayGoDirect } from './may-take-relay.ts';
import { Network } from './network.ts';
import type { NetworkOptions } from './network-options.ts';
import { RelayAdvice } from './relay-advice.ts';

type StreamHandler = (stream: IncomingStream, peerId: PeerId, session: Session) => void;

/** Module for connections between this device and its peers: relay, direct and UDP connections, hops, and discovery in the local network. */
export type NetworkModule = Module &
  Readonly<{
    network: Network;
    /** Sets the function that receives streams of peers. Until then they are refused. */
    serveStreams(handler: StreamHandler): void;
    /** Connections of pairings without a relay. */
    pairing: PairingNetwork;
  }>;

/** Part of the network that pairings without a relay use. */
export type PairingNetwork = DirectNetwork &
  Readonly<{
    /** Addresses at which this device accepts direct connections; empty if it doesn't. */
    addresses(): readonly string[];
    /** Looks up a machine's name in DNS, and `NAME.local` also in the local networks. Rejects, or returns none, if it has no address. */
    lookup(name: string, signal: AbortSignal): Promise<readonly string[]>;
    /**
     * Sets the functions that take claims of this device's invitations and name the nameplates to announce.
     * @returns function to call when the nameplates have changed
     */
    serve(parts: Readonly<{ handle(incoming: IncomingPath): void; nameplates(): readonly string[] }>): () => void;
  }>;

/** Lowest port that is connected to for a round trip; ClawReach listens above. */
const LOWEST_PORT = 1024;

/** Parts of the machine and the pause that the module uses. */
export type NetworkDependencies = Pick<
  AgentOptions,
  'dialer' | 'enrolTicket' | 'direct' | 'webrtc' | 'lan' | 'interfaces' | 'lookup'
> &
  Pick<PauseModule, 'pause'> &
  Readonly<{
    /** Discovery in the local network; undefined: none. */
    discover?: CreateDiscovery;
    role?: NetworkOptions['role'];
    loopback?: NetworkOptions['loopback'];
  }>;

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
  let invitations: () => readonly string[] = () => [];
  let serve: StreamHandler = (stream) => stream.refuse('link.kind', 'this device serves no streams yet');
  const { discovery, handlers } = (dependencies.discover ?? discoverNothing)({
    crypto,
    identity,
    clock,
    logger: logger.child({ part: 'discovery' }),
    settings,
    system: core.system,
    peers: () => peers.list().filter((peer) => mayGoDirect(peer) && !peers.isSuspended(peer.peerId)),
    nameOf: (peerId) => peers.nameOf(peerId),
    isPeersAddress: (address) =>
      peers.list().some(({ peerId, addresses }) => addresses.includes(address) && network.isReachable(peerId)),
    port: () => direct?.port,
    invitations: () => invitations(),
    measure: async (address) =>
      Number(address.split(':').at(-1)) < LOWEST_PORT ? undefined : await direct?.measure(address),
    onFound: (peerId) => network.peerFound(peerId),
    onChange: () => views.announce('discovery'),
  });
  const network = new Network({
    crypto,
    identity,
    clock,
    logger,
    dialer: dependencies.dialer,
    role: dependencies.role,
    loopback: dependencies.loopback,
    enrolTicket: dependencies.enrolTicket,
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
    onForgotten: (peerId, because) => events.emit('peer.forgot', { peerId, because }),
    onAddRequest: (request) => events.emit('adding.requested', request),
    onMessage: (message) => events.emit('relay.message', message),
    onSession: (peerId, session) => events.emit('session.began', { peerId, session }),
    onLinked: (peerId, session) => {
      advice.linked();
      events.emit('peer.linked', { peerId, session });
    },
    onPathChange: (peerId, change) => events.emit('path.changed', { peerId, change }),
    lan: {
      addressesOf: (peerId) => discovery.addressesOf(peerId),
      likelyAddressesOf: (peerId) => discovery.likelyAddressesOf(peerId),
      isConfirmed: (peerId) => discovery.isConfirmed(peerId),
      confirm: (peerId, address) => discovery.confirm(peerId, address),
      refute: (peerId, address, began) => discovery.refute(peerId, address, began),
    },
    onListening: () => {
      discovery.changed();
      views.announce('status');
    },
    onNetworkChange: () => {
      discovery.woke();
      advice.changed();
      events.emit('network.changed');
    },
    onChange: (what) => {
      advice.changed();
      if (what === 'peers') events.emit('links.changed');
      else events.emit('relay.changed');
      views.announce(what);
    },
  });
  const advice = new RelayAdvice({
    clock,
    networks: () => dependencies.lan?.interfaces() ?? [],
    hasRelay: () => network.relay.status.url !== null,
    away: () =>
      peers.list().flatMap(({ peerId }) => {
        const since = network.offlineSince(peerId);
        const isMissed =
          since !== undefined && !peers.isSuspended(peerId) && network.addressInLan(peerId) === undefined;
        return isMissed ? [{ peerId, since }] : [];
      }),
    onChange: () => views.announce('status'),
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
      // A linked peer learns first that it was removed: the relay ends its path with its membership.
      const told = network.dropForgotten(change.peerId, change.words, change.because, change.withdrawn !== undefined);
      void network.relay.memberships.remove(change.peerId, told);
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
      reach: reachOf(network.relay.status.state === 'online', direct?.port !== undefined && !isPaused()),
      ...(advice.current === undefined || isPaused() ? {} : { needsRelay: advice.current }),
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
    pairing: {
      addresses: () => (isPaused() ? [] : (direct?.localAddresses() ?? [])),
      dial: async (address, message1, signal) => {
        if (isPaused()) throw pausedError();
        if (direct === undefined)
          throw new DirectError('direct.unreachable', 'this device makes no direct connections');
        return await direct.dial(address, message1, signal);
      },
      lookup: async (name, signal) => {
        const system = dependencies.lookup?.(name) ?? Promise.resolve([]);
        if (!name.endsWith('.local')) return await system;
        const found = [system, discovery.findHost(name, signal)].map(async (answer) => {
          const addresses = await answer;
          if (addresses.length === 0) throw new DirectError('direct.unreachable', 'no address');
          return addresses;
        });
        return await Promise.any(found);
      },
      hears: () => discovery.hears,
      watch: (nameplate, found) => discovery.watchInvitation(nameplate, found),
      ask: () => discovery.ask(),
      serve: ({ handle, nameplates }) => {
        invitations = nameplates;
        if (direct !== undefined) direct.onClaim = handle;
        return () => discovery.invitationsChanged();
      },
    },
    serveStreams: (handler) => {
      serve = handler;
    },
    handlers: {
      ...createNetworkHandlers({ network, peers }),
      ...handlers,
    },
    start: () => {
      network.start();
      if (!isPaused()) discovery.start();
    },
    closeTimeout: CLOSE_TIMEOUT,
    close: async () => {
      advice.close();
      await Promise.all([discovery.close(), network.close()]);
    },
  };
}

function reachOf(isAtRelay: boolean, isListening: boolean): 'anywhere' | 'network' | 'none' {
  if (isAtRelay) return 'anywhere';
  return isListening ? 'network' : 'none';
}
