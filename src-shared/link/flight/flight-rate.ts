/** A record in flight, with what measuring the arrival rate needs. */
export type FlightRecord = Readonly<{
  number: number;
  bytes: number;
  sentAt: number;
  /** State of the measurement when the record was sent. */
  delivered: number;
  deliveredAt: number;
  firstSentAt: number;
  /** True if the sender had run out of data before: the sample may show less than the path carries. */
  appLimited: boolean;
}>;

/** Least duration of a bucket, ms; a bucket spans at least a round trip. */
const BUCKET = 50;

/** Number of buckets over which the greatest rate is taken. */
const BUCKETS = 10;

/** Factor by which the rate must rise to count as growth. */
const GROWTH = 1.25;

/**
 * Bytes per ms that arrive at the other end: the greatest of the last ten round trips in which the path was kept full. Each sample spans
 * the longer of the times of sending and of acknowledging, so acknowledgements that come in a heap do not inflate it (Cardwell et al.,
 * draft-cheng-iccrg-delivery-rate-estimation). Round trips in which the sender had little to send age nothing: the rate survives a pause.
 */
export class DeliveryRate {
  #delivered = 0;
  #deliveredAt = 0;
  #firstSentAt = 0;
  #appLimitedUntil = -1;
  #buckets: number[] = [];
  #bucket = 0;
  #bucketSince: number | undefined;
  /** The greatest of `#buckets`. */
  #best = 0;
  /** Bytes delivered when the round trip under way ends, when and with how many it began, and its acknowledgements so far. */
  #roundEnd = 0;
  #roundSince = 0;
  #roundDelivered = 0;
  #roundFirst = 0;
  #roundLast = 0;
  #share = 1;
  #train = 0;
  #full = 0;
  /** True once the round trip in progress had a sample of a full path. */
  #roundCounts = false;
  #flatRounds = 0;

  /** Bytes per ms, 0 while nothing is known. */
  get value(): number {
    return Math.max(this.#bucket, this.#best);
  }

  /** Round trips of a full path since the rate grew by a quarter. */
  get flatRounds(): number {
    return this.#flatRounds;
  }

  /** Rate of the last round trip as a share of the greatest one; below 1 where the path stalled. */
  get share(): number {
    return this.#share;
  }

  /** Time over which the acknowledgements of the last round trip arrived, ms. */
  get train(): number {
    return this.#train;
  }

  /**
   * Returns the record to remember for one sent now.
   * @param inFlight bytes in flight before it
   */
  send(number: number, bytes: number, now: number, inFlight: number): FlightRecord {
    if (inFlight === 0) {
      this.#firstSentAt = now;
      this.#deliveredAt = now;
    }
    return {
      number,
      bytes,
      sentAt: now,
      delivered: this.#delivered,
      deliveredAt: this.#deliveredAt,
      firstSentAt: this.#firstSentAt,
      appLimited: this.#appLimitedUntil >= 0,
    };
  }

  /**
   * Notes that the sender has nothing to send.
   * @param inFlight bytes in flight
   */
  runDry(inFlight: number): void {
    this.#appLimitedUntil = this.#delivered + inFlight;
  }

  /** Forgets all but the latest round trips, because the path was faster before. */
  forgetOld(): void {
    this.#buckets = this.#buckets.slice(-1);
    this.#best = Math.max(0, ...this.#buckets);
    this.#full = this.#best;
  }

  /**
   * Notes that `bytes` arrived, `newest` last.
   * @returns whether a round trip is complete
   */
  acknowledge(newest: FlightRecord, bytes: number, now: number, leastRoundTrip: number): boolean {
    this.#delivered += bytes;
    this.#deliveredAt = now;
    if (this.#delivered > this.#appLimitedUntil) this.#appLimitedUntil = -1;
    const interval = Math.max(newest.sentAt - newest.firstSentAt, now - newest.deliveredAt);
    this.#firstSentAt = newest.sentAt;
    if (interval > 0 && interval >= leastRoundTrip)
      this.#sample((this.#delivered - newest.delivered) / interval, newest.appLimited, now);
    if (newest.delivered < this.#roundEnd) {
      this.#roundLast = now;
      return false;
    }
    this.#endRound(now);
    return true;
  }

  #sample(rate: number, appLimited: boolean, now: number): void {
    if (appLimited && rate <= this.value) return;
    this.#roundCounts ||= !appLimited;
    this.#bucketSince ??= now;
    this.#bucket = Math.max(this.#bucket, rate);
  }

  #endRound(now: number): void {
    this.#share = (this.#delivered - this.#roundDelivered) / (now - this.#roundSince) / this.value;
    this.#train = this.#roundLast - this.#roundFirst;
    this.#roundEnd = this.#roundDelivered = this.#delivered;
    this.#roundSince = this.#roundFirst = this.#roundLast = now;
    if (this.#bucketSince === undefined) return;
    if (this.value >= this.#full * GROWTH) {
      this.#full = this.value;
      this.#flatRounds = 0;
    } else if (this.#roundCounts) this.#flatRounds += 1;
    this.#roundCounts = false;
    if (now - this.#bucketSince < BUCKET) return;
    this.#buckets.push(this.#bucket);
    if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    this.#best = Math.max(...this.#buckets);
    this.#bucket = 0;
    this.#bucketSince = undefined;
  }
}
