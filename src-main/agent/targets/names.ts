import type { Clock } from '#shared/clock.ts';
import { ForwardError, parseIp, type IpAddress } from '#shared/forward/index.ts';
import { isLocalhost, LOOPBACK_4, LOOPBACK_6, throughLoopback, type AskedHost } from './asked-host.ts';

/** Addresses of a name, best first, as texts; rejects when it has none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

export const NAME_LIMITS = {
  /** ms */
  timeout: 5000,
  /** Addresses used of one answer. */
  addresses: 16,
  /** Names looked up at a time; further ones are refused. */
  atOnce: 128,
} as const;

/** Looks names up, once for each use and however many ask for the same meanwhile. */
export class Names {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<readonly IpAddress[]>>();

  constructor(options: Readonly<{ lookup: Lookup; clock: Clock }>) {
    this.#lookup = options.lookup;
    this.#clock = options.clock;
  }

  /** @throws {ForwardError} `forward.name`, `forward.too-many`; `forward.failed` when the signal is aborted */
  async resolve(asked: AskedHost, signal: AbortSignal): Promise<readonly IpAddress[]> {
    if (asked.kind === 'address') return [throughLoopback(asked.address)];
    if (isLocalhost(asked.text)) return [LOOPBACK_4, LOOPBACK_6];
    return this.#wait(this.#shared(asked.text), signal);
  }

  #shared(name: string): Promise<readonly IpAddress[]> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    if (this.#running.size >= NAME_LIMITS.atOnce)
      return Promise.reject(new ForwardError('forward.too-many', 'too many names are looked up'));
    const looking = this.#look(name).finally(() => this.#running.delete(name));
    this.#running.set(name, looking);
    return looking;
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
