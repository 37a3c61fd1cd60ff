import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';

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
