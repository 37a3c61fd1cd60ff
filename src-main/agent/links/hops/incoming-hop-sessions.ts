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
  /** A peer wants to be led on. Its right is the callee's business. */
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
}>;

/** A session that has come through another peer and only leads on. */
export type IncomingHopSession = Readonly<{
  peerId: PeerId;
  session: LinkSession;
  attach(path: EstablishedPath, settled: (used: boolean) => void): void;
}>;

/**
 * Peers that came through another peer and want to be led on to a third one. Their sessions are none of the links: they displace and join
 * none, nobody here opens a stream on them, and they end with their path.
 */
export class IncomingHopSessions {
  readonly #options: IncomingHopSessionsOptions;
  /** The oldest first. */
  readonly #sessions = new Map<IncomingHopSession, Timer>();
  readonly #paths = new WeakMap<IncomingHopSession, EstablishedPath>();

  constructor(options: IncomingHopSessionsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** Not yet told to anybody. `confirm`: its initiator is there; false where it may not stay. */
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

  /** Its initiator has proved to be there. The oldest of the same peer goes where there are too many: that peer may have lost it. */
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

  /** The person's choice for that peer has changed: those on paths that it forbids lose them, and end with them. */
  routeChanged(peerId: PeerId, allows: (path: EstablishedPath) => boolean): void {
    for (const incoming of this.#sessions.keys()) {
      const path = incoming.peerId === peerId ? this.#paths.get(incoming) : undefined;
      if (path === undefined || allows(path)) continue;
      path.channel.destroy(new LinkError('link.mode', 'the choice for this peer does not allow this path any more'));
    }
  }

  /** Ends those of one peer: it was forgotten, or the device is paused. */
  drop(peerId: PeerId): void {
    for (const incoming of this.#sessions.keys())
      if (incoming.peerId === peerId) this.#end(incoming, 'this device ends it');
  }

  close(): void {
    for (const incoming of this.#sessions.keys()) this.#end(incoming, 'the device is shutting down');
  }

  /** Who opens no way, or none any more, has nothing to stay for. */
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

/** What comes to its end here comes by a session of a link, and never through one of these. */
function leadsOn({ kind, params }: IncomingStream): boolean {
  if (kind !== 'relay') return false;
  try {
    return 'to' in parseHopStreamParams(params);
  } catch {
    // Refused where the params are looked at, with the word for it.
    return true;
  }
}
