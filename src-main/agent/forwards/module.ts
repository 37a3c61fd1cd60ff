import { homedir, hostname } from 'node:os';
import { lookupAll } from '#node/forwarding/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import { AutoRule, NetworkChanges } from './auto/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { AssociationServer, DatagramRule, SocksAssociations } from './datagrams/index.ts';
import { FolderRule, type FolderSettings } from './folders/index.ts';
import type { HistoryModule } from '../history/index.ts';
import { OwnRelay, type NetworkModule } from '../network/index.ts';
import type { PauseModule } from '../pause/index.ts';
import { HttpRule, LocalBridge, RemoteBridge, SocksRule } from './proxies/index.ts';
import { SshServices, SshTunnel } from './ssh/index.ts';
import { PortsServer } from '../ports/index.ts';
import { AwaitedConnections } from '../streams/index.ts';
import {
  createTargetHandlers,
  LocalAddresses,
  type OnUnreachable,
  PeerTargets,
  ReservedPorts,
  TargetServer,
} from '../targets/index.ts';
import { CommandConnections } from './command-connections.ts';
import { createForwardHandlers } from './handlers.ts';
import { ForwardManager } from './rules/index.ts';
import type { RuleContext, RunnerRegistry } from './rules/index.ts';

/**
 * Returns the runner factories for each kind of forward. A kind without a factory can't be added.
 * @param parts.ssh services for SSH forwards; undefined if this device has none
 * @param parts.networkChanges notifies automatic proxies of network changes
 * @param parts.folders settings of folder forwards; undefined if this device shares none
 */
export function createRunners({
  ssh,
  folders,
  networkChanges = new NetworkChanges(),
}: Readonly<{
  ssh?: SshServices | undefined;
  folders?: FolderSettings | undefined;
  networkChanges?: NetworkChanges;
}> = {}): RunnerRegistry {
  return {
    socks5: (context) => new SocksRule(context, new SocksAssociations(context, context.rule.peer)),
    'http-proxy': (context) => new HttpRule(context),
    'tcp-bridge': (context) =>
      context.rule.direction === 'local' ? new LocalBridge(context) : new RemoteBridge(context),
    udp: (context) => new DatagramRule(context),
    'wg-proxy': (context) => new DatagramRule(context),
    auto: (context) => new AutoRule(context, { ssh, networkChanges }),
    ...(ssh === undefined ? {} : { 'ssh-tunnel': (context: RuleContext<'ssh-tunnel'>) => new SshTunnel(context, ssh) }),
    ...(folders === undefined ? {} : { folder: (context: RuleContext<'folder'>) => new FolderRule(context, folders) }),
  };
}

/** Module of the agent for forwards: those of this device, and the server for peers that connect to targets here. */
export type ForwardsModule = Module &
  Readonly<{
    forwards: ForwardManager;
    /** Known host keys and facts about this machine for SSH; undefined if this device makes no SSH connections. */
    ssh: SshServices | undefined;
    /** Serves the connections and datagram associations that peers request. */
    targetServer: TargetServer;
    /** Answers peers that ask for the open ports of this machine. */
    ports: PortsServer;
  }>;

/** Options and modules of the agent that forwards need. */
export type ForwardsDependencies = Pick<
  AgentOptions,
  'direct' | 'files' | 'interfaces' | 'lookup' | 'openPorts' | 'ssh'
> &
  Pick<NetworkModule, 'network'> &
  Pick<PauseModule, 'pause'> &
  Readonly<{ history: Pick<HistoryModule, 'connections' | 'history'> }>;

/**
 * Creates the module: forward manager, target policy and target server, with their API handlers. Reads the saved forwards and the trusted SSH host
 * keys from disk; changes are saved there, and changes of a peer's targets in the peer book. The servers for peers and the handlers of targets write
 * the audit log, forwards of this device don't; open connections of both are recorded in the history, and targets that this device couldn't reach for a peer.
 * @throws {StoreError} if a document of the profile can't be used
 */
