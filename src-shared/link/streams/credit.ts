import { LinkError } from '../errors.ts';
import { FLOOR_CREDIT, INITIAL_DATA, sharedCredit } from '../limits.ts';
import type { LinkLimits } from '../limits.ts';

/** Parameters of a `CreditLedger`, from its session. */
export type CreditEnvironment = Readonly<{
  limits: LinkLimits;
  /** Monotonic time, ms. */
  now(): number;
  /** Smoothed round trip, ms. */
  roundTrip(): number | undefined;
  /** Returns the number of streams that the other side may still open. Each will need its minimum credit. */
  unopenedStreams(): number;
}>;

/**
 * Credit that a session grants the other side for all its streams. Outstanding credit (granted and not yet read by the application) stays within the
 * session window, which has three parts:
 *
 * 1. the minimum FLOOR_CREDIT for each stream that may exist, so that no stream depends on the reader of another;
 * 2. the reserve, from which only interactive kinds (pty, message, rpc) get credit;
 * 3. the rest, for all streams.
 *
 * Bulk data that no one reads can therefore use up only part 3 and its own minimum, and a keystroke still has credit. A new MAX_DATA is always sent
 * before the stream credit that needs it (`StreamTable.fillControl`), so a sender that obeys its stream credit never reaches MAX_DATA; only one that
 * ignores it does.
 */
export class CreditLedger {
  readonly environment: CreditEnvironment;
  readonly #shared: number;
  #interactiveExtra = 0;
  #otherExtra = 0;
  /** Credit of streams whose end is not known, and sizes of those whose end is. */
  #granted = 0;
  #received = 0;
  #consumed = 0;
  #announced = INITIAL_DATA;
  readonly #hungry = new Set<CreditAccount>();

  constructor(environment: CreditEnvironment) {
    this.environment = environment;
    this.#shared = sharedCredit(environment.limits);
  }

  /**
   * Opens the account of a stream, with the minimum credit.
   * @param onGrant called when the stream's limit has grown and must be announced
   */
  open(interactive: boolean, onGrant: () => void): CreditAccount {
    this.#granted += FLOOR_CREDIT;
    return new CreditAccount(this, interactive, onGrant);
  }

