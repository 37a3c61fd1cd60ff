import { errorCode } from '#shared/errors.ts';
import { fromHex, toHex } from '#shared/bytes/index.ts';
import { sessionSecretOf, type Established } from '#shared/handshake/index.ts';
import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';
import { createSession, type PathEvent, type SessionRole } from '#shared/link/index.ts';
import { pausedError } from '../pause/index.ts';
import type { ChoiceMode, TransportKind } from './paths/transport-kinds.ts';
import { allowsPath } from './paths/allowed-paths.ts';
import { Link } from './link.ts';
import type { LinkTable } from './link-table.ts';
import type { AvailableTransports } from './available-transports.ts';
import type { Hops } from './hops/hops.ts';
import type { TransportDialer } from './transport-dialer.ts';
import type { LinkManagerOptions, EstablishedPath, PeerRoute } from './types.ts';

/** Dependencies of `LinkFactory`. `random` returns numbers in [0, 1). */
export type LinkFactoryOptions = Readonly<{
  ports: LinkManagerOptions;
  random(): number;
  table: LinkTable;
  dialer: TransportDialer;
  hops: Hops;
  available: AvailableTransports;
  route(peerId: PeerId): PeerRoute;
  isPaused(): boolean;
}>;

/**
 * Creates the links of new sessions and connects each one to its dials, its events and the addresses that its peer announces. Used by `LinkManager`
 * and `SessionDialer`. Passes the address of each direct path that this device dialed to `routes`, which saves it in the peer book.
 */
export class LinkFactory {
  readonly #options: LinkFactoryOptions;

  constructor(options: LinkFactoryOptions) {
    this.#options = options;
  }

  /**
   * Creates a session and its link.
   * @param beforeStream called before each incoming stream; if it returns false, the stream is refused
   */
  create(role: SessionRole, peerId: PeerId, established: Established, beforeStream?: () => boolean): Link {
    const { clock, logger, onStream } = this.#options.ports;
    const session = createSession({ role, id: toHex(established.sessionId), clock, logger });
    this.#options.ports.onSession?.(peerId, session);
    session.onStream = (stream) => {
      // A stream arrives in an authenticated record, so the session is confirmed even if its promise has not resolved yet.
      if (beforeStream?.() === false) stream.refuse('link.unknown-peer', 'not paired');
      else onStream(stream, peerId, session);
    };
    const link = new Link({
      peerId,
      session,
      secret: sessionSecretOf(established),
      clock,
      logger,
      random: this.#options.random,
      mode: choiceMode(this.#options.route(peerId)),
      allows: (path) => allowsPath(this.#options.route(peerId), path),
      dial: (own, kind, renew, signal) => this.#dial(own, kind, renew, signal),
      changed: (own, event) => this.#changed(own, event),
    });
    if (this.#options.isPaused()) link.hold();
    session.onCandidates = (addresses) => {
      const fresh = link.candidates.receive(addresses);
      this.#options.available.openDirect(link, fresh);
      // The other device may listen now, or be in another network.
      this.#options.available.openUdp(link, fresh);
    };
    return link;
  }

  /** Pins a newer certificate of a peer by `onCertificate` (peer book and audit log). Logs an error of that and doesn't throw it. */
  pinNewer(peerId: PeerId, certificate: DeviceCertificate): void {
    const pin = this.#options.ports.peers.lookup(peerId);
    if (pin === undefined || certificate.generation <= pin.generation) return;
    try {
      this.#options.ports.onCertificate?.(certificate);
    } catch (error) {
      // The old pin stays; the certificate arrives again with the next session.
      this.#options.ports.logger.warn('a newer certificate could not be pinned', { errorCode: errorCode(error) });
    }
  }

  #dial(link: Link, kind: TransportKind, renew: boolean, signal: AbortSignal): Promise<EstablishedPath> {
    if (this.#options.isPaused()) return Promise.reject(pausedError());
    const { peerId, session, secret, candidates } = link;
    const further = {
      id: fromHex(session.id),
      secret,
      route: this.#options.route(peerId),
      addresses: candidates.addresses,
      hop: renew ? link.view().via : null,
      carrier: session,
    };
    return this.#options.dialer.dialPath(peerId, kind, further, signal);
  }

  #changed(link: Link, event: PathEvent['type'] | 'explanation'): void {
    const { ports, table, available, hops } = this.#options;
    const { path, address } = link.view();
    if (event === 'up') {
      available.announceAddresses(link);
      if (link.kind === 'direct' && link.dialedPath) ports.routes?.recordReached(link.peerId, address);
    }
    if (event === 'up' || event === 'lost') available.hopChanged(link.peerId);
    else hops.update();
    if (event === 'doubtful') ports.onDoubt?.(link.peerId, path);
    if (table.get(link.peerId) === link) ports.onChange?.(link.peerId);
  }
}

/** Returns the mode of path choice: the peer's path mode, or `via` if the route names hops. */
export function choiceMode({ mode, hops }: PeerRoute): ChoiceMode {
  return hops.length === 0 ? mode : 'via';
}
