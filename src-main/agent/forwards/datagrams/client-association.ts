import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Target } from '#shared/forward/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { ForwardConnector, Meter } from '../rules/index.ts';
import { openAssociation, type RemoteAssociation } from './remote-association.ts';
import { DATAGRAM_LIMITS } from './limits.ts';

export type ClientAssociationOptions = Readonly<{
  clock: Clock;
  /** Waits for the peer. @throws {ForwardError} `forward.peer-away`, `forward.cancelled` */
  session(signal: AbortSignal): Promise<Session>;
  to?: Target | undefined;
  /** Seconds, for the peer. */
  idle?: number | undefined;
  token?: string | undefined;
  /** Opened again as soon as it is lost, not only with the client's next datagram, as long as this says so. */
  isKept?: (() => boolean) | undefined;
  /** Shows on the rule what works and what does not. */
  connector: Pick<ForwardConnector, 'succeeded' | 'failed' | 'asking'>;
  meter: Meter;
  deliver(bytes: Uint8Array): void;
}>;

/** A person, or what a person decided: nobody is asked again and again. */
const SAID_NO: ReadonlySet<string> = new Set(['forward.denied', 'forward.unanswered', 'forward.protected']);

/** The datagrams of one client here, through an association at the peer that is opened, and opened again, as they come. */
export class ClientAssociation {
  readonly #options: ClientAssociationOptions;
  readonly #closing = new AbortController();
  #far: RemoteAssociation | undefined;
  #opening: Promise<void> | undefined;
  #held: { readonly bytes: Uint8Array; readonly at: number }[] = [];
  #pause: number = DATAGRAM_LIMITS.again;
  #notBefore = -Infinity;
  #retry: Timer | undefined;

  constructor(options: ClientAssociationOptions) {
    this.#options = options;
  }

  /** Opens it now. @throws {ForwardError} why it cannot be */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** A datagram of the client; the bytes belong to the association from here. */
  push(bytes: Uint8Array): void {
    if (this.#closing.signal.aborted) return;
    if (this.#far !== undefined) {
      if (this.#far.send(bytes)) this.#options.meter.out(bytes.length);
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
    this.#far?.close();
    this.#held = [];
  }

  /** The failure is on the rule. */
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
      const far = await openAssociation({
        session: await session(signal),
        clock,
        to,
        idle,
        token,
        signal,
        onWaiting: () => {
          answered ??= connector.asking();
        },
        take: (bytes) => {
          meter.in(bytes.length);
          deliver(bytes);
        },
      });
      this.#opened(far);
    } catch (error) {
      this.#wait(errorCode(error));
      if (!signal.aborted) connector.failed(error);
      throw error;
    } finally {
      answered?.();
    }
  }

  #opened(far: RemoteAssociation): void {
    const { clock, connector, meter } = this.#options;
    const since = clock.monotonic();
    this.#far = far;
    connector.succeeded();
    for (const { bytes, at } of this.#held.splice(0))
      if (at >= since - DATAGRAM_LIMITS.heldFor && far.send(bytes)) meter.out(bytes.length);
    void far.closed.then(() => {
      this.#far = undefined;
      // One that stood for a while is opened again at once; one that is ended again and again is not.
      if (clock.monotonic() - since > DATAGRAM_LIMITS.againMost) this.#pause = DATAGRAM_LIMITS.again;
      this.#wait();
    });
  }

  /** Waits before the association is opened again; the delay grows. @param code reason of a refusal */
  #wait(code = ''): void {
    const { clock, isKept } = this.#options;
    if (this.#closing.signal.aborted) return;
    const pause = SAID_NO.has(code) ? DATAGRAM_LIMITS.refusedFor : this.#pause;
    this.#notBefore = clock.monotonic() + pause;
    this.#pause = Math.min(this.#pause * 2, DATAGRAM_LIMITS.againMost);
    this.#retry?.cancel();
    this.#retry = clock.setTimer(pause, () => {
      const isWanted = this.#held.length > 0 || isKept?.() === true;
      if (isWanted && this.#far === undefined && this.#opening === undefined) this.#reopen();
    });
  }
}
