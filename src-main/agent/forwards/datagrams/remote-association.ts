import type { Clock } from '#shared/clock.ts';
import { ForwardError, TCP_RESET_CANCELLED, type Target } from '#shared/forward/index.ts';
import type { OutgoingStream, Session } from '#shared/link/index.ts';
import { openingError, OPENING_LIMITS } from '../rules/index.ts';
import { flowsOf } from './flows.ts';

export type RemoteAssociationOptions = Readonly<{
  session: Session;
  clock: Clock;
  /** Target of all datagrams; without it each datagram begins with its target. */
  to?: Target | undefined;
  /** Seconds. */
  idle?: number | undefined;
  token?: string | undefined;
  signal: AbortSignal;
  onWaiting(): void;
  /** Gets what comes; a view that keeps its record in memory. */
  take(bytes: Uint8Array): void;
}>;

/** An association that stands at the peer. */
export interface RemoteAssociation {
  /** The bytes belong to the link from here. False when they are lost at once. */
  send(bytes: Uint8Array): boolean;
  /** Resolves when it has ended, by whoever. Never rejects. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens an association at the peer. @throws {ForwardError} one of `CONNECTION_CODES`, or a code of the way there */
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
    // It carries no bytes: whatever comes is its end.
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
      timer = clock.setTimer(OPENING_LIMITS.asked, late);
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
