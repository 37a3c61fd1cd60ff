import { LinkError } from '../errors.ts';
import { FLOOR_CREDIT, INITIAL_DATA, sharedCredit } from '../limits.ts';
import type { LinkLimits } from '../limits.ts';

/** The session, as its credit ledger sees it. */
export type CreditEnvironment = Readonly<{
  limits: LinkLimits;
  now(): number;
  /** Smoothed round trip, ms. */
  roundTrip(): number | undefined;
  /** Returns the number of streams the other side may still open; each comes with its floor. */
  unopenedStreams(): number;
}>;

/**
 * Credit granted to the other side. Outstanding credit (granted and not yet consumed) of all streams together stays within the session
 * window, which is divided in three:
 * 1. a floor of FLOOR_CREDIT for each stream that may exist, so that no stream depends on another one's reader;
 * 2. the reserve, which only interactive kinds (pty, message, rpc) may be granted from;
 * 3. the rest, for all.
 * So bulk that nobody reads takes part 3 and its own floors, and a keystroke still has credit. MAX_DATA is announced before any stream
 * credit that would need it: it limits a dishonest sender and never stops an honest one.
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
   * Opens an account with its floor.
   * @param onGrant called when its limit has grown and must be announced
   */
  open(interactive: boolean, onGrant: () => void): CreditAccount {
    this.#granted += FLOOR_CREDIT;
    return new CreditAccount(this, interactive, onGrant);
  }

  /** The value of MAX_DATA, if a new one must be sent before anything else. */
  nextLimit(): number | undefined {
    const needed = this.#granted + this.environment.unopenedStreams() * FLOOR_CREDIT;
    if (needed <= this.#announced) return undefined;
    this.#announced = Math.max(needed, this.#consumed + this.environment.limits.sessionWindow);
    return this.#announced;
  }

  get announced(): number {
    return this.#announced;
  }

  /** Outstanding above the floors; for tests and statistics. */
  get outstandingExtra(): number {
    return this.#interactiveExtra + this.#otherExtra;
  }

  /** Returns the credit that a stream of this class may still get above its floor. */
  available(interactive: boolean): number {
    const all = this.#shared - this.#interactiveExtra - this.#otherExtra;
    if (interactive) return Math.max(0, all);
    return Math.max(0, Math.min(all, this.#shared - this.environment.limits.interactiveReserve - this.#otherExtra));
  }

  charge(account: CreditAccount, difference: number): void {
    if (account.interactive) this.#interactiveExtra += difference;
    else this.#otherExtra += difference;
    if (difference < 0) this.#feedHungry();
  }

  moveGranted(difference: number): void {
    this.#granted += difference;
  }

  moveConsumed(difference: number): void {
    this.#consumed += difference;
  }

  /** @throws {LinkError} `link.credit` */
  moveReceived(difference: number): void {
    this.#received += difference;
    if (this.#received > this.#announced) throw new LinkError('link.credit', 'the credit of the session was exceeded');
  }

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

/** Credit of one stream's incoming direction. */
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

  /** The limit the other side may send up to: the value of MAX_STREAM_DATA. */
  get granted(): number {
    return this.#granted;
  }

  get consumed(): number {
    return this.#consumed;
  }

  get window(): number {
    return this.#window;
  }

  /** Widens the limit from the floor to a stream's first window. */
  widen(): void {
    this.#window = Math.max(this.#window, this.#ledger.environment.limits.streamWindow);
    this.refresh();
  }

  /** Counts what arrived, by the highest offset. @throws {LinkError} `link.credit` */
  receive(highest: number): void {
    if (highest > this.#granted) throw new LinkError('link.credit', 'the credit of a stream was exceeded');
    if (highest <= this.#received) return;
    const difference = highest - this.#received;
    this.#received = highest;
    this.#ledger.moveReceived(difference);
  }

  /** The reader took what lies below `offset`. */
  consume(offset: number): void {
    if (offset <= this.#consumed) return;
    this.#ledger.moveConsumed(offset - this.#consumed);
    this.#consumed = offset;
    this.#charge();
    this.refresh();
  }

  /** Grants nothing more: the direction is being stopped. */
  freeze(): void {
    this.#frozen = true;
    this.#ledger.setHungry(this, false);
  }

  /** The other side cannot send more than `finalSize`: the rest of its credit is free again. */
  finish(finalSize: number): void {
    this.freeze();
    if (this.#granted === finalSize) return;
    this.#ledger.moveGranted(finalSize - this.#granted);
    this.#granted = finalSize;
    this.#charge();
  }

  /** Grants what the window and the pools allow, when it is worth a frame. */
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
