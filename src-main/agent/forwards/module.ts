import { AutoRule, NetworkChanges } from '../auto/index.ts';
import { FolderRule, type FolderParts } from '../folders/index.ts';
import { DatagramRule, SocksAssociations, AssociationServer } from '../datagrams/index.ts';
import type { RuleContext, RunnerRegistry } from './index.ts';
import { HttpRule, LocalBridge, RemoteBridge, SocksRule } from '../proxies/index.ts';
import { SshTunnel, SshParts } from '../ssh/index.ts';
import { homedir, hostname } from 'node:os';
import type { AppApiServer } from '#shared/app-api/index.ts';
import { lookupAll } from '#node/forwarding/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import { ForwardManager, type ForwardManagerOptions } from './index.ts';
import { OwnRelay, type Network } from '../network/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { AwaitedConnections } from '../streams/index.ts';
import { LocalAddresses, ReservedPorts, PeerTargets, TargetServer } from '../targets/index.ts';

/**
 * What runs the rules of each kind, one line each; a kind that is not here cannot be added.
 * @param parts.ssh undefined where this device has no SSH
 * @param parts.place tells when the machine is in another network; without it nobody does
 * @param parts.folders undefined where this device shares no folders
 */
export function createRunners({
  ssh,
  folders,
  place = new NetworkChanges(),
}: Readonly<{
  ssh?: SshParts | undefined;
  folders?: FolderParts | undefined;
  place?: NetworkChanges;
}> = {}): RunnerRegistry {
  return {
    socks5: (context) => new SocksRule(context, new SocksAssociations(context, context.rule.peer)),
    'http-proxy': (context) => new HttpRule(context),
    'tcp-bridge': (context) =>
      context.rule.direction === 'local' ? new LocalBridge(context) : new RemoteBridge(context),
    udp: (context) => new DatagramRule(context),
    'wg-proxy': (context) => new DatagramRule(context),
    auto: (context) => new AutoRule(context, { ssh, place }),
    ...(ssh === undefined ? {} : { 'ssh-tunnel': (context: RuleContext<'ssh-tunnel'>) => new SshTunnel(context, ssh) }),
    ...(folders === undefined ? {} : { folder: (context: RuleContext<'folder'>) => new FolderRule(context, folders) }),
  };
}

export type ForwardPartsOptions = Pick<
  AgentOptions,
  'files' | 'crypto' | 'clock' | 'logger' | 'direct' | 'ssh' | 'lookup' | 'interfaces' | 'profile'
> &
  Pick<ForwardManagerOptions, 'masterSecret' | 'onOpened'> &
  Readonly<{
    peers: PeerBook;
    policy: RightsPolicy;
    approvals: ApprovalStore;
    audit: AuditLog;
    network: Network;
    /** To the user interfaces that are there. */
    broadcast: AppApiServer['broadcast'];
  }>;

/** Everything of an agent that forwards for the person here, and for peers, put together. */
export class ForwardParts {
  readonly forwards: ForwardManager;
  /** What peers may reach through this device. */
  readonly targets: PeerTargets;
  readonly targetServer: TargetServer;
  readonly ownPorts = new ReservedPorts();
  readonly #ownRelay: OwnRelay;
  readonly #ssh: SshParts | undefined;
  readonly #place = new NetworkChanges();

  /** Loads the documents. @throws {StoreError} what is wrong with them */
  constructor(options: ForwardPartsOptions) {
    const { crypto, clock, peers, network, audit, broadcast } = options;
    const lookup = options.lookup ?? lookupAll;
    const logger = options.logger.child({ part: 'targets' });
    const awaited = new AwaitedConnections();
    const own = new LocalAddresses({
      clock,
      hostName: hostname(),
      list: () => (options.interfaces?.() ?? []).map(({ address }) => address),
    });
    this.#ownRelay = new OwnRelay({
      url: () => network.relay.url,
      lookup,
      isOwn: (address) => own.has(address),
      clock,
    });
    this.ownPorts.watch(() => [options.direct?.port ?? [], this.#ownRelay.port ?? []].flat());
    this.#ssh =
      options.ssh === undefined
        ? undefined
        : new SshParts({
            file: options.ssh.hostKeys,
            machine: options.ssh.machine,
            clock,
            logger: options.logger.child({ part: 'ssh' }),
          });
    this.forwards = new ForwardManager({
      file: options.files.forwards,
      crypto,
      masterSecret: options.masterSecret,
      clock,
      logger: options.logger.child({ part: 'forwards' }),
      peers,
      session: (peerId, signal) => network.session(peerId, signal),
      current: (peerId) => network.current(peerId),
      mayReach: (peerId) => network.mayReach(peerId),
      hopProblem: (peerId) => network.hopProblem(peerId),
      awaited,
      runners: createRunners({
        ssh: this.#ssh,
        place: this.#place,
        folders: { home: homedir(), privateFolders: [options.profile] },
      }),
      claimPort: (port) => this.ownPorts.claim(port),
      onOpened: options.onOpened,
      onChange: () => broadcast('forwards.changed', this.forwards.list()),
    });
    const { connections } = this.forwards;
    const { ownPorts } = this;
    this.targets = new PeerTargets({
      peers,
      rights: options.policy,
      approvals: options.approvals,
      clock,
      logger,
      lookup,
      own,
      ownPorts,
    });
    const policy = this.targets;
    this.targetServer = new TargetServer({
      policy,
      awaited,
      datagrams: new AssociationServer({ policy, connections, audit, clock, logger }),
      connections,
      ownPorts,
      audit,
      clock,
      logger,
    });
  }

  /** The relay is another one, or somewhere else. */
  relayChanged(): void {
    this.#ownRelay.look();
  }

  /** The machine is in another network. */
  networkChanged(): void {
    this.#ssh?.networkChanged();
    this.#place.tell();
  }

  /** Peers reach nothing more through this device, at once; the rules of this device end by `forwards.close`. */
  closeTargets(): void {
    this.targetServer.close();
    this.targets.close();
  }
}
