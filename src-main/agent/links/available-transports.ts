import type { PeerId } from '#shared/identity/index.ts';
import { allowsDirect } from './paths/allowed-paths.ts';
import type { Link } from './link.ts';
import type { LinkTable } from './link-table.ts';
import type { Hops } from './hops/hops.ts';
import type { TransportDialer } from './transport-dialer.ts';
import type { LinkManagerOptions, PeerRoute } from './types.ts';

/** Dependencies of `AvailableTransports`. `route` returns the allowed paths of a peer. */
export type AvailableTransportsOptions = Readonly<{
  ports: Pick<LinkManagerOptions, 'relay' | 'direct' | 'udp' | 'hops'>;
  table: LinkTable;
  dialer: TransportDialer;
  hops: Hops;
  route(peerId: PeerId): PeerRoute;
}>;

/**
 * Tells the path choice of each link which transports it can dial now. That depends on the relay's state, the direct and UDP ports and the links of
 * possible hops. Also announces this device's addresses to peers. Used by `LinkManager`. Dials nothing itself.
 */
export class AvailableTransports {
  readonly #options: AvailableTransportsOptions;

  constructor(options: AvailableTransportsOptions) {
    this.#options = options;
  }

  /** Updates all transports of a link. */
  open(link: Link): void {
    this.openDirect(link, false);
    this.openUdp(link, false);
    this.openRelay(link);
    this.#openHops(link);
  }

  /** Sets whether the link can dial over the relay. */
  openRelay(link: Link): void {
    link.choice.setOpen('relay', this.#options.ports.relay.isOnline(link.peerId));
  }

  /**
   * Sets whether the link can dial a direct path.
   * @param fresh true if new addresses are known
   */
  openDirect(link: Link, fresh: boolean): void {
    const { dialer, route } = this.#options;
    link.choice.setOpen(
      'direct',
      dialer.direct.dialable(route(link.peerId), link.candidates.addresses).length > 0,
      fresh,
    );
  }

  /**
   * Sets whether the link can dial over UDP.
   * @param fresh true if the network has changed, so that earlier failures no longer count
   */
  openUdp(link: Link, fresh: boolean): void {
    const { udp } = this.#options.ports;
    link.choice.setUdp(udp === undefined ? 'unavailable' : udp.obstacle, fresh);
  }

  /**
   * Sets for every link whether it can dial through a hop, and lets `Hops` redial lost hops. Called when the link of a possible hop was established,
   * lost its path or ended.
   */
  hopChanged(peerId: PeerId): void {
    const { table, hops } = this.#options;
    for (const link of table.links) this.#openHops(link, peerId);
    hops.update();
  }

  /**
   * Announces this device's addresses to the peer if this device listens, the link is the one in use and has a path, and the peer's path mode allows
   * direct paths. Withdraws announced addresses if the mode forbids direct paths or there are none left.
   */
  announceAddresses(link: Link): void {
    const { ports, table, route } = this.#options;
    if (ports.direct === undefined) return;
    const allowed = allowsDirect(route(link.peerId));
    const addresses = allowed ? ports.direct.localAddresses() : [];
    // A withdrawal may wait in a session without a path until it has one.
    const waits = !link.isUp || table.get(link.peerId) !== link;
    if (!waits || addresses.length === 0) link.candidates.announce(addresses);
  }

  /**
   * Sets whether the link can dial through a hop.
   * @param changed peer whose link has just changed
   */
  #openHops(link: Link, changed?: PeerId): void {
    const { ports, hops, route } = this.#options;
    if (ports.hops === undefined) return;
    const named = route(link.peerId).hops;
    const linked = hops.to(link.peerId);
    // A hop of an earlier path that is linked again is dialed at once.
    const known = changed !== undefined && link.recentHops.includes(changed);
    const fresh = known && linked.some(({ peerId }) => peerId === changed);
    link.choice.setOpen('via', named.length > 0 || linked.length > 0, fresh);
  }
}
