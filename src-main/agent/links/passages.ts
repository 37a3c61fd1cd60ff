import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** How the way through the peers stands that a person has named. */
export type RouteStatus = Readonly<{
  /** Whose person is being asked to let us pass; null where nobody is. */
  asking: PeerId | null;
  /** What the newest try came to that has ended: a code, and the peers it is about, by name; null where it worked, or none has ended. */
  failure: PassageFailure | null;
}>;

/** `hopId`: the hop that is missing. `at`: when the first of the tries ended that came to this one after the other, milliseconds since 1970. */
export type PassageFailure = Readonly<{
  code: string;
  hop?: string;
  hopId?: PeerId;
  before?: string;
  message: string;
  at: number;
}>;

/** What is known of the ways that persons have named, by the peer they lead to. */
export class RouteStatuses {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #views = new Map<PeerId, RouteStatus>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get(peerId: PeerId): RouteStatus | undefined {
    return this.#views.get(peerId);
  }

  asking(peerId: PeerId, hop: PeerId): void {
    this.#views.set(peerId, { asking: hop, failure: null });
  }

  /** @param hop name of the one that was to let us pass, for errors that name none */
  failed(peerId: PeerId, error: unknown, hop: string | undefined, hopId: PeerId | undefined): void {
    const details = error instanceof ClawReachError ? error.details : {};
    const named = typeof details['hop'] === 'string' ? details['hop'] : hop;
    const { before } = details;
    const code = errorCode(error);
    const last = this.#views.get(peerId)?.failure;
    const isSame = last?.code === code && last.hop === named;
    this.#views.set(peerId, {
      asking: null,
      failure: {
        code,
        at: isSame ? last.at : Math.floor(this.#clock.now()),
        ...(named === undefined ? {} : { hop: named }),
        ...(hopId === undefined ? {} : { hopId }),
        ...(typeof before === 'string' ? { before } : {}),
        message: error instanceof Error ? error.message : '',
      },
    });
  }

  /** It worked, or is another way now. */
  forget(peerId: PeerId): void {
    this.#views.delete(peerId);
  }
}
