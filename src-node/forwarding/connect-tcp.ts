import { connect, isIP, isIPv6, type Socket } from 'node:net';
import type { Clock, Timer } from '#shared/clock.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import { lookupAll } from './lookup-all.ts';

/** Clock, signal and time limits of an attempt to connect. */
export type ConnectOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Time limit over all addresses, ms; default 10 000. */
  timeout?: number;
  /** Delay before the next address is tried while earlier attempts go on, ms (RFC 8305 section 8); default 250. */
  stagger?: number;
}>;

/** Open connection, paused, half-open allowed, without Nagle's delay. `address` is the address that answered. */
export type Connected = Readonly<{ socket: Socket; address: string }>;

const TIMEOUT = 10_000;
const STAGGER = 250;
const KEEP_ALIVE = 60_000;

/**
 * Connects to the target of a forward that opens a port at a peer, which this device's own settings name. A host name is resolved as this machine's
 * programs resolve it.
 * @throws {ForwardError} `forward.name` if the name has no address, and the codes of `connectToAddresses`
 */
export async function connectTcp({ host, port }: Target, options: ConnectOptions): Promise<Socket> {
  const addresses = isIP(host) === 0 ? await lookUp(host) : [host];
  return (await connectToAddresses(addresses, port, options)).socket;
}

/**
 * Connects to the first of several addresses that answers (RFC 8305): families alternate, and each attempt begins a moment after the one before, or
 * as soon as that one has failed. Resolves no names: the connection leads to one of the given addresses. Used for the targets that peers request,
 * after the agent has checked their addresses.
 * @throws {ForwardError} `forward.refused`, `forward.timeout`, `forward.host-unreachable`, `forward.network-unreachable`, `forward.failed`; of
 * several failures the most specific one
 */
export function connectToAddresses(
  addresses: readonly string[],
  port: number,
  options: ConnectOptions,
): Promise<Connected> {
  if (options.signal.aborted) return Promise.reject(cancelled());
  return new Race(alternateFamilies(addresses), port, options).result;
}

class Race {
  readonly result: Promise<Connected>;
  readonly #left: string[];
  readonly #port: number;
  readonly #options: ConnectOptions;
  readonly #attempts = new Set<Socket>();
  readonly #failures: ForwardError[] = [];
  readonly #deadline: Timer;
  #next: Timer | undefined;
  #settle: (outcome: Connected | ForwardError) => void = () => undefined;

  constructor(addresses: readonly string[], port: number, options: ConnectOptions) {
    this.#left = [...addresses];
    this.#port = port;
    this.#options = options;
    const abort = (): void => this.#settle(cancelled());
    this.#deadline = options.clock.setTimer(options.timeout ?? TIMEOUT, () =>
      this.#settle(new ForwardError('forward.timeout', 'nothing answered in time')),
    );
    this.result = new Promise((resolve, reject) => {
      this.#settle = (outcome) => {
        this.#settle = () => undefined;
        this.#deadline.cancel();
        this.#next?.cancel();
        options.signal.removeEventListener('abort', abort);
        if (outcome instanceof ForwardError) reject(outcome);
        else {
          this.#attempts.delete(outcome.socket);
          resolve(outcome);
        }
        for (const socket of this.#attempts) socket.destroy();
      };
    });
    options.signal.addEventListener('abort', abort, { once: true });
    this.#tryNext();
  }

  #tryNext(): void {
    this.#next?.cancel();
    this.#next = undefined;
    const address = this.#left.shift();
    if (address === undefined) {
      if (this.#attempts.size === 0) this.#settle(mostSpecific(this.#failures));
      return;
    }
    this.#attempt(address);
    if (this.#left.length > 0)
      this.#next = this.#options.clock.setTimer(this.#options.stagger ?? STAGGER, () => this.#tryNext());
  }

  #attempt(address: string): void {
    const socket = connect({
      host: address,
      port: this.#port,
      allowHalfOpen: true,
      noDelay: true,
      // Detects a vanished target even on an idle connection.
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE,
    });
    this.#attempts.add(socket);
    socket.pause();
    const fail = (error: Error): void => {
      if (!this.#attempts.delete(socket)) return;
      this.#failures.push(connectionError(error));
      this.#tryNext();
    };
    socket.on('error', fail);
    socket.once('connect', () => {
      if (!this.#attempts.has(socket)) return;
      // `fail` stays as error listener, without effect, until the caller adds its own.
      this.#settle({ socket, address });
    });
  }
}

/** Converts a system error of a connection to a ForwardError (details: reason). */
export function connectionError(cause: unknown): ForwardError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return new ForwardError(CODES[code] ?? 'forward.failed', `the connection failed: ${code}`, {
    cause,
    details: { reason: code },
  });
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'forward.refused',
  // The other side reset the connection before it was open.
  ECONNRESET: 'forward.refused',
  ETIMEDOUT: 'forward.timeout',
  EHOSTUNREACH: 'forward.host-unreachable',
  EHOSTDOWN: 'forward.host-unreachable',
  // Reported by a firewall.
  EACCES: 'forward.host-unreachable',
  EPERM: 'forward.host-unreachable',
  ENETUNREACH: 'forward.network-unreachable',
  ENETDOWN: 'forward.network-unreachable',
  EADDRNOTAVAIL: 'forward.network-unreachable',
  EAFNOSUPPORT: 'forward.network-unreachable',
};

/** Error codes by how much they say about the target, most first: a refusal shows that the target is reachable, a missing route says the least. */
const BY_SPECIFICITY = [
  'forward.refused',
  'forward.timeout',
  'forward.host-unreachable',
  'forward.network-unreachable',
];

function mostSpecific(failures: readonly ForwardError[]): ForwardError {
  for (const code of BY_SPECIFICITY) {
    const found = failures.find((failure) => failure.code === code);
    if (found !== undefined) return found;
  }
  return failures[0] ?? new ForwardError('forward.failed', 'there is no address to connect to');
}

function alternateFamilies(addresses: readonly string[]): readonly string[] {
  const [first] = addresses;
  const preferred = addresses.filter((address) => isIPv6(address) === isIPv6(first ?? ''));
  const others = addresses.filter((address) => !preferred.includes(address));
  return Array.from({ length: Math.max(preferred.length, others.length) }, (_, index) =>
    [preferred[index], others[index]].flatMap((address) => address ?? []),
  ).flat();
}

async function lookUp(host: string): Promise<readonly string[]> {
  try {
    return await lookupAll(host);
  } catch (cause) {
    throw new ForwardError('forward.name', 'the name has no address', { cause, details: { name: host } });
  }
}

function cancelled(): ForwardError {
  return new ForwardError('forward.failed', 'given up');
}
