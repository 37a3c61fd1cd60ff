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

/** Dependencies of `IncomingHopSessions`. */
export type IncomingHopSessionsOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Receives streams that ask this device to be a hop. The receiver checks the right. */
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
}>;

/** Session of a peer that came through another hop and only uses this device as a further hop. */
export type IncomingHopSession = Readonly<{
  peerId: PeerId;
  session: LinkSession;
  attach(path: EstablishedPath, settled: (used: boolean) => void): void;
}>;

/**
 * Incoming hop sessions: of peers that reach this device through another hop and use it to reach a third peer. They aren't links: they don't replace
 * or join one, this device opens no streams on them, and they end with their path. Used by `LinkManager`. In memory only.
 */
export class IncomingHopSessions {
  readonly #options: IncomingHopSessionsOptions;
  /** Idle timers by session, in order of arrival. */
  readonly #sessions = new Map<IncomingHopSession, Timer>();
  readonly #paths = new WeakMap<IncomingHopSession, EstablishedPath>();

  constructor(options: IncomingHopSessionsOptions) {
    this.#options = options;
  }

  /** Number of registered sessions. */
  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Creates a session that stays unknown to the rest of the agent until it is confirmed.
   * @param confirm called when the initiator has authenticated;
   * returns false if the session must not stay
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
      else if (!asksForHop(stream)) stream.refuse('link.kind', 'this session only leads on to other peers');
      else onStream(stream, peerId, session);
    };
    const incoming: IncomingHopSession = {
      peerId,
      session,
      attach: (path, settled) => {
        const { kind, channel, send, receive, dialed } = path;
        this.#paths.set(incoming, path);
        session.attachPath({ kind, channel, send, receive, dialed, settled });
      },
    };
    return incoming;
  }

  /**
   * Registers a session. Called once its initiator has authenticated. Beyond the limit the peer's oldest session is closed, since that peer may have
   * lost it.
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

  /** Closes the peer's sessions on paths that its changed route forbids. */
  routeChanged(peerId: PeerId, allows: (path: EstablishedPath) => boolean): void {
    for (const incoming of this.#sessions.keys()) {
      const path = incoming.peerId === peerId ? this.#paths.get(incoming) : undefined;
      if (path === undefined || allows(path)) continue;
      path.channel.destroy(new LinkError('link.mode', 'the choice for this peer does not allow this path any more'));
    }
  }

  /** Closes the peer's sessions. */
  drop(peerId: PeerId): void {
    for (const incoming of this.#sessions.keys())
      if (incoming.peerId === peerId) this.#end(incoming, 'this device ends it');
  }

  close(): void {
    for (const incoming of this.#sessions.keys()) this.#end(incoming, 'the device is shutting down');
  }

  /** Closes a session that has no streams at two checks, `hopIdle` ms apart. */
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

/** Reports whether a stream asks this device to be a hop. Streams for this device itself arrive on links, never on hop sessions. */
function asksForHop({ kind, params }: IncomingStream): boolean {
  if (kind !== 'relay') return false;
  try {
    return 'to' in parseHopStreamParams(params);
  } catch {
    // The receiver parses the params again and refuses with the right code.
    return true;
  }
}
