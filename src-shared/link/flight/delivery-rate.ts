/** Sent record that isn't acknowledged, with the state of the rate measurement at that time. */
export type FlightRecord = Readonly<{
  number: number;
  bytes: number;
  sentAt: number;
  /** Bytes acknowledged when the record was sent. The following fields are also from that time. */
  delivered: number;
  deliveredAt: number;
  firstSentAt: number;
  /** True if there was nothing left to send before: a sample then shows less than the path can carry. */
  appLimited: boolean;
}>;

/** Shortest duration of a bucket, ms; a bucket spans at least one round trip. */
const BUCKET = 50;

/** Number of buckets of which the best counts. */
const BUCKETS = 10;

/** Factor by which the rate must rise to count as growth. */
const GROWTH = 1.25;

/**
 * Measures for `FlightController` how many bytes per ms arrive at the other end: the best of the last ten round trips in which the path was full.
 * Each sample spans the longer of the sending and the acknowledging time, so that acknowledgements that arrive at once don't inflate it (Cardwell et
 * al., draft-cheng-iccrg-delivery-rate-estimation). Round trips with little to send don't age the result, so it survives a pause.
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

  /** Rate, bytes per ms; 0 before the first sample. */
  get value(): number {
    return Math.max(this.#bucket, this.#best);
  }

  /** Number of round trips with a full path since the rate last grew by a quarter. */
  get flatRounds(): number {
    return this.#flatRounds;
  }

  /** Rate of the last round trip as a share of the best; below 1 if the path stalled. */
  get share(): number {
    return this.#share;
  }

  /** Time between the first and the last acknowledgement of the last round trip, ms. */
  get train(): number {
    return this.#train;
  }

  /**
   * Returns the entry for a record that is sent now; the caller stores it until the acknowledgement.
   * @param inFlight bytes in flight before this record
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
   * Notes that there is nothing to send.
   * @param inFlight bytes in flight
   */
  runDry(inFlight: number): void {
    this.#appLimitedUntil = this.#delivered + inFlight;
  }

  /** Forgets all but the latest bucket, because the path has become slower. */
  forgetOld(): void {
    this.#buckets = this.#buckets.slice(-1);
    this.#best = Math.max(0, ...this.#buckets);
    this.#full = this.#best;
  }

  /**
   * Notes that `bytes` were acknowledged.
   * @param newest last of the acknowledged records
   * @returns true if a round trip is complete
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
