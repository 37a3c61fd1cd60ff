import type { PeerId } from '#shared/identity/index.ts';

/** One measured round trip. `at`: ms since 1970; `rtt`: ms. */
export type MeasuredRoundTrip = Readonly<{ at: number; rtt: number }>;

/** Span that is kept, ms. */
const SPAN = 3_600_000;
/** Most entries of one peer. */
export const MOST_ROUND_TRIPS = 120;

/** Round trips of the last hour, by peer, in memory. */
export class RoundTripLog {
  readonly #entries = new Map<PeerId, MeasuredRoundTrip[]>();

  /** Adds a measurement, and drops those older than an hour. */
  add(peerId: PeerId, entry: MeasuredRoundTrip): void {
    const kept = this.of(peerId, entry.at);
    this.#entries.set(peerId, [...kept, entry].slice(-MOST_ROUND_TRIPS));
  }

  /** Returns the measurements of the hour before `now`, oldest first. */
  of(peerId: PeerId, now: number): readonly MeasuredRoundTrip[] {
    return (this.#entries.get(peerId) ?? []).filter(({ at }) => at > now - SPAN && at <= now);
  }

  /** Removes the measurements of a peer. */
  forget(peerId: PeerId): void {
    this.#entries.delete(peerId);
  }

  /** Removes peers without a measurement in the last hour. */
  prune(now: number): void {
    for (const peerId of this.#entries.keys()) if (this.of(peerId, now).length === 0) this.#entries.delete(peerId);
  }
}
