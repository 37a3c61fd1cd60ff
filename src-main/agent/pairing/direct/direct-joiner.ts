import type { DialedPath } from '#shared/direct/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import {
  decodeDeposit,
  encodeDirectClaim,
  PairingError,
  type DirectClaim,
  type Mailbox,
} from '#shared/pairing/index.ts';
import { ChannelMailbox } from './channel-mailbox.ts';
import { DIRECT_PAIRING_LIMITS } from './limits.ts';

/** Machine that answered a claim: its half of the session ID, and the connection. */
export type ClaimedDirect = Readonly<{ address: string; deposit: Uint8Array; mailbox: Mailbox }>;

/** Connections and announcements of this device that a joiner needs. Implemented by the network module. */
export type DirectNetwork = Readonly<{
  /** Dials an address. @throws {ClawReachError} `direct.*`; `agent.paused` */
  dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<DialedPath>;
  /** Reports whether this device hears announcements in a local network. */
  hears(): boolean;
  /** Calls `found` for each address at which a device announces the nameplate, now and until the returned function is called. */
  watch(nameplate: string, found: (address: string) => void): () => void;
  /** Asks the local network for announcements. */
  ask(): void;
}>;

/** Search of one joiner. */
export type DirectSearch = Readonly<{
  claim: DirectClaim;
  /** Addresses to dial; undefined: those that announce the nameplate. */
  addresses: readonly string[] | undefined;
  /** Longest search without addresses, ms. */
  patience: number;
  signal: AbortSignal;
}>;

/**
 * Claims an invitation over direct connections: at the given addresses, or at all machines in the local network that announce the code's nameplate.
 * A claim reveals nothing about the secret, so it is sent to several machines, and the pairing goes on only if one invitation answers. Used by
 * `PairingService`.
 */
export class DirectJoiner {
  readonly #clock: Clock;
  readonly #network: DirectNetwork;

  constructor(clock: Clock, network: DirectNetwork) {
    this.#clock = clock;
    this.#network = network;
  }

