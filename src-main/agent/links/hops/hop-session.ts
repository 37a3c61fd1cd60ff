import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Established } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import {
  createSession,
  type ByteChannel,
  type LinkLimits,
  type LinkSession,
  type OutgoingStream,
  type Session,
} from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';

/** Limits of a hop session, which ends with its path and carries few streams. */
export const HOP_SESSION_LIMITS: Partial<LinkLimits> = {
  pathLossGrace: 0,
  maxIncomingStreams: 16,
  maxOutgoingStreams: 16,
};

/** Result of the handshake with the hop, and what the session needs. */
export type HopSessionOptions = Readonly<{
  peerId: PeerId;
  established: Established;
  channel: ByteChannel;
  clock: Clock;
  logger: Logger;
}>;

/**
 * Session with a hop that is itself reached through another hop. Used by `dialHopChain`: opens one stream to the next peer, accepts none, and closes
 * with that stream.
 */
export class HopSession implements Pick<Session, 'open' | 'ping' | 'statistics'> {
  readonly peerId: PeerId;
  readonly #session: LinkSession;

  constructor({ peerId, established, channel, clock, logger }: HopSessionOptions) {
    const { send, receive, sessionId } = established;
    this.peerId = peerId;
    this.#session = createSession({
      role: 'initiator',
      id: toHex(sessionId),
      clock,
      logger,
      limits: HOP_SESSION_LIMITS,
    });
    // No one awaits `confirmed`; streams report the session's end.
    this.#session.confirmed.catch(() => undefined);
    this.#session.attachPath({ kind: 'via', channel, send, receive, dialed: true });
  }

  open(...wanted: Parameters<Session['open']>): OutgoingStream {
    const stream = this.#session.open(...wanted);
    void stream.closed.then(() => this.close());
    return stream;
  }

  ping(timeout?: number): Promise<number> {
    return this.#session.ping(timeout);
  }

  statistics(): ReturnType<Session['statistics']> {
    return this.#session.statistics();
  }

  close(): void {
    void this.#session.close('link.hop-done', 'nothing leads through it any more');
  }
}
