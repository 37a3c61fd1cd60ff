import type { SharedTerminalView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { listShared } from './client.ts';

/** Shortest time between two requests to a peer that announces changes, ms. */
const PACE = 1000;
/** Longest time for a peer to answer, ms. */
const PATIENCE = 5000;
/** Most terminals listed of one peer, and in all. */
const MOST = { ofPeer: 64, all: 1000 };

export type SharedWithMeOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Returns the session of a linked peer; undefined if the peer isn't linked. */
  current(peerId: PeerId): Session | undefined;
  onChange(shared: readonly SharedTerminalView[]): void;
}>;

/**
 * List, in memory, of the terminals that peers share with this device, as each peer last answered. Doesn't follow links: a peer is asked when it
 * announces a change (`noticed`) and each time a user interface calls `terminal.shared`, so entries of a lost link stay until then. Grants nothing:
 * to view a terminal, this device sends a request to the peer, which decides. Created by the terminals module; read by the handler of
 * `terminal.shared`, for windows, notifications and the command `watch`.
 */
export class SharedWithMe {
  readonly #options: SharedWithMeOptions;
  readonly #known = new Map<PeerId, readonly SharedTerminalView[]>();
  readonly #requestedAt = new Map<PeerId, number>();
  readonly #pending = new Map<PeerId, Promise<void>>();
  #closed = false;

  constructor(options: SharedWithMeOptions) {
    this.#options = options;
  }

  get list(): readonly SharedTerminalView[] {
    return [...this.#known.values()].flat().slice(0, MOST.all);
  }

  /** Handles a peer's announcement of a change: requests its list again, at most once per `PACE`. */
  noticed(peerId: PeerId): void {
    const { clock } = this.#options;
    const wait = Math.max(0, (this.#requestedAt.get(peerId) ?? Number.NEGATIVE_INFINITY) + PACE - clock.monotonic());
    if (this.#pending.has(peerId)) return;
    this.#requestedAt.set(peerId, clock.monotonic() + wait);
    if (wait === 0) void this.refresh(peerId);
    else {
      const pending = new Promise<void>((resolve) => clock.setTimer(wait, resolve));
      this.#pending.set(peerId, pending);
      void pending.then(() => {
        this.#pending.delete(peerId);
        return this.refresh(peerId);
      });
    }
  }

  /** Requests a peer's list; removes its entries if it is not linked or does not answer. Never rejects. */
  async refresh(peerId: PeerId): Promise<void> {
    const session = this.#options.current(peerId);
    if (session === undefined || this.#closed) {
      this.forget(peerId);
      return;
    }
    try {
      const shared = await listShared(session, AbortSignal.timeout(PATIENCE));
      this.#set(
        peerId,
        shared.slice(0, MOST.ofPeer).map((entry) => ({ ...entry, peerId })),
      );
    } catch (error) {
      this.#options.logger.debug('could not list the terminals that a peer shares', {
        peer: peerId,
        errorCode: errorCode(error),
      });
      this.forget(peerId);
    }
  }

  /**
   * Removes the entries of a peer. Called when the peer is removed, and by `refresh` if the peer isn't linked or doesn't answer; not when a link is
   * lost.
   */
  forget(peerId: PeerId): void {
    this.#set(peerId, []);
  }

  close(): void {
    this.#closed = true;
  }

  #set(peerId: PeerId, shared: readonly SharedTerminalView[]): void {
    const before = this.#known.get(peerId) ?? [];
    if (JSON.stringify(before) === JSON.stringify(shared)) return;
    if (shared.length === 0) this.#known.delete(peerId);
    else this.#known.set(peerId, shared);
    if (!this.#closed) this.#options.onChange(this.list);
  }
}
