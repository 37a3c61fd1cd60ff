import type { LinkPathKind } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { shownKind, type TransportKind } from './transport-kinds.ts';

/**
 * Time for which a peer's forbidden try explains a missing link, ms: longer than a dial and the longest pause between
 * two of its tries.
 */
const RECENT = 90_000;

/** Codes of failed dials that the peer's choice may explain. */
const EXPLAINED = /^(?:direct\.|relay\.refused\.|link\.no-(?:address|way)$)/u;

/**
 * Transports by which peers recently tried to connect although the route here forbids them. The peer has authenticated,
 * so this shows, without another message, that the two routes may have no transport in common.
 */
export class ForbiddenTries {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Last try per paired peer. */
  readonly #tries = new Map<PeerId, Readonly<{ kind: LinkPathKind; at: number }>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  add(peerId: PeerId, kind: TransportKind): void {
    this.#tries.set(peerId, { kind: shownKind(kind), at: this.#clock.monotonic() });
  }

  /** Forgets the try after a change of route, or once there is a link. */
  forget(peerId: PeerId): void {
    this.#tries.delete(peerId);
  }

  /**
   * Replaces the error of a failed dial if the peer was just seen trying a forbidden transport: `link.peer-by-relay`,
   * `-directly`, `-through-hop`.
   */
  explain(peerId: PeerId, error: unknown): unknown {
    const tried = this.#tries.get(peerId);
    if (tried === undefined || this.#clock.monotonic() - tried.at > RECENT || !EXPLAINED.test(errorCode(error)))
      return error;
    const by = ({ relay: 'by-relay', direct: 'directly', via: 'through-hop' } as const)[tried.kind];
    return new LinkError(`link.peer-${by}`, 'the peer tries to connect by a path that the choice for it forbids', {
      cause: error,
    });
  }
}
