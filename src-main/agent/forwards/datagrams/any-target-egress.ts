import { openUdp, type UdpAddress, type UdpSocket } from '#node/forwarding/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { readEndpoint, writeEndpoint, type Target } from '#shared/forward/index.ts';
import type { AllowedTarget } from '../../targets/index.ts';
import { DATAGRAM_LIMITS } from './limits.ts';
import type { Deliver, UdpEgress } from './udp-egress.ts';

/** Options of `AnyTargetEgress`. */
export type AnyTargetEgressOptions = Readonly<{
  clock: Clock;
  /** Called with each answer, and with the header that names its source. */
  deliver: Deliver;
  /**
   * Checks that datagrams may be sent to a target.
   * @throws {ForwardError}
   */
  check(target: Target, signal: AbortSignal): Promise<AllowedTarget>;
  /**
   * Watches the permission for a destination; calls `onEnd` when it is revoked.
   * @returns function that stops watching
   */
  watch(allowed: AllowedTarget, address: string, onEnd: () => void): () => void;
  /** Called when the first datagram to a destination is sent. */
  admitted(target: Target, address: string): void;
  /** Called when a destination was refused. */
  refused(target: Target, code: string): void;
}>;

type Destination =
  | { readonly state: 'checking'; waiting: Uint8Array[]; usedAt: number }
  | { readonly state: 'open'; readonly endpoint: UdpAddress; readonly release: () => void; usedAt: number }
  | { readonly state: 'refused'; readonly until: number; usedAt: number };

type Source = { readonly head: Uint8Array; users: number };

/**
 * Egress of an association without a fixed target, as SOCKS clients of a peer need it; `AssociationServer` creates it. Each datagram names its
 * target. A destination is checked before the first datagram is sent there, and only destinations that were sent to may answer. Answers carry their
 * source address. Opens UDP sockets, at most one per IP version; keeps 256 destinations at most.
 */
export class AnyTargetEgress implements UdpEgress {
  readonly #options: AnyTargetEgressOptions;
  readonly #destinations = new Map<string, Destination>();
  readonly #sources = new Map<string, Source>();
  readonly #ports = new Map<4 | 6, Promise<UdpSocket>>();
  readonly #opened = new Map<4 | 6, UdpSocket>();
  readonly #closing = new AbortController();
  #checks = 0;
  #waitingBytes = 0;
  #unasked = 0;

  constructor(options: AnyTargetEgressOptions) {
    this.#options = options;
  }

  /** Number of datagrams received from addresses that nothing was sent to; they are dropped. */
  get unsolicited(): number {
    return this.#unasked;
  }

  /** Number of destinations. */
  get size(): number {
    return this.#destinations.size;
  }

