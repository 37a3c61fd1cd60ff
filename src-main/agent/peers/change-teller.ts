import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';

/** Pause before a peer that did not answer is told again, ms. */
const AGAIN_AFTER = 2000;
/** Times that a peer is told while its link has a path. A new link makes the peer ask by itself. */
const TIMES = 5;

export type ChangeTellerOptions = Readonly<{
  clock: Clock;
  /** Returns the session with a peer if it has a path now. */
  current(peerId: PeerId): Session | undefined;
  /** Tells a peer. Resolves to false if the peer hasn't heard it. Never rejects. */
  tell(peerId: PeerId, session: Session): Promise<boolean>;
}>;

/** Tells linked peers that their rights here have changed. One whose link has no path just then, or that doesn't answer, is told later. */
export class ChangeTeller {
  readonly #options: ChangeTellerOptions;
  /** Peers that are to be told, with the number of times that they have not heard it. */
  readonly #waiting = new Map<PeerId, number>();
  readonly #timers = new Map<PeerId, Timer>();
  #isClosed = false;

  constructor(options: ChangeTellerOptions) {
    this.#options = options;
  }

  /** Tells a peer soon, once for all changes together. */
  tellSoon(peerId: PeerId): void {
    this.#waiting.set(peerId, 0);
    // The first of several tells it.
    queueMicrotask(() => void this.#tell(peerId));
  }

  /** Tells those whose link had no path. */
  linksChanged(): void {
    for (const peerId of this.#waiting.keys()) if (!this.#timers.has(peerId)) void this.#tell(peerId);
  }

  /** Drops what a peer that was removed is to be told. */
  forget(peerId: PeerId): void {
    this.#waiting.delete(peerId);
    this.#timers.get(peerId)?.cancel();
    this.#timers.delete(peerId);
  }

  close(): void {
    this.#isClosed = true;
    for (const peerId of [...this.#waiting.keys(), ...this.#timers.keys()]) this.forget(peerId);
  }

  async #tell(peerId: PeerId): Promise<void> {
    const failures = this.#waiting.get(peerId);
    const session = this.#isClosed ? undefined : this.#options.current(peerId);
    if (failures === undefined || session === undefined) return;
    this.forget(peerId);
    const isHeard = await this.#options.tell(peerId, session);
    // Another change has come meanwhile, which tells it as well.
    if (isHeard || this.#isClosed || failures + 1 >= TIMES || this.#waiting.has(peerId)) return;
    this.#waiting.set(peerId, failures + 1);
    const timer = this.#options.clock.setTimer(AGAIN_AFTER, () => {
      this.#timers.delete(peerId);
      void this.#tell(peerId);
    });
    this.#timers.set(peerId, timer);
  }
}
