import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import { DiscoveryService } from '../discovery/index.ts';
import { mayGoDirect, Network, ProxySettings, type NetworkOptions } from './index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

export type NetworkPartsOptions = Pick<
  AgentOptions,
  'crypto' | 'clock' | 'logger' | 'version' | 'dialer' | 'route' | 'direct' | 'webrtc' | 'lan' | 'interfaces'
> &
  Pick<Required<NetworkOptions>, 'onStream' | 'isPaused' | 'onChange' | 'onLinked' | 'onPathChange' | 'onPlaceChange'> &
  Readonly<{
    identity: DeviceIdentity;
    masterSecret: Uint8Array;
    settings: SettingsStore;
    peers: PeerBook;
    audit: AuditLog;
    /** Other devices are seen in the local network than before. */
    onDiscovered(): void;
  }>;

/** Everything of an agent that lies between this device and others, put together. */
export class NetworkParts {
  readonly network: Network;
  /** The local network. */
  readonly discovery: DiscoveryService;
  /** How relays are reached. */
  readonly proxy: ProxySettings;

  constructor(options: NetworkPartsOptions) {
    const { clock, logger, settings, peers } = options;
    this.discovery = new DiscoveryService({
      sockets: options.lan,
      crypto: options.crypto,
      identity: options.identity,
      clock,
      logger: logger.child({ part: 'discovery' }),
      settings,
      peers: () => peers.list().filter((peer) => mayGoDirect(peer)),
      nameOf: (peerId) => peers.nameOf(peerId),
      port: () => options.direct?.port,
      onFound: (peerId) => this.network.found(peerId),
      onChange: () => options.onDiscovered(),
    });
    this.network = new Network({
      crypto: options.crypto,
      identity: options.identity,
      clock,
      logger,
      dialer: options.dialer,
      direct: options.direct,
      webrtc: options.webrtc,
      interfaces: options.interfaces,
      settings,
      peers,
      audit: options.audit,
      software: `clawreach/${options.version}`,
      onStream: options.onStream,
      isPaused: options.isPaused,
      onLinked: options.onLinked,
      onPathChange: options.onPathChange,
      lan: {
        addressesOf: (peerId) => this.discovery.addressesOf(peerId),
        hintsOf: (peerId) => this.discovery.hintsOf(peerId),
        isConfirmed: (peerId) => this.discovery.isConfirmed(peerId),
        confirm: (peerId, address) => this.discovery.confirm(peerId, address),
        refute: (peerId, address) => this.discovery.refute(peerId, address),
      },
      onListening: () => this.discovery.changed(),
      onPlaceChange: () => {
        this.discovery.woke();
        options.onPlaceChange();
      },
      onChange: options.onChange,
    });
    this.proxy = new ProxySettings({
      route: options.route,
      crypto: options.crypto,
      masterSecret: options.masterSecret,
      clock,
      logger,
      settings,
      onChange: () => this.network.relay.start(),
    });
  }
}