  send(datagram: Uint8Array): boolean {
    const endpoint = readEndpoint(datagram);
    if (endpoint === undefined || this.#closing.signal.aborted) return false;
    const { target } = endpoint;
    const bytes = datagram.subarray(endpoint.length);
    const key = `${target.host.toLowerCase()} ${target.port}`;
    const now = this.#options.clock.monotonic();
    const known = this.#destinations.get(key);
    if (known?.state === 'refused' && known.until <= now) this.#destinations.delete(key);
    else if (known !== undefined) return this.#sendTo(known, bytes, now);
    if (this.#checks >= DATAGRAM_LIMITS.checks || !this.#makeRoom(now)) return false;
    void this.#admit(key, target, bytes);
    return true;
  }

  close(): void {
    this.#closing.abort();
    for (const key of this.#destinations.keys()) this.#forget(key);
    for (const port of this.#ports.values())
      void port.then(
        (opened) => opened.close(),
        () => undefined,
      );
  }

  #sendTo(destination: Destination, bytes: Uint8Array, now: number): boolean {
    destination.usedAt = now;
    switch (destination.state) {
      case 'open':
        return this.#opened.get(familyOf(destination.endpoint))?.send([bytes], destination.endpoint) ?? false;
      case 'checking':
        if (this.#waitingBytes + bytes.length > DATAGRAM_LIMITS.waitingBytes) return false;
        this.#waitingBytes += bytes.length;
        destination.waiting.push(bytes.slice());
        return true;
      case 'refused':
        return false;
    }
  }

  /** Checks a new destination; its datagrams wait meanwhile. */
  async #admit(key: string, target: Target, first: Uint8Array): Promise<void> {
    const { clock, check, watch: hold, admitted, refused } = this.#options;
    const { signal } = this.#closing;
    const checking: Destination = { state: 'checking', waiting: [], usedAt: clock.monotonic() };
    this.#destinations.set(key, checking);
    this.#sendTo(checking, first, checking.usedAt);
    this.#checks += 1;
    try {
      const allowed = await check(target, signal);
      const address = allowed.addresses[0] ?? '';
      const endpoint = { address, port: allowed.port };
      await this.#port(familyOf(endpoint));
      if (signal.aborted) return;
      if (this.#admitted(key, endpoint, checking.waiting, (onEnd) => hold(allowed, address, onEnd)))
        admitted(target, address);
    } catch (error) {
      if (signal.aborted) return;
      const now = clock.monotonic();
      this.#destinations.set(key, { state: 'refused', until: now + DATAGRAM_LIMITS.refusedFor, usedAt: now });
      refused(target, errorCode(error));
    } finally {
      this.#checks -= 1;
      for (const { length } of checking.waiting) this.#waitingBytes -= length;
    }
  }

  #admitted(
    key: string,
    endpoint: UdpAddress,
    waiting: readonly Uint8Array[],
    hold: (onEnd: () => void) => () => void,
  ): boolean {
    let isOver = false;
    const release = hold(() => {
      isOver = true;
      this.#forget(key);
    });
    // Rights may have changed while it was checked.
    if (isOver) {
      this.#destinations.delete(key);
      return false;
    }
    const source = this.#sources.get(sourceKey(endpoint)) ?? {
      head: writeEndpoint(endpoint.address, endpoint.port),
      users: 0,
    };
    source.users += 1;
    this.#sources.set(sourceKey(endpoint), source);
    const now = this.#options.clock.monotonic();
    const open: Destination = { state: 'open', endpoint, release, usedAt: now };
    this.#destinations.set(key, open);
    for (const bytes of waiting) this.#sendTo(open, bytes, now);
    return true;
  }

  #forget(key: string): void {
    const destination = this.#destinations.get(key);
    this.#destinations.delete(key);
    if (destination?.state !== 'open') return;
    destination.release();
    const source = this.#sources.get(sourceKey(destination.endpoint));
    if (source === undefined) return;
    source.users -= 1;
    if (source.users === 0) this.#sources.delete(sourceKey(destination.endpoint));
  }

  /**
   * Makes room for one more destination by dropping the one unused for longest.
   * @returns false if none is old enough
   */
  #makeRoom(now: number): boolean {
    if (this.#destinations.size < DATAGRAM_LIMITS.destinations) return true;
    let oldest: readonly [string, Destination] | undefined;
    for (const entry of this.#destinations)
      if (entry[1].state !== 'checking' && entry[1].usedAt < (oldest?.[1].usedAt ?? Infinity)) oldest = entry;
    if (oldest === undefined || oldest[1].usedAt > now - DATAGRAM_LIMITS.spare) return false;
    this.#forget(oldest[0]);
    return true;
  }

  #port(family: 4 | 6): Promise<UdpSocket> {
    const known = this.#ports.get(family);
    if (known !== undefined) return known;
    const open = async (): Promise<UdpSocket> => {
      const port = await openUdp({ host: family === 4 ? '0.0.0.0' : '::', port: 0, onMessage: this.#receive });
      this.#opened.set(family, port);
      return port;
    };
    const opening = open();
    // Opening is retried with the next destination.
    opening.catch(() => this.#ports.delete(family));
    this.#ports.set(family, opening);
    return opening;
  }

  readonly #receive = (bytes: Uint8Array, from: UdpAddress): void => {
    const source = this.#sources.get(sourceKey(from));
    if (source === undefined || this.#closing.signal.aborted) {
      this.#unasked += 1;
      return;
    }
    this.#options.deliver(bytes, source.head);
  };
}

function familyOf({ address }: UdpAddress): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

function sourceKey({ address, port }: UdpAddress): string {
  return `${address} ${port}`;
}
