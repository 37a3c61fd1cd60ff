import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Established } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createSession, LinkError, type IncomingStream, type LinkSession, type Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { parseHopStreamParams } from './hop-stream.ts';
import { HOP_SESSION_LIMITS } from './hop-session.ts';
import { LINK_LIMITS } from '../limits.ts';
import type { EstablishedPath } from '../types.ts';

export type IncomingHopSessionsOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Receives requests to pass on; checking the right is up to the receiver. */
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
}>;

/** A session that came through another hop and only asks this device to pass on. */
export type IncomingHopSession = Readonly<{
  peerId: PeerId;
  session: LinkSession;
  attach(path: EstablishedPath, settled: (used: boolean) => void): void;
}>;

/**
 * Sessions of peers that reach this device through another hop and want to be passed on to a third peer. They are not
 * links: they neither displace nor join one, no stream is opened on them from here, and they end with their path.
 */
export class IncomingHopSessions {
  readonly #options: IncomingHopSessionsOptions;
  /** In order of arrival. */
  readonly #sessions = new Map<IncomingHopSession, Timer>();
  readonly #paths = new WeakMap<IncomingHopSession, EstablishedPath>();

  constructor(options: IncomingHopSessionsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Creates a session that nobody else knows of yet. `confirm`: called when its initiator has authenticated; returns
   * false if it may not stay.
   */
  create(peerId: PeerId, established: Established, confirm: () => boolean): IncomingHopSession {
    const { clock, logger, onStream } = this.#options;
    const session = createSession({
      role: 'responder',
      id: toHex(established.sessionId),
      clock,
      logger,
      limits: HOP_SESSION_LIMITS,
    });
    session.onStream = (stream) => {
      if (!confirm()) stream.refuse('link.unknown-peer', 'not paired');
      else if (!leadsOn(stream)) stream.refuse('link.kind', 'this session only leads on to other peers');
      else onStream(stream, peerId, session);
    };
    const incoming: IncomingHopSession = {
      peerId,
      session,
      attach: (path, settled) => {
        const { kind, channel, send, receive, dialled } = path;
        this.#paths.set(incoming, path);
        session.attachPath({ kind, channel, send, receive, dialled, settled });
      },
    };
    return incoming;
  }

  /**
   * Registers the session once its initiator has authenticated. Beyond the limit the peer's oldest one is closed, since
   * that peer may have lost it.
   */
  take(incoming: IncomingHopSession): void {
    const own = [...this.#sessions.keys()].filter(({ peerId }) => peerId === incoming.peerId);
    for (const old of own.slice(0, Math.max(0, own.length + 1 - LINK_LIMITS.hopSessionsPerPeer)))
      this.#end(old, 'a newer one came');
    if (this.#sessions.size >= LINK_LIMITS.hopSessions) {
      void incoming.session.close('link.too-many-hops', 'too many peers are led on already');
      return;
    }
    this.#watch(incoming, false);
    void incoming.session.closed.then(() => this.#forget(incoming));
  }

  /** Ends the peer's sessions on paths that the new route forbids. */
  routeChanged(peerId: PeerId, allows: (path: EstablishedPath) => boolean): void {
    for (const incoming of this.#sessions.keys()) {
      const path = incoming.peerId === peerId ? this.#paths.get(incoming) : undefined;
      if (path === undefined || allows(path)) continue;
      path.channel.destroy(new LinkError('link.mode', 'the choice for this peer does not allow this path any more'));
    }
  }

  /** Ends the peer's sessions. */
  drop(peerId: PeerId): void {
    for (const incoming of this.#sessions.keys())
      if (incoming.peerId === peerId) this.#end(incoming, 'this device ends it');
  }

  close(): void {
    for (const incoming of this.#sessions.keys()) this.#end(incoming, 'the device is shutting down');
  }

  /** Closes a session found idle twice, `hopIdle` ms apart. */
  #watch(incoming: IncomingHopSession, wasIdle: boolean): void {
    const timer = this.#options.clock.setTimer(LINK_LIMITS.hopIdle, () => {
      const isIdle = incoming.session.statistics().streamsOpen === 0;
      if (isIdle && wasIdle) this.#end(incoming, 'nothing leads through it');
      else this.#watch(incoming, isIdle);
    });
    this.#sessions.set(incoming, timer);
  }

  #end(incoming: IncomingHopSession, reason: string): void {
    this.#forget(incoming);
    void incoming.session.close('link.hop-ended', reason);
  }

  #forget(incoming: IncomingHopSession): void {
    this.#sessions.get(incoming)?.cancel();
    this.#sessions.delete(incoming);
  }
}

/** Reports whether the stream asks to be passed on. Streams that end here arrive on sessions of links, never on these. */
function leadsOn({ kind, params }: IncomingStream): boolean {
  if (kind !== 'relay') return false;
  try {
    return 'to' in parseHopStreamParams(params);
  } catch {
    // The receiver parses the params again and refuses with the right code.
    return true;
  }
}
