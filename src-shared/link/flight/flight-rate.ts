/** What is remembered of a record on its way, to measure the rate at which bytes arrive. */
export type FlightRecord = Readonly<{
  number: number;
  bytes: number;
  sentAt: number;
  /** State of the measure when it was sent. */
  delivered: number;
  deliveredAt: number;
  firstSentAt: number;
  /** Before it the sender had had nothing to send: it may measure less than the path carries. */
  appLimited: boolean;
}>;

/** A bucket of the greatest rates lasts for a round trip at least, and for so many ms. */
const BUCKET = 50;

/** Buckets in which a rate must have been seen to count. */
const BUCKETS = 10;

/** The share by which a rate must grow to count as growth. */
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
  /** The round trip under way has seen a sample of a full path. */
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

  /** What the last round trip brought, as a share of the rate: less than 1 where the path stood still at times. */
  get share(): number {
    return this.#share;
  }

  /** ms over which the acknowledgements of the last round trip came in. */
  get train(): number {
    return this.#train;
  }

  /** What to remember of a record sent now, with `inFlight` bytes before it. */
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

  /** The sender has nothing more to send, with `inFlight` bytes on their way. */
  runDry(inFlight: number): void {
    this.#appLimitedUntil = this.#delivered + inFlight;
  }

  /** Only the latest round trips count: the path was faster before. */
  forgetOld(): void {
    this.#buckets = this.#buckets.slice(-1);
    this.#best = Math.max(0, ...this.#buckets);
    this.#full = this.#best;
  }

  /** `bytes` arrived, the newest of them with this record. Whether a round trip is complete. */
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