  /** Returns the value of MAX_DATA, if a new one must be sent before any other frame. */
  nextLimit(): number | undefined {
    const needed = this.#granted + this.environment.unopenedStreams() * FLOOR_CREDIT;
    if (needed <= this.#announced) return undefined;
    this.#announced = Math.max(needed, this.#consumed + this.environment.limits.sessionWindow);
    return this.#announced;
  }

  /** Value of MAX_DATA that was sent last. */
  get announced(): number {
    return this.#announced;
  }

  /** Outstanding credit above the minimum of each stream. For tests and statistics. */
  get outstandingExtra(): number {
    return this.#interactiveExtra + this.#otherExtra;
  }

  /** Returns how much credit above its minimum a stream may still get. */
  available(interactive: boolean): number {
    const all = this.#shared - this.#interactiveExtra - this.#otherExtra;
    if (interactive) return Math.max(0, all);
    return Math.max(0, Math.min(all, this.#shared - this.environment.limits.interactiveReserve - this.#otherExtra));
  }

  /** Called by an account when its outstanding credit above the minimum changes. */
  charge(account: CreditAccount, difference: number): void {
    if (account.interactive) this.#interactiveExtra += difference;
    else this.#otherExtra += difference;
    if (difference < 0) this.#feedHungry();
  }

  /** Called by an account when the limit that it granted changes. */
  moveGranted(difference: number): void {
    this.#granted += difference;
  }

  /** Called by an account when its reader has consumed bytes. */
  moveConsumed(difference: number): void {
    this.#consumed += difference;
  }

  /** Called by an account when bytes have arrived. @throws {LinkError} `link.credit` if the session's limit is exceeded */
  moveReceived(difference: number): void {
    this.#received += difference;
    if (this.#received > this.#announced) throw new LinkError('link.credit', 'the credit of the session was exceeded');
  }

  /** Adds or removes an account that waits for credit. */
  setHungry(account: CreditAccount, hungry: boolean): void {
    if (hungry) this.#hungry.add(account);
    else this.#hungry.delete(account);
  }

  #feedHungry(): void {
    if (this.#hungry.size === 0) return;
    for (const account of Array.from(this.#hungry)) {
      this.#hungry.delete(account);
      account.refresh();
    }
  }
}

/** Credit of one stream's incoming direction, created by `CreditLedger.open` and used by `ReadingSide`. Offsets and sizes are bytes. */
export class CreditAccount {
  readonly interactive: boolean;
  readonly #ledger: CreditLedger;
  readonly #onGrant: () => void;
  #window = FLOOR_CREDIT;
  #granted = FLOOR_CREDIT;
  #consumed = 0;
  #received = 0;
  #extra = 0;
  #lastGrant: number | undefined;
  #frozen = false;

  constructor(ledger: CreditLedger, interactive: boolean, onGrant: () => void) {
    this.#ledger = ledger;
    this.interactive = interactive;
    this.#onGrant = onGrant;
  }

  /** Offset up to which the other side may send: the value of MAX_STREAM_DATA. */
  get granted(): number {
    return this.#granted;
  }

  /** Offset up to which the application has read. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Credit that the stream should have beyond the consumed bytes; grows with the reading speed. */
  get window(): number {
    return this.#window;
  }

  /** Raises the credit from the minimum to a stream's initial window. */
  widen(): void {
    this.#window = Math.max(this.#window, this.#ledger.environment.limits.streamWindow);
    this.refresh();
  }

  /** Counts received bytes by the highest offset. @throws {LinkError} `link.credit` if it exceeds the limit */
  receive(highest: number): void {
    if (highest > this.#granted) throw new LinkError('link.credit', 'the credit of a stream was exceeded');
    if (highest <= this.#received) return;
    const difference = highest - this.#received;
    this.#received = highest;
    this.#ledger.moveReceived(difference);
  }

  /** Notes that the application has read all bytes below `offset`. */
  consume(offset: number): void {
    if (offset <= this.#consumed) return;
    this.#ledger.moveConsumed(offset - this.#consumed);
    this.#consumed = offset;
    this.#charge();
    this.refresh();
  }

  /** Grants nothing more, because this side has stopped the direction. */
  freeze(): void {
    this.#frozen = true;
    this.#ledger.setHungry(this, false);
  }

  /** Returns the unused credit to the ledger, because the other side sends no more than `finalSize` bytes. */
  finish(finalSize: number): void {
    this.freeze();
    if (this.#granted === finalSize) return;
    this.#ledger.moveGranted(finalSize - this.#granted);
    this.#granted = finalSize;
    this.#charge();
  }

  /** Grants more credit if the window and the ledger allow enough to justify a frame. */
  refresh(): void {
    if (this.#frozen) return;
    const outstanding = this.#granted - this.#consumed;
    const possible = FLOOR_CREDIT + this.#extra + this.#ledger.available(this.interactive);
    const target = Math.min(this.#window, possible);
    this.#ledger.setHungry(this, target < this.#window);
    const growth = target - outstanding;
    const worth = growth >= this.#window / 4 || (outstanding < FLOOR_CREDIT / 2 && growth > 0);
    if (!worth) return;
    this.#tune();
    this.#ledger.moveGranted(growth);
    this.#granted += growth;
    this.#charge();
    this.#onGrant();
  }

  /**
   * The window doubles when a quarter of it was read within half a round trip: then it, and not the reader or the network, is what limits.
   * The larger window counts from the next grant on.
   */
  #tune(): void {
    const { limits, now, roundTrip } = this.#ledger.environment;
    const time = now();
    const before = this.#lastGrant;
    this.#lastGrant = time;
    const rtt = roundTrip();
    if (before === undefined || rtt === undefined || this.#window < limits.streamWindow) return;
    if (time - before < Math.max(rtt, 1) / 2) this.#window = Math.min(limits.maxStreamWindow, this.#window * 2);
  }

  #charge(): void {
    const extra = Math.max(0, this.#granted - this.#consumed - FLOOR_CREDIT);
    const difference = extra - this.#extra;
    this.#extra = extra;
    if (difference !== 0) this.#ledger.charge(this, difference);
  }
}
