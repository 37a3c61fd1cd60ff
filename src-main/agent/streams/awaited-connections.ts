import type { TcpParams } from '#shared/forward/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';

type From = Extract<TcpParams, { from: unknown }>['from'];
/** Function that receives a connection to a listener, not yet accepted, with the caller's `ip:port`. */
type TakeConnection = (stream: IncomingStream, source: string) => void;

/**
 * Connections that peers pass to this device because they arrived at listeners that this device opened on them, for reverse forwards. A peer can only
 * pass connections of listeners that were opened on its own session and are still open. One per agent, created by the forwards module: its reverse
 * forwards register listeners, and `TargetServer` passes on the streams. In memory only.
 */
export class AwaitedConnections {
  readonly #listeners = new WeakMap<Pick<Session, 'id'>, Map<number, TakeConnection>>();

  /**
   * Registers a listener.
   * @param listener ID of its control stream. Call this right after the stream was opened, since a connection may follow the
   * answer immediately
   * @returns a function that removes the listener; later connections are refused
   */
  expect(session: Pick<Session, 'id'>, listener: number, take: TakeConnection): () => void {
    const listeners = this.#listeners.get(session) ?? new Map<number, TakeConnection>();
    this.#listeners.set(session, listeners);
    listeners.set(listener, take);
    return () => {
      if (listeners.get(listener) === take) listeners.delete(listener);
    };
  }

  /** Passes a peer's stream to its listener, or refuses the stream. */
  take(stream: IncomingStream, from: From, session: Pick<Session, 'id'>): void {
    const take = this.#listeners.get(session)?.get(from.listener);
    if (take === undefined) stream.refuse('forward.denied', 'there is no such listener');
    else take(stream, sourceText(from.address));
  }
}

/** Returns the caller's address for display. It is the peer's claim, so anything that isn't an address becomes `?`. */
function sourceText(address: string): string {
  return /^[0-9a-fA-F.:[\]%a-z-]{1,80}$/.test(address) ? address : '?';
}
