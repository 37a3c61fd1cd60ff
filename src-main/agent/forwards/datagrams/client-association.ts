import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Target } from '#shared/forward/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { ForwardConnector, Meter } from '../rules/index.ts';
import { openAssociation, type RemoteAssociation } from './remote-association.ts';
import { DATAGRAM_LIMITS } from './limits.ts';

/** Options of `ClientAssociation`. */
export type ClientAssociationOptions = Readonly<{
  clock: Clock;
  /**
   * Returns the session with the peer, waiting for its link.
   * @throws {ForwardError} `forward.peer-away`, `forward.cancelled`
   */
  session(signal: AbortSignal): Promise<Session>;
  /** Target of all datagrams; if undefined, each datagram begins with its target. */
  to?: Target | undefined;
  /** Idle time after which the peer ends the association, s; the peer's default if undefined. */
  idle?: number | undefined;
  /** Secret by which the peer recognises a reopened association and reuses its port. */
  token?: string | undefined;
  /** Returns true while the association is to be reopened as soon as it is lost; otherwise it is reopened with the client's next datagram. */
  isKept?: (() => boolean) | undefined;
  /** Shows successes and failures on the forward. */
  connector: Pick<ForwardConnector, 'answered' | 'beginAsking' | 'failed' | 'succeeded'>;
  meter: Meter;
  /** Called with each datagram from the peer. */
  deliver(bytes: Uint8Array): void;
}>;

/** Refusals that a person has decided or left unanswered: after one of them the person is not asked again soon. */
const DECLINED: ReadonlySet<string> = new Set(['forward.denied', 'forward.unanswered', 'forward.protected']);

/**
 * Association of one local client at a peer. Opens it for the first datagram, reopens it after a loss, and holds datagrams meanwhile. Up to 16
 * datagrams wait in memory. Used for forwards of kind `udp` and `wg-proxy`, and for clients of SOCKS proxies.
 */
export class ClientAssociation {
  readonly #options: ClientAssociationOptions;
  readonly #closing = new AbortController();
  #remote: RemoteAssociation | undefined;
  #opening: Promise<void> | undefined;
  #held: { readonly bytes: Uint8Array; readonly at: number }[] = [];
  #pause: number = DATAGRAM_LIMITS.again;
  #notBefore = -Infinity;
  #retry: Timer | undefined;

  constructor(options: ClientAssociationOptions) {
    this.#options = options;
  }

  /**
   * Opens the association now.
   * @throws {ForwardError} the reason for a failure
   */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** Sends a datagram of the client. Takes ownership of the bytes. */
  push(bytes: Uint8Array): void {
    if (this.#closing.signal.aborted) return;
    if (this.#remote !== undefined) {
      if (this.#remote.send(bytes)) this.#options.meter.out(bytes.length);
      return;
    }
    const now = this.#options.clock.monotonic();
    this.#held.push({ bytes, at: now });
    if (this.#held.length > DATAGRAM_LIMITS.heldDatagrams) this.#held.shift();
    if (this.#opening === undefined && now >= this.#notBefore) this.#reopen();
  }

  close(): void {
    this.#closing.abort();
    this.#retry?.cancel();
    this.#remote?.close();
    this.#held = [];
  }

  /** Opens the association in the background; a failure is shown on the forward. */
  #reopen(): void {
    this.#connect().catch(() => undefined);
  }

  #connect(): Promise<void> {
    this.#opening ??= this.#run().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #run(): Promise<void> {
    const { clock, connector, session, to, idle, token, deliver, meter } = this.#options;
    const { signal } = this.#closing;
    let answered: (() => void) | undefined;
    try {
      const remote = await openAssociation({
        session: await session(signal),
        clock,
        to,
        idle,
        token,
        signal,
        onWaiting: () => {
          answered ??= connector.beginAsking();
        },
        take: (bytes) => {
          meter.in(bytes.length);
          deliver(bytes);
        },
      });
      connector.answered(answered !== undefined);
      this.#opened(remote);
    } catch (error) {
      this.#wait(errorCode(error));
      if (!signal.aborted) connector.failed(error);
      throw error;
    } finally {
      answered?.();
    }
  }

  #opened(remote: RemoteAssociation): void {
    const { clock, connector, meter } = this.#options;
    const since = clock.monotonic();
    this.#remote = remote;
    connector.succeeded();
    for (const { bytes, at } of this.#held.splice(0))
      if (at >= since - DATAGRAM_LIMITS.heldFor && remote.send(bytes)) meter.out(bytes.length);
    void remote.closed.then(() => {
      this.#remote = undefined;
      // An association that lasted is reopened at once; the delay grows for one that keeps ending.
      if (clock.monotonic() - since > DATAGRAM_LIMITS.againMost) this.#pause = DATAGRAM_LIMITS.again;
      this.#wait();
    });
  }

  /**
   * Schedules reopening the association; the delay doubles each time.
   * @param code code of a refusal, if there was one
   */
  #wait(code = ''): void {
    const { clock, isKept } = this.#options;
    if (this.#closing.signal.aborted) return;
    const pause = DECLINED.has(code) ? DATAGRAM_LIMITS.refusedFor : this.#pause;
    this.#notBefore = clock.monotonic() + pause;
    this.#pause = Math.min(this.#pause * 2, DATAGRAM_LIMITS.againMost);
    this.#retry?.cancel();
    this.#retry = clock.setTimer(pause, () => {
      const isWanted = this.#held.length > 0 || isKept?.() === true;
      if (isWanted && this.#remote === undefined && this.#opening === undefined) this.#reopen();
    });
  }
}
