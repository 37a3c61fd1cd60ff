import type { PeerId } from '#shared/identity/index.ts';
import { allowsDirect } from './paths/allowed-paths.ts';
import type { Link } from './link.ts';
import type { LinkTable } from './link-table.ts';
import type { Hops } from './hops/hops.ts';
import type { TransportDialer } from './transport-dialer.ts';
import type { LinkManagerOptions, PeerRoute } from './types.ts';

export type AvailableTransportsOptions = Readonly<{
  ports: Pick<LinkManagerOptions, 'relay' | 'direct' | 'udp' | 'hops'>;
  table: LinkTable;
  dialer: TransportDialer;
  hops: Hops;
  route(peerId: PeerId): PeerRoute;
}>;

/** What there is to dial for each link, as the relay, the peers and the links themselves tell; and what peers are told of this device. */
export class AvailableTransports {
  readonly #options: AvailableTransportsOptions;

  constructor(options: AvailableTransportsOptions) {
    this.#options = options;
  }

  open(link: Link): void {
    this.openDirect(link, false);
    this.openUdp(link, false);
    this.openRelay(link);
    this.#openHops(link);
  }

  openRelay(link: Link): void {
    link.choice.setOpen('relay', this.#options.ports.relay.isOnline(link.peerId));
  }

  /** @param fresh there are new addresses */
  openDirect(link: Link, fresh: boolean): void {
    const { dialer, route } = this.#options;
    link.choice.setOpen(
      'direct',
      dialer.direct.dialable(route(link.peerId), link.candidates.addresses).length > 0,
      fresh,
    );
  }

  /** @param fresh what failed before says nothing any more */
  openUdp(link: Link, fresh: boolean): void {
    const { udp } = this.#options.ports;
    link.choice.setUdp(udp === undefined ? 'unavailable' : udp.obstacle, fresh);
  }

  /** A peer is linked now, or its link has lost its path, or ended. */
  hopChanged(peerId: PeerId): void {
    const { table, hops } = this.#options;
    for (const link of table.links) this.#openHops(link, peerId);
    hops.update();
  }

  /** Tells the peer where this device can be dialled, where it listens and the person lets the peer come that way. */
  tellCandidates(link: Link): void {
    const { ports, table, route } = this.#options;
    if (ports.direct === undefined) return;
    const allowed = allowsDirect(route(link.peerId));
    const addresses = allowed ? ports.direct.localAddresses() : [];
    // What is not to be told any more may wait in a session without a path, to be told on the next one.
    const waits = !link.isUp || table.get(link.peerId) !== link;
    if (!waits || addresses.length === 0) link.candidates.tell(addresses);
  }

  /** @param changed a peer that may pass it on, or not any more */
  #openHops(link: Link, changed?: PeerId): void {
    const { ports, hops, route } = this.#options;
    if (ports.hops === undefined) return;
    const named = route(link.peerId).hops;
    const linked = hops.to(link.peerId);
    // One that has passed this session on before, and is there again, is worth a try at once.
    const known = changed !== undefined && link.recentHops.includes(changed);
    const fresh = known && linked.some(({ peerId }) => peerId === changed);
    link.choice.setOpen('via', named.length > 0 || linked.length > 0, fresh);
  }
}
