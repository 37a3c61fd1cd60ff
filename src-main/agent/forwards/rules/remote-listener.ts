import { errorCode } from '#shared/errors.ts';
import { TCP_RESET_CANCELLED } from '#shared/forward/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { LinkConnection } from './link-connection.ts';
import type { RemoteConnection, RemoteListener } from './types.ts';

/** Receives the connections that arrive at this device's listener on a peer. */
export interface AwaitedStreams {
  /**
   * @param listener id of the control stream of that session
   * @param take gets each connection, not accepted yet, and who made it, `ip:port`
   * @returns ends it: later ones are refused
   */
  expect(session: Session, listener: number, take: (stream: IncomingStream, source: string) => void): () => void;
}

/**
 * Expects connections for the listener that a control stream asks for; to be called right after the stream was opened, since a connection may
 * come right behind the answer.
 * @returns to be called with the port when the peer has answered: the listener
 */
export function awaitConnections(
  awaited: AwaitedStreams,
  session: Session,
  stream: LinkStream,
  onConnection: (connection: RemoteConnection, source: string) => void,
): (port: number) => RemoteListener {
  const stopExpecting = awaited.expect(session, stream.id, (incoming, source) => {
    onConnection(new LinkConnection(incoming.accept({}), null), source);
  });
  let closedHere = false;
  const closed = stream.closed.then((end) => {
    stopExpecting();
    if (closedHere) return undefined;
    return end === 'finished' ? 'forward.listener-closed' : errorCode(end);
  });
  return (port) => {
    void readToEnd(stream);
    return {
      port,
      closed,
      close: () => {
        closedHere = true;
        stopExpecting();
        stream.reset(TCP_RESET_CANCELLED);
      },
    };
  };
}

/** The other side ends its direction, or resets, when the port is gone; bytes it has no reason to send. */
async function readToEnd(stream: LinkStream): Promise<void> {
  try {
    if ((await stream.read()) === null) void stream.end().catch(() => undefined);
    else stream.reset(TCP_RESET_CANCELLED);
  } catch {
    // `closed` tells why.
  }
}
