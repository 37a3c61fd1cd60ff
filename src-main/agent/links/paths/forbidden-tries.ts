import type { LinkPathKind } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { shownKind, type TransportKind } from './transport-kinds.ts';

/** Time for which a peer's forbidden dial explains a missing link, ms: longer than one dial plus the longest pause before the next. */
const RECENT = 90_000;

/** Codes of failed dials that the peer's own route may explain. */
const EXPLAINED = /^(?:direct\.|relay\.refused\.|link\.no-(?:address|way)$)/u;

/**
 * Remembers over which transport each peer has recently dialed this device although the route here forbids that transport. The peer has
 * authenticated. A failed dial can then be explained: the two routes may have no transport in common. In memory only. Used by `LinkManager`.
 */
export class ForbiddenTries {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Last forbidden dial per peer. */
  readonly #tries = new Map<PeerId, Readonly<{ kind: LinkPathKind; at: number }>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Records a forbidden dial of the peer. */
  add(peerId: PeerId, kind: TransportKind): void {
    this.#tries.set(peerId, { kind: shownKind(kind), at: this.#clock.monotonic() });
  }

  /** Removes the entry after a change of the route, or once there is a link. */
  forget(peerId: PeerId): void {
    this.#tries.delete(peerId);
  }

  /**
   * Returns the error to show for a failed dial: `link.peer-by-relay`, `link.peer-directly` or `link.peer-through-hop` if the peer has just dialed
   * over a forbidden transport, otherwise the given error.
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