  /**
   * Claims the invitation.
   * @returns undefined if no machine answers
   * @throws {PairingError} `pairing.several` if different machines answer for this invitation (details: addresses); `pairing.unreachable` if no machine is
   * at the given addresses (details: address); `pairing.cancelled`
   */
  async claim(search: DirectSearch): Promise<ClaimedDirect | undefined> {
    if (search.addresses === undefined && !this.#network.hears()) return undefined;
    return await new Attempt(this.#clock, this.#network, search).run();
  }
}

class Attempt {
  readonly #clock: Clock;
  readonly #network: DirectNetwork;
  readonly #search: DirectSearch;
  readonly #answers: ClaimedDirect[] = [];
  readonly #dialed = new Set<string>();
  /** Addresses that wait for a place among those that are dialed at once. */
  readonly #waiting: string[] = [];
  readonly #failures: unknown[] = [];
  readonly #over = new AbortController();
  #running = 0;
  /** True while addresses are left to be dialed. */
  #isDialing = false;
  #progress: () => void = () => undefined;

  constructor(clock: Clock, network: DirectNetwork, search: DirectSearch) {
    this.#clock = clock;
    this.#network = network;
    this.#search = search;
  }

  async run(): Promise<ClaimedDirect | undefined> {
    const { claim, addresses, signal } = this.#search;
    const stop = (): void => this.#over.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let unwatch: () => void = () => undefined;
    try {
      if (addresses !== undefined) void this.#dialInTurn(addresses);
      else if (claim.kind === 'code') unwatch = this.#network.watch(claim.nameplate, (address) => this.#dial(address));
      await this.#untilFound();
      if (this.#answers.length > 0) await this.#settle();
      return this.#choose();
    } finally {
      unwatch();
      signal.removeEventListener('abort', stop);
      this.#over.abort();
    }
  }

  /** Waits for the first answer, or until nothing is left to wait for. */
  async #untilFound(): Promise<void> {
    const { addresses, patience } = this.#search;
    const start = this.#clock.monotonic();
    let asked = Number.NEGATIVE_INFINITY;
    while (this.#answers.length === 0 && !this.#over.signal.aborted) {
      if (addresses !== undefined && this.#running === 0 && !this.#isDialing) return;
      const now = this.#clock.monotonic();
      const left = addresses === undefined ? start + patience - now : Number.POSITIVE_INFINITY;
      if (left <= 0 && this.#running === 0) return;
      if (addresses === undefined && now - asked >= DIRECT_PAIRING_LIMITS.askAgain) {
        this.#network.ask();
        asked = now;
      }
      await this.#nextProgress(Math.max(1, Math.min(left, DIRECT_PAIRING_LIMITS.askAgain)));
    }
  }

  /** Waits for other machines that answer for the same invitation. */
  async #settle(): Promise<void> {
    const end = this.#clock.monotonic() + DIRECT_PAIRING_LIMITS.settle;
    for (let left: number = DIRECT_PAIRING_LIMITS.settle; left > 0; left = end - this.#clock.monotonic()) {
      const isWatching = this.#search.addresses === undefined;
      if (this.#over.signal.aborted || (!isWatching && this.#running === 0)) return;
      await this.#nextProgress(left);
    }
  }

  #choose(): ClaimedDirect | undefined {
    const [first, ...others] = this.#answers;
    if (this.#search.signal.aborted) {
      first?.mailbox.close();
      for (const { mailbox } of others) mailbox.close();
      throw new PairingError('pairing.cancelled', 'the pairing was cancelled');
    }
    for (const { mailbox } of others) mailbox.close();
    if (first === undefined) {
      // A pause, or an address that must not be dialed, is a reason of its own.
      const own = this.#failures.find((error) => ['agent.paused', 'direct.address'].includes(errorCode(error)));
      if (own instanceof ClawReachError) throw own;
      // At addresses that a person gave, it matters whether a machine is there that doesn't know the code.
      const { addresses } = this.#search;
      if (addresses !== undefined && this.#failures.length > 0 && this.#failures.every(isUnreachable))
        throw new PairingError('pairing.unreachable', 'nothing answers at this address', {
          cause: this.#failures[0],
          details: { address: addresses.join(', ') },
        });
      return undefined;
    }
    // One machine at two addresses has one deposit. Two deposits are two machines, one of which pretends.
    if (others.every(({ deposit }) => toHex(deposit) === toHex(first.deposit))) return first;
    first.mailbox.close();
    const addresses = this.#answers.map(({ address }) => address).join(', ');
    throw new PairingError('pairing.several', 'several machines answer for this code', { details: { addresses } });
  }

  /** Dials the addresses of one machine, each a moment after the one before, until one answers. */
  async #dialInTurn(addresses: readonly string[]): Promise<void> {
    this.#isDialing = true;
    for (const [index, address] of addresses.entries()) {
      if (index > 0) await this.#pause(DIRECT_PAIRING_LIMITS.stagger);
      if (this.#over.signal.aborted || this.#answers.length > 0) break;
      this.#dial(address);
    }
    this.#isDialing = false;
    this.#progress();
  }

  #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(time, resolve);
      this.#over.signal.addEventListener('abort', () => (timer.cancel(), resolve()), { once: true });
    });
  }

  #dial(address: string): void {
    if (this.#over.signal.aborted || this.#dialed.has(address)) return;
    if (this.#dialed.size >= DIRECT_PAIRING_LIMITS.dialedInAll) return;
    this.#dialed.add(address);
    if (this.#running >= DIRECT_PAIRING_LIMITS.dialed) this.#waiting.push(address);
    else this.#start(address);
  }

  #start(address: string): void {
    this.#running += 1;
    const isOver = (): boolean => this.#over.signal.aborted;
    this.#network
      .dial(address, encodeDirectClaim(this.#search.claim), this.#over.signal)
      .then(
        ({ message2, channel }) => {
          const deposit = decodeDeposit(message2);
          if (deposit === undefined || isOver()) channel.destroy();
          else this.#answers.push({ address, deposit, mailbox: new ChannelMailbox(channel) });
        },
        (error: unknown) => {
          this.#failures.push(error);
        },
      )
      .finally(() => {
        this.#running -= 1;
        const next = this.#over.signal.aborted ? undefined : this.#waiting.shift();
        if (next !== undefined) this.#start(next);
        this.#progress();
      });
  }

  #nextProgress(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.#over.signal.removeEventListener('abort', done);
        this.#progress = () => undefined;
        resolve();
      };
      const timer = this.#clock.setTimer(timeout, done);
      this.#progress = done;
      this.#over.signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** Codes of dials that found no machine. */
const UNREACHABLE: ReadonlySet<string> = new Set(['direct.connection-refused', 'direct.unreachable', 'direct.timeout']);

function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.has(errorCode(error));
}
