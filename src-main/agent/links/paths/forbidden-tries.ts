import type { LinkPathKind } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { shownKind, type TransportKind } from './transport-kinds.ts';

/** How long a peer's try explains that there is no link, ms: longer than the longest pause between two of its tries, and a dial. */
const RECENT = 90_000;

/** Failures of an own dial that the peer's choice may explain. */
const EXPLAINED = /^(?:direct\.|relay\.refused\.|link\.no-(?:address|way)$)/u;

/**
 * By which kind of path each peer tried to come although the person's choice here forbids it. The peer has proved itself by its handshake, so
 * this tells without a word on the wire that the two choices may have no path in common.
 */
export class ForbiddenTries {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** One entry for a paired peer at most. */
  readonly #tries = new Map<PeerId, Readonly<{ kind: LinkPathKind; at: number }>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  add(peerId: PeerId, kind: TransportKind): void {
    this.#tries.set(peerId, { kind: shownKind(kind), at: this.#clock.monotonic() });
  }

  /** The choice here is another one, or there is a link. */
  forget(peerId: PeerId): void {
    this.#tries.delete(peerId);
  }

  /** What a failed dial is called where the peer was just seen trying a forbidden path: `link.peer-by-relay`, `-directly`, `-through-hop`. */
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
