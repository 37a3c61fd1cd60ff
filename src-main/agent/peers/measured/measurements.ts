import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Network } from '../../network/index.ts';
import { RoundTripLog, type MeasuredRoundTrip } from './round-trip-log.ts';
import type { DayTraffic, TrafficMeter } from './traffic-meter.ts';

/** Interval of the measurements, ms. */
const INTERVAL = 30_000;
/** Age of a peer's last answer up to which its round trip counts as measured now, ms. */
const RECENT = 60_000;
/** Interval in which the last answer of a linked peer is recorded, ms. */
const SEEN_INTERVAL = 600_000;

/** Dependencies of `Measurements`. */
export type MeasurementsOptions = Readonly<{
  clock: Clock;
  network: Pick<Network, 'link'>;
  traffic: TrafficMeter;
  /** Records when a peer has answered, so that the time is known even if this agent is killed. */
  seen(peerId: PeerId, at: number): void;
}>;

/** Round trips of the last hour and traffic of today of all peers with a session, taken every 30 s while there is one. */
export class Measurements {
  readonly #options: MeasurementsOptions;
  readonly #roundTrips = new RoundTripLog();
  /** Number of live sessions by peer. */
  readonly #sessions = new Map<PeerId, number>();
  #timer: Timer | undefined;
  /** Time at which the last answers were recorded, ms. */
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(options: MeasurementsOptions) {
    this.#options = options;
  }

  /** Measures a new session until it ends. */
  follow(peerId: PeerId, session: Session): void {
    this.#options.traffic.follow(peerId, session);
    this.#sessions.set(peerId, (this.#sessions.get(peerId) ?? 0) + 1);
    void session.closed.then(() => {
      const left = (this.#sessions.get(peerId) ?? 1) - 1;
      if (left > 0) this.#sessions.set(peerId, left);
      else this.#sessions.delete(peerId);
      if (this.#sessions.size === 0) this.#stop();
    });
    this.#timer ??= this.#options.clock.setTimer(INTERVAL, () => this.#tick());
  }

  /** Returns what is measured of a peer. @param pairedAt time of its pairing, ms since 1970 */
  of(peerId: PeerId, pairedAt: number): Readonly<{ roundTrips: readonly MeasuredRoundTrip[]; today: DayTraffic }> {
    const { clock, traffic } = this.#options;
    return { roundTrips: this.#roundTrips.of(peerId, clock.now()), today: traffic.today(peerId, pairedAt) };
  }

  /** Removes the measurements of a peer that was removed. */
  forget(peerId: PeerId): void {
    this.#roundTrips.forget(peerId);
    this.#options.traffic.forget(peerId);
  }

  close(): void {
    this.#stop();
    this.#options.traffic.close();
  }

  #tick(): void {
    const { clock, network, traffic } = this.#options;
    const now = Math.round(clock.now());
    traffic.collect();
    const records = now - this.#seenAt >= SEEN_INTERVAL;
    if (records) this.#seenAt = now;
    for (const peerId of this.#sessions.keys()) {
      const link = network.link(peerId);
      const isMeasured = link?.state === 'up' && link.answeredAt !== null && link.answeredAt > now - RECENT;
      if (isMeasured && records) this.#options.seen(peerId, link.answeredAt);
      if (isMeasured && link.rtt !== undefined) this.#roundTrips.add(peerId, { at: now, rtt: link.rtt });
    }
    this.#roundTrips.prune(now);
    this.#timer = clock.setTimer(INTERVAL, () => this.#tick());
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
