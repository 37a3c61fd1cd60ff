import { errorCode } from '#shared/errors.ts';
import { resumedCiphers } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import type { TransportKind } from '../path-choice/index.ts';
import { DirectDials } from './direct-dials.ts';
import { HandshakeInitiator, type HandshakeIntent } from './initiator.ts';
import { HopDialer, type HopDialerOptions, type HopRoute } from './middle-dials.ts';
import { staggered, type Attempt } from './staggered.ts';
import type { LinkManagerOptions, CompletedHandshake, EstablishedPath, PeerRoute } from './types.ts';

export type TransportDialerOptions = LinkManagerOptions & HopDialerOptions;

/** A way that has not led to a session after so long gets another one beside it, ms. */
const WAY_GAP = 1000;

const NEW_SESSION: HandshakeIntent = { purpose: 'session', sessionId: undefined };

/** Dials peers by every way there is. It keeps no path and no session. */
export class TransportDialer {
  readonly direct: DirectDials;
  readonly middle: HopDialer;
  readonly #options: TransportDialerOptions;
  readonly #initiator: HandshakeInitiator;

  constructor(options: TransportDialerOptions) {
    this.#options = options;
    this.#initiator = new HandshakeInitiator(options);
    this.direct = new DirectDials(options, this.#initiator);
    this.middle = new HopDialer(options, this.#initiator);
  }

  /**
   * The first path of a new session, by whatever the person allows: the relay, an address that led to the peer before, a peer in between.
   * @param mayPass a peer in between may be asked when nothing else works
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.no-address`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async first(peerId: PeerId, route: PeerRoute, mayPass: boolean, signal: AbortSignal): Promise<CompletedHandshake> {
    const relay: Attempt<CompletedHandshake> = (own) => this.#relay(peerId, NEW_SESSION, own);
    const direct: Attempt<CompletedHandshake> = (own) =>
      this.direct.dial(peerId, NEW_SESSION, route.addresses, route.found ?? [], own);
    const passage: HopRoute = { named: route.via, now: null, wished: true };
    if (route.via.length > 0) return this.middle.dial(peerId, NEW_SESSION, passage, signal);
    switch (route.mode) {
      case 'relay-only':
        return relay(signal);
      case 'direct-only':
        return direct(signal);
      case 'auto':
        break;
    }
    const known = this.direct.dialable(route, []).length > 0;
    const attempts = known ? (this.#options.relay.isOnline(peerId) ? [relay, direct] : [direct, relay]) : [relay];
    try {
      return await staggered(attempts, {
        clock: this.#options.clock,
        gap: WAY_GAP,
        signal,
        discard: ({ channel }) => channel.destroy(),
        report: ([first, second]) => (attempts[0] === relay ? first : (second ?? first)),
      });
    } catch (error) {
      const last = mayPass && errorCode(error) !== 'link.key-changed' && !signal.aborted;
      if (!last || this.#options.middles(peerId).length === 0) throw error;
      return await this.middle.dial(peerId, NEW_SESSION, passage, signal).catch(() => Promise.reject(error));
    }
  }

  /** A further path of a session. `addresses`: named by the peer, not proved. `through`: the peer in between whose path it renews. @throws as `first`; `handshake.unknown-session` */
  async further(
    peerId: PeerId,
    kind: TransportKind,
    session: Readonly<{
      id: Uint8Array;
      secret: Uint8Array;
      route: PeerRoute;
      addresses: readonly string[];
      through: PeerId | null;
      /** The session itself: a path over UDP is prepared by its two ends. */
      carrier: Pick<Session, 'open'>;
    }>,
    signal: AbortSignal,
  ): Promise<EstablishedPath> {
    const { route } = session;
    const wanted: HandshakeIntent = { purpose: 'resume', sessionId: session.id };
    const passage: HopRoute = { named: route.via, now: session.through, wished: false };
    const made = await (kind === 'udp'
      ? this.#udp(peerId, wanted, session.carrier, signal)
      : this.#by(kind, peerId, wanted, route, session.addresses, passage, signal));
    const { established, channel, address, hops } = made;
    const ciphers = resumedCiphers(this.#options.crypto, established, session.secret, true);
    return { kind, channel, ...ciphers, dialled: true, address, hops };
  }

  #by(
    kind: Exclude<TransportKind, 'udp'>,
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: PeerRoute,
    addresses: readonly string[],
    passage: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    switch (kind) {
      case 'relay':
        return this.#relay(peerId, wanted, signal);
      case 'direct':
        // What it has announced in the local network first: that is near.
        return this.direct.dial(peerId, wanted, route.addresses, [...(route.found ?? []), ...addresses], signal);
      case 'via':
        return this.middle.dial(peerId, wanted, passage, signal);
    }
  }

  async #relay(peerId: PeerId, wanted: HandshakeIntent, signal: AbortSignal): Promise<CompletedHandshake> {
    const { relay } = this.#options;
    const done = await this.#initiator.handshake(peerId, 'relay', wanted, signal, (message1) =>
      relay.connect(peerId, message1, signal),
    );
    return { kind: 'relay', ...done, address: relay.address, hops: [] };
  }

  async #udp(peerId: PeerId, wanted: HandshakeIntent, carrier: Pick<Session, 'open'>, signal: AbortSignal): Promise<CompletedHandshake> {
    const { udp } = this.#options;
    if (udp === undefined) throw new LinkError('link.no-way', 'this device makes no connections over UDP');
    let address = '';
    const done = await this.#initiator.handshake(peerId, 'udp', wanted, signal, async (message1) => {
      const dialled = await udp.dial(carrier, peerId, message1, signal);
      ({ address } = dialled);
      return dialled;
    });
    return { kind: 'udp', ...done, address, hops: [] };
  }
}
