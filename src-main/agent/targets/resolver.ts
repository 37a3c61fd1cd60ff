import type { Clock } from '#shared/clock.ts';
import { ForwardError, parseIp, type IpAddress } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isLocalhost, LOOPBACK_4, LOOPBACK_6, throughLoopback, type NormalizedHost } from './host.ts';

/** Function that looks up the addresses of a name, best first, as texts; rejects if there are none. */
export type AddressLookup = (name: string) => Promise<readonly string[]>;

const NAME_LIMITS = {
  /** Longest time for a lookup, ms. */
  timeout: 5000,
  /** Most addresses used of one answer. */
  addresses: 16,
  /**
   * Most lookups at a time, of one peer and of all (`atOnce`); further ones wait. The system runs only two lookups at a time per process, so slow
   * names of one peer could delay other names, such as the relay's.
   */
  perPeer: 4,
  atOnce: 16,
  /** Most waiting lookups of one peer, including those that are no longer needed. */
  waitingPerPeer: 64,
} as const;

type Looking = Readonly<{ peerId: PeerId; name: string; start: () => void }>;

/**
 * Name resolver of `PeerTargets` for the targets of peers. Asks the system, four names per peer at a time, and gives up after 5 s. Concurrent
 * requests of one peer for the same name share a lookup; answers are not cached.
 */
export class Resolver {
  readonly #lookup: AddressLookup;
  readonly #clock: Clock;
  readonly #shared = new Map<string, Promise<readonly IpAddress[]>>();
  readonly #running = new Set<Looking>();
  #waiting: readonly Looking[] = [];

  constructor(options: Readonly<{ lookup: AddressLookup; clock: Clock }>) {
    this.#lookup = options.lookup;
    this.#clock = options.clock;
  }

  /**
   * Resolves a host; addresses and `localhost` are not looked up.
   * @throws {ForwardError} `forward.name`, `forward.too-many`; `forward.failed` if the signal aborts
   */
  async resolve(host: NormalizedHost, peerId: PeerId, signal: AbortSignal): Promise<readonly IpAddress[]> {
    if (host.kind === 'address') return [throughLoopback(host.address)];
    if (isLocalhost(host.text)) return [LOOPBACK_4, LOOPBACK_6];
    return this.#wait(this.#begin(host.text, peerId), signal);
  }

  #begin(name: string, peerId: PeerId): Promise<readonly IpAddress[]> {
    // Peers share no lookups: the time of an answer could reveal what another peer has requested.
    const key = `${peerId} ${name}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    if (this.#waiting.filter((waiting) => waiting.peerId === peerId).length >= NAME_LIMITS.waitingPerPeer)
      return Promise.reject(new ForwardError('forward.too-many', 'too many names are looked up'));
    let looking: Looking | undefined;
    const answered = new Promise<void>((resolve) => {
      looking = { peerId, name, start: resolve };
      this.#waiting = [...this.#waiting, looking];
      this.#next();
    })
      .then(() => this.#lookUp(name))
      .finally(() => {
        this.#shared.delete(key);
        if (looking !== undefined) this.#running.delete(looking);
        this.#next();
      });
    this.#shared.set(key, answered);
    return answered;
  }

  /** Starts waiting lookups as the limits allow; a peer at its limit is passed over. */
  #next(): void {
    for (const looking of this.#waiting) {
      if (this.#running.size >= NAME_LIMITS.atOnce) return;
      const own = [...this.#running].filter(({ peerId }) => peerId === looking.peerId).length;
      if (own >= NAME_LIMITS.perPeer) continue;
      this.#waiting = this.#waiting.filter((other) => other !== looking);
      this.#running.add(looking);
      looking.start();
    }
  }

  async #lookUp(name: string): Promise<readonly IpAddress[]> {
    const texts = await this.#lookup(name).catch((cause: unknown) => {
      throw new ForwardError('forward.name', 'the name has no address', { cause, details: { name } });
    });
    // Drop addresses with a zone: they are link-local, and protected.
    const addresses = texts
      .slice(0, NAME_LIMITS.addresses)
      .flatMap((text) => parseIp(text) ?? [])
      .map(throughLoopback);
    if (addresses.length === 0)
      throw new ForwardError('forward.name', 'the name has no address', { details: { name } });
    return addresses;
  }

  #wait(looking: Promise<readonly IpAddress[]>, signal: AbortSignal): Promise<readonly IpAddress[]> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new ForwardError('forward.name', 'no answer for the name'));
      const abort = (): void => reject(new ForwardError('forward.failed', 'given up'));
      const timer = this.#clock.setTimer(NAME_LIMITS.timeout, late);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      looking.then(resolve, reject).finally(() => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
      });
    });
  }
}
