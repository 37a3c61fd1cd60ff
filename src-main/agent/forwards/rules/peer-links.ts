import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { Semaphore, type SemaphoreLimits } from './semaphore.ts';

/** Longest time that a new connection waits for the link to its peer, ms. */
const LINK_PATIENCE = 15_000;
/** First and longest delay between attempts to link, ms; a change of links ends the delay. */
const RETRY = 1000;
const RETRY_MOST = 4000;

/** Limit of connections that are being opened to one peer at a time; below the peer's own limit (docs/LIMITS.md). */
const TURNS: SemaphoreLimits = { atOnce: 48, patience: LINK_PATIENCE };

/** Errors that don't change within seconds, so that retrying is useless. */
const FINAL: ReadonlySet<string> = new Set(['link.unknown-peer', 'link.key-changed', 'peer.unknown']);

type Wait = {
  readonly session: Promise<Session>;
  readonly stop: AbortController;
  waiters: number;
  /** Error of the latest attempt. */
  failure: unknown;
  /** True when no more attempts follow. */
  isOver: boolean;
};

/** Options of `PeerLinks`. */
export type PeerLinksOptions = Readonly<{
  clock: Clock;
  /** Returns the session with a peer, dialing the peer if needed; rejects as soon as no path is possible. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  /** Returns the session with a peer if it can be used now. */
  current(peerId: PeerId): Session | undefined;
}>;

/**
 * Sessions with peers for all rules of this device. Has the network module dial peers, again and again while they are away; all connections that wait
 * for a peer share the attempts to link. Created by `ForwardManager`.
 */
export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #waits = new Map<PeerId, Wait>();
  readonly #turns = new Map<PeerId, Semaphore>();
  /** Functions that end the delay before the next attempt. */
  readonly #pauses = new Set<() => void>();

  constructor(options: PeerLinksOptions) {
    this.#options = options;
  }

  /** Starts the next attempts at once, because a link has changed. */
  changed(): void {
    for (const wake of this.#pauses) wake();
  }

  /**
   * Waits for a turn to open one more connection to a peer; 48 are opened at a time.
   * @returns function to call when the connection is open or has failed; idempotent
   * @throws {ForwardError} `forward.too-many`, `forward.cancelled`
   */
  async turn(peerId: PeerId, signal: AbortSignal): Promise<() => void> {
    const turns = this.#turns.get(peerId) ?? new Semaphore(this.#options.clock, TURNS);
    this.#turns.set(peerId, turns);
    const end = await turns.take(signal);
    return () => {
      end();
      if (turns.isIdle && this.#turns.get(peerId) === turns) this.#turns.delete(peerId);
    };
  }

  /**
   * Returns the session with a peer, waiting for its link.
   * @param patience longest wait, ms
   * @throws {ForwardError} `forward.peer-away` (details: reason, a code; with a problem of a hop also hop, before, message), `forward.cancelled`
   */
  async session(peerId: PeerId, signal: AbortSignal, patience = LINK_PATIENCE): Promise<Session> {
    if (signal.aborted) throw cancelled();
    const { clock, current } = this.#options;
    const now = current(peerId);
    if (now !== undefined) return now;
    const wait = this.#waits.get(peerId) ?? this.#begin(peerId);
    wait.waiters += 1;
    let release: () => void = () => undefined;
    const noMore = new Promise<never>((_, reject) => {
      const timer = clock.setTimer(patience, () => reject(away(wait.failure)));
      const abort = (): void => reject(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      release = () => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
      };
    });
    try {
      return await Promise.race([wait.session, noMore]);
    } finally {
      release();
      wait.waiters -= 1;
      if (wait.waiters === 0) {
        // Each abort makes an error with its stack, which is dear when a thousand connections a second come.
        if (!wait.isOver) wait.stop.abort();
        this.#forget(peerId, wait);
      }
    }
  }

  #begin(peerId: PeerId): Wait {
    const stop = new AbortController();
    const session = this.#tryFor(peerId, stop.signal);
    const wait: Wait = { session, stop, waiters: 0, failure: undefined, isOver: false };
    const over = (): void => {
      wait.isOver = true;
      this.#forget(peerId, wait);
    };
    // Every waiting connection may have gone by now.
    session.then(over, over);
    this.#waits.set(peerId, wait);
    return wait;
  }

  #forget(peerId: PeerId, wait: Wait): void {
    if (this.#waits.get(peerId) === wait) this.#waits.delete(peerId);
  }

  /** Repeats attempts to link until one succeeds or no connection waits any more. */
  async #tryFor(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    for (let pause = RETRY; ; pause = Math.min(pause * 2, RETRY_MOST)) {
      try {
        return await this.#options.session(peerId, signal);
      } catch (error) {
        const code = errorCode(error);
        const wait = this.#waits.get(peerId);
        if (wait !== undefined) wait.failure = error;
        if (FINAL.has(code) || signal.aborted) throw away(error);
      }
      await this.#pause(pause, signal);
    }
  }

  #pause(time: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#pauses.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#options.clock.setTimer(time, wake);
      this.#pauses.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }
}

function away(cause: unknown): ForwardError {
  const why = cause === undefined ? 'no link in time' : errorMessage(cause);
  const reason = cause === undefined ? 'link.timeout' : errorCode(cause);
  const details = { reason, ...hopOf(cause) };
  return new ForwardError('forward.peer-away', `the peer is not there: ${why}`, { cause, details });
}

/** Returns the hop that an error is about, as details of a problem. */
function hopOf(cause: unknown): Readonly<Record<string, string>> {
  if (!(cause instanceof ClawReachError)) return {};
  const { hop, before } = cause.details;
  if (typeof hop !== 'string') return {};
  return { hop, ...(typeof before === 'string' ? { before } : {}), message: cause.message };
}

function cancelled(): ForwardError {
  return new ForwardError('forward.cancelled', 'given up');
}
