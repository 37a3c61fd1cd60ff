import { LinkError } from '../errors.ts';
import { INITIAL_STREAMS } from '../limits.ts';
import { RangeSet } from './range-set.ts';
import type { SessionRole } from '../types.ts';

/**
 * Stream IDs of a session: odd ones from the initiator, even ones from the responder, in ascending order and never reused. Counts the streams that
 * each side may open. Used by `StreamTable`.
 */
export class StreamIds {
  readonly #own: number;
  readonly #maxIncoming: number;
  readonly #used = new RangeSet();
  #nextOwn = 0;
  #ownAllowed = INITIAL_STREAMS;
  #seen = 0;
  #finished = 0;
  #announced = INITIAL_STREAMS;

  constructor(role: SessionRole, maxIncoming: number) {
    this.#own = role === 'initiator' ? 1 : 2;
    this.#maxIncoming = maxIncoming;
  }

  /** True if the other side allows another stream. */
  get canOpen(): boolean {
    return this.#nextOwn < this.#ownAllowed;
  }

  /** Returns the next ID for a stream of this side. */
  take(): number {
    const id = this.#own + 2 * this.#nextOwn;
    this.#nextOwn += 1;
    return id;
  }

  /** Handles MAX_STREAMS of the other side. */
  allow(limit: number): void {
    this.#ownAllowed = Math.max(this.#ownAllowed, limit);
  }

  /** Notes OPEN of the other side. @throws {LinkError} `link.stream-id`, `link.too-many-streams` */
  see(id: number): void {
    const index = this.#indexOfRemote(id);
    if (index === undefined || this.#used.has(index))
      throw new LinkError('link.stream-id', 'a stream id was used wrongly');
    if (index >= this.#announced) throw new LinkError('link.too-many-streams', 'more streams than allowed');
    this.#used.add(index, index + 1);
    this.#seen += 1;
  }

  /** Checks that a frame for a stream that isn't open is late: the stream existed before. @throws {LinkError} `link.stream-id` if not */
  checkGone(id: number): void {
    const index = this.#indexOfRemote(id);
    const known = index === undefined ? id > 0 && (id - this.#own) / 2 < this.#nextOwn : this.#used.has(index);
    if (!known) throw new LinkError('link.stream-id', 'a frame for a stream that was never opened');
  }

  /** Notes that a stream of the other side has ended, which allows another one. */
  finish(): void {
    this.#finished += 1;
  }

  /** Number of streams that the other side may still open. */
  get unopened(): number {
    return this.#announced - this.#seen;
  }

  /** Value of MAX_STREAMS that was sent last. */
  get announced(): number {
    return this.#announced;
  }

  /** Returns the value of MAX_STREAMS, if it has grown enough to be sent. */
  nextLimit(): number | undefined {
    const limit = this.#finished + this.#maxIncoming;
    if (limit === this.#announced || limit - this.#announced < this.#maxIncoming / 8) return undefined;
    this.#announced = limit;
    return limit;
  }

  /** Returns the number of a remote stream, from 0; undefined for a local id. */
  #indexOfRemote(id: number): number | undefined {
    if (id === 0 || id % 2 === this.#own % 2) return undefined;
    return Math.floor((id - 1) / 2);
  }
}
