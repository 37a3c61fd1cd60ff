import type { Clock } from '#shared/clock.ts';
import { ForwardError, parseIp, type IpAddress } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isLocalhost, LOOPBACK_4, LOOPBACK_6, throughLoopback, type NormalizedHost } from './host.ts';

/** Addresses of a name, best first, as texts; rejects when it has none. */
export type ResolvedAddresses = (name: string) => Promise<readonly string[]>;

const NAME_LIMITS = {
  /** ms */
  timeout: 5000,
  /** Addresses used of one answer. */
  addresses: 16,
  /**
   * Names of one peer, and of all, that are looked up at a time; further ones wait. The system looks up two at a time for a whole process, so
   * whoever has names that take long must not hold up the names of others, such as that of the relay, for longer than this.
   */
  perPeer: 4,
  atOnce: 16,
  /** Names of one peer that wait, also those that nobody wants any more. */
  waitingPerPeer: 64,
} as const;

type Looking = Readonly<{ peerId: PeerId; name: string; start: () => void }>;

/** Looks names up, once for each use and however many ask for the same meanwhile. */
export class Resolver {
  readonly #lookup: ResolvedAddresses;
  readonly #clock: Clock;
  readonly #shared = new Map<string, Promise<readonly IpAddress[]>>();
  readonly #running = new Set<Looking>();
  #waiting: readonly Looking[] = [];

  constructor(options: Readonly<{ lookup: ResolvedAddresses; clock: Clock }>) {
    this.#lookup = options.lookup;
    this.#clock = options.clock;
  }

  /** @throws {ForwardError} `forward.name`, `forward.too-many`; `forward.failed` when the signal is aborted */
  async resolve(asked: NormalizedHost, peerId: PeerId, signal: AbortSignal): Promise<readonly IpAddress[]> {
    if (asked.kind === 'address') return [throughLoopback(asked.address)];
    if (isLocalhost(asked.text)) return [LOOPBACK_4, LOOPBACK_6];
    return this.#wait(this.#begin(asked.text, peerId), signal);
  }

  #begin(name: string, peerId: PeerId): Promise<readonly IpAddress[]> {
    // Peers share nothing: what one has waited for tells another how long ago it asked.
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
      .then(() => this.#look(name))
      .finally(() => {
        this.#shared.delete(key);
        if (looking !== undefined) this.#running.delete(looking);
        this.#next();
      });
    this.#shared.set(key, answered);
    return answered;
  }

  /** Begins what may run now; a peer that has enough running lets the others go first. */
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

  async #look(name: string): Promise<readonly IpAddress[]> {
    const texts = await this.#lookup(name).catch((cause: unknown) => {
      throw new ForwardError('forward.name', 'the name has no address', { cause, details: { name } });
    });
    // With a zone an address is link-local, and of no use here.
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
      const late = (): void => reject(new ForwardError('forward.name', 'nobody answers for the name'));
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
