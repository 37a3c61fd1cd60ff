import type { TcpParams } from '#shared/forward/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';

type From = Extract<TcpParams, { from: unknown }>['from'];
/** Gets a connection that came to a listener, not accepted yet, and who made it, `ip:port`. */
type TakeConnection = (stream: IncomingStream, source: string) => void;

/**
 * Connections that peers hand over because they came to listeners this device has asked them for. A session only gives what its own control
 * streams asked for: a peer cannot name the listener of another one, and none that has ended.
 */
export class AwaitedConnections {
  readonly #listeners = new WeakMap<Pick<Session, 'id'>, Map<number, TakeConnection>>();

  /**
   * @param listener id of the control stream; call this right after it was opened, since a connection may come right behind the answer
   * @returns ends it: later ones are refused
   */
  expect(session: Pick<Session, 'id'>, listener: number, take: TakeConnection): () => void {
    const listeners = this.#listeners.get(session) ?? new Map<number, TakeConnection>();
    this.#listeners.set(session, listeners);
    listeners.set(listener, take);
    return () => {
      if (listeners.get(listener) === take) listeners.delete(listener);
    };
  }

  take(stream: IncomingStream, from: From, session: Pick<Session, 'id'>): void {
    const take = this.#listeners.get(session)?.get(from.listener);
    if (take === undefined) stream.refuse('forward.denied', 'nothing was asked to listen there');
    else take(stream, sourceText(from.address));
  }
}

/** The peer's word, for display: nothing that drives a terminal. */
function sourceText(address: string): string {
  return /^[0-9a-fA-F.:[\]%a-z-]{1,80}$/.test(address) ? address : '?';
}
