import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import type { Established } from '#shared/handshake/index.ts';
import { allowsPath } from './paths/allowed-paths.ts';
import type { Link } from './link.ts';
import type { LinkFactory } from './link-factory.ts';
import type { LinkTable } from './link-table.ts';
import type { AvailableTransports } from './available-transports.ts';
import type { TransportDialer } from './transport-dialer.ts';
import type { CompletedHandshake, PeerRoute } from './types.ts';

type Waiter = Readonly<{ resolve(session: Session): void; reject(error: unknown): void }>;
type Dial = { controller: AbortController; readonly waiters: Set<Waiter> };

/** Dials under way: callers for the same peer share one, and it ends when the last of them has given up. */
export class Dials {
  readonly #run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>;
  readonly #dials = new Map<PeerId, Dial>();

  constructor(run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>) {
    this.#run = run;
  }

  has(peerId: PeerId): boolean {
    return this.#dials.has(peerId);
  }

  join(peerId: PeerId, signal: AbortSignal | undefined): Promise<Session> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const dial = this.#dials.get(peerId) ?? this.#start(peerId);
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      const onAbort = (): void => {
        dial.waiters.delete(waiter);
        reject(cancelled());
        if (dial.waiters.size === 0) this.#stop(peerId, dial);
      };
      const waiter: Waiter = {
        resolve(session) {
          leave();
          resolve(session);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      dial.waiters.add(waiter);
    });
  }

  /** Whoever waits gets this session instead; the dial is given up. */
  answer(peerId: PeerId, session: Session): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.resolve(session);
  }

  cancel(peerId: PeerId, error: unknown): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.reject(error);
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#dials.keys()];
  }

  /** Gives the dial up and begins again; whoever waits goes on waiting. */
  restart(peerId: PeerId): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    dial.controller.abort();
    dial.controller = new AbortController();
    this.#begin(peerId, dial);
  }

  #start(peerId: PeerId): Dial {
    const dial: Dial = { controller: new AbortController(), waiters: new Set() };
    this.#dials.set(peerId, dial);
    this.#begin(peerId, dial);
    return dial;
  }

  #begin(peerId: PeerId, dial: Dial): void {
    const { controller } = dial;
    this.#run(peerId, controller.signal).then(
      (session) => this.#finish(peerId, dial, controller, (waiter) => waiter.resolve(session)),
      (error: unknown) => this.#finish(peerId, dial, controller, (waiter) => waiter.reject(error)),
    );
  }

  #finish(peerId: PeerId, dial: Dial, controller: AbortController, tell: (waiter: Waiter) => void): void {
    if (this.#dials.get(peerId) !== dial || dial.controller !== controller) return;
    this.#dials.delete(peerId);
    for (const waiter of dial.waiters) tell(waiter);
  }

  #stop(peerId: PeerId, dial: Dial): void {
    if (this.#dials.get(peerId) === dial) this.#dials.delete(peerId);
    dial.controller.abort();
  }
}

function cancelled(): LinkError {
  return new LinkError('link.cancelled', 'given up');
}

export type SessionDialerOptions = Readonly<{
  ownId: PeerId;
  table: LinkTable;
  maker: TransportDialer;
  ways: AvailableTransports;
  factory: LinkFactory;
  route(peerId: PeerId): PeerRoute;
  /** Nothing new may begin: what a dial has made by then is destroyed. */
  isShut(): boolean;
}>;

/**
 * New sessions, dialled by this device or taken in: all of them come into the table here, once the other side has proved itself. Callers at the
 * same time share one dial.
 */
export class SessionDialer {
  readonly #options: SessionDialerOptions;
  readonly #dials: Dials;
  /** For others that pass through this device: never by way of a third one, or two could ask each other in turns. */
  readonly #reaches: Dials;

  constructor(options: SessionDialerOptions) {
    this.#options = options;
    const { route } = options;
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, route(peerId), true, signal));
    this.#reaches = new Dials((peerId, signal) => this.#dialForOthers(peerId, signal));
  }

  /** @throws {LinkError} `link.cancelled`; as `TransportDialer.first` */
  join(peerId: PeerId, signal: AbortSignal | undefined): Promise<Session> {
    return this.#dials.join(peerId, signal);
  }

  /** The same over the relay or directly only, for who passes through this device. */
  reach(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    return this.#reaches.join(peerId, signal);
  }

  /** The initiator of a session that came here has proved to be there. */
  take(link: Link, established: Established): void {
    const { ownId, table, ways, factory } = this.#options;
    const { peerId, session } = link;
    factory.learn(peerId, established.peer);
    table.add(link);
    ways.open(link);
    ways.tellCandidates(link);
    // The lower id's session stays; the lower side itself goes on dialling for it.
    if (ownId > peerId) this.#dials.answer(peerId, session);
  }

  /** The person's choice for that peer has changed: dials begin again by it, and who waits for them goes on waiting. */
  routeChanged(peerId: PeerId): void {
    this.#dials.restart(peerId);
    this.#reaches.restart(peerId);
  }

  /** Whoever waits for a dial to that peer hears this error. */
  cancel(peerId: PeerId, error: unknown): void {
    this.#dials.cancel(peerId, error);
    this.#reaches.cancel(peerId, error);
  }

  /** Who is being dialled. */
  get peerIds(): readonly PeerId[] {
    return [...this.#dials.peerIds, ...this.#reaches.peerIds];
  }

  /** @throws {LinkError} `link.no-way` where the person has named hops: others do not pass through those too */
  async #dialForOthers(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const route = this.#options.route(peerId);
    if (route.via.length > 0) throw new LinkError('link.no-way', 'this device goes to that peer through others');
    return await this.#dial(peerId, route, false, signal);
  }

  async #dial(peerId: PeerId, route: PeerRoute, mayPass: boolean, signal: AbortSignal): Promise<Session> {
    const made = await this.#options.maker.first(peerId, route, mayPass, signal);
    try {
      if (signal.aborted || this.#options.isShut()) throw new LinkError('link.cancelled', 'given up');
      if (!allowsPath(this.#options.route(peerId), { ...made, dialled: true }))
        throw new LinkError('link.mode', 'the choice for this peer does not allow this path any more');
      return this.#begin(peerId, made).session;
    } catch (error) {
      made.channel.destroy();
      throw error;
    }
  }

  #begin(peerId: PeerId, { kind, established, channel, address, hops }: CompletedHandshake): Link {
    const { table, ways, factory } = this.#options;
    const { send, receive } = established;
    factory.learn(peerId, established.peer);
    const link = factory.create('initiator', peerId, established);
    link.begin({ kind, channel, send, receive, dialled: true, address, hops });
    table.add(link);
    ways.open(link);
    return link;
  }
}
