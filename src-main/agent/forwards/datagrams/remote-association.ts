import type { Clock } from '#shared/clock.ts';
import { ForwardError, TCP_RESET_CANCELLED, type Target } from '#shared/forward/index.ts';
import type { OutgoingStream, Session } from '#shared/link/index.ts';
import { openingError, OPENING_LIMITS } from '../rules/index.ts';
import { flowsOf } from './flows.ts';

/** Options of `openAssociation`. */
export type RemoteAssociationOptions = Readonly<{
  session: Session;
  clock: Clock;
  /** Target of all datagrams; if undefined, each datagram begins with its target. */
  to?: Target | undefined;
  /** Idle time after which the peer ends the association, s; the peer's default if undefined. */
  idle?: number | undefined;
  /** Secret by which the peer recognises a successor of this association and reuses its port. */
  token?: string | undefined;
  signal: AbortSignal;
  /** Called when a person at the peer is being asked for permission. */
  onWaiting(): void;
  /** Called with each datagram from the peer. The array is a view into a record; copy it to store it. */
  take(bytes: Uint8Array): void;
}>;

/** UDP association that is open at a peer. */
export interface RemoteAssociation {
  /** Sends a datagram. The link takes ownership of the bytes. Returns false if the datagram was dropped at once. */
  send(bytes: Uint8Array): boolean;
  /** Resolves when either side has ended the association. Never rejects. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Opens an association at a peer for `ClientAssociation`, through a stream of kind `udp` and a flow of datagrams. Waits for the peer's answer within
 * `OPENING_LIMITS`.
 * @throws {ForwardError} one of `CONNECTION_CODES`, or a code of the link
 */
export async function openAssociation(options: RemoteAssociationOptions): Promise<RemoteAssociation> {
  const { session, to, idle, token } = options;
  const flow = flowsOf(session).open(options.take);
  let stream: OutgoingStream | undefined;
  try {
    const params = { flow: flow.id, ...(to && { to }), ...(idle && { idle }), ...(token && { token }) };
    stream = session.open('udp', params, { priority: 'normal' });
    const opened = stream;
    opened.opened.catch(() => undefined);
    await answer(opened, options);
    const end = (): void => {
      flow.close();
      opened.reset(TCP_RESET_CANCELLED);
    };
    // The stream carries no bytes, so any result of a read means its end.
    opened.read().then(end, end);
    return {
      send: (bytes) => flow.send(bytes),
      closed: opened.closed.then(() => flow.close()),
      close: end,
    };
  } catch (error) {
    flow.close();
    stream?.reset(TCP_RESET_CANCELLED);
    throw openingError(error);
  }
}

async function answer(stream: OutgoingStream, { clock, signal, onWaiting }: RemoteAssociationOptions): Promise<void> {
  let release: () => void = () => undefined;
  const noMore = new Promise<never>((_, reject) => {
    const late = (): void => reject(new ForwardError('forward.timeout', 'the peer did not answer in time'));
    const abort = (): void => reject(new ForwardError('forward.cancelled', 'given up'));
    let timer = clock.setTimer(OPENING_LIMITS.open, late);
    stream.onWaiting = () => {
      timer.cancel();
      timer = clock.setTimer(OPENING_LIMITS.approval, late);
      onWaiting();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    release = () => {
      timer.cancel();
      stream.onWaiting = undefined;
      signal.removeEventListener('abort', abort);
    };
  });
  try {
    await Promise.race([stream.opened, noMore]);
  } finally {
    release();
  }
}