export function createForwards(core: Core, dependencies: ForwardsDependencies): ForwardsModule {
  const { approvals, audit, clock, crypto, events, masterSecret, peers, policy, profile, views } = core;
  const { direct, history, network, pause } = dependencies;
  const lookup = dependencies.lookup ?? lookupAll;
  const logger = core.logger.child({ part: 'targets' });
  const awaited = new AwaitedConnections();
  const reservedPorts = new ReservedPorts();
  const networkChanges = new NetworkChanges();
  const localAddresses = new LocalAddresses({
    clock,
    hostName: hostname(),
    list: () => (dependencies.interfaces?.() ?? []).map(({ address }) => address),
  });
  const ownRelay = new OwnRelay({
    url: () => network.relay.url,
    lookup,
    isOwn: (address) => localAddresses.has(address),
    clock,
  });
  reservedPorts.watch(() => [direct?.port ?? [], ownRelay.port ?? []].flat());
  const ssh =
    dependencies.ssh === undefined
      ? undefined
      : new SshServices({
          file: dependencies.ssh.hostKeys,
          machine: dependencies.ssh.machine,
          clock,
          logger: core.logger.child({ part: 'ssh' }),
        });
  const folders = { home: homedir(), privateFolders: [profile] };
  const forwards: ForwardManager = new ForwardManager({
    file: dependencies.files.forwards,
    crypto,
    masterSecret,
    clock,
    logger: core.logger.child({ part: 'forwards' }),
    peers,
    session: (peerId, signal) => network.session(peerId, signal),
    current: (peerId) => network.current(peerId),
    mayReach: (peerId) => network.mayReach(peerId),
    hopProblem: (peerId) => network.hopProblem(peerId),
    awaited,
    runners: createRunners({ ssh, networkChanges, folders }),
    claimPort: (port) => reservedPorts.claim(port),
    onOpened: (facts) => history.connections.opened(facts),
    onChange: () => views.broadcast('forwards.changed', forwards.list()),
  });
  const { connections } = forwards;
  const targets = new PeerTargets({
    peers,
    rights: policy,
    approvals,
    clock,
    logger,
    lookup,
    localAddresses,
    reservedPorts,
  });
  const ports = new PortsServer({
    clock,
    look: dependencies.openPorts ?? (async () => []),
    isReserved: (port) => reservedPorts.has(port),
  });
  const onUnreachable: OnUnreachable = ({ peerId, name }, target, code) =>
    history.history.note({ kind: 'forward', direction: 'in', peerId, peerName: name, detail: target }, code);
  const targetServer = new TargetServer({
    policy: targets,
    awaited,
    datagrams: new AssociationServer({ policy: targets, connections, audit, onUnreachable, clock, logger }),
    connections,
    reservedPorts,
    audit,
    onUnreachable,
    clock,
    logger,
  });

  events.on('network.changed', () => {
    ssh?.networkChanged();
    networkChanges.notify();
  });
  events.on('links.changed', () => forwards.linksChanged());
  events.on('relay.changed', () => ownRelay.prefetch());
  events.on('peers.changed', (change) => {
    if (change.kind !== 'seen') forwards.peerChanged(change.peerId, change.kind);
  });
  events.on('peer.named', ({ peerId, forward }) => {
    if (forward !== undefined) forwards.rightNamed(peerId, forward);
  });
  events.on('peer.forgot', ({ peerId }) => forwards.rightForgotten(peerId));
  events.on('pause.changed', ({ paused }) => void forwards.setPaused(paused));
  if (pause.current !== undefined) void forwards.setPaused(true);

  return {
    forwards,
    ssh,
    targetServer,
    ports,
    handlers: {
      ...createForwardHandlers({
        forwards,
        commandConnections: new CommandConnections(forwards),
        peers,
        folders,
        session: (peerId, signal) => network.session(peerId, signal),
      }),
      ...createTargetHandlers({ approvals, audit, clock, reservedPorts, peers, targets }),
    },
    start: () => void forwards.start(),
    stop: () => {
      targetServer.close();
      targets.close();
    },
    close: () => forwards.close(),
  };
}
