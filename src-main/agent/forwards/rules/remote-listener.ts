import { errorCode } from '#shared/errors.ts';
import { TCP_RESET_CANCELLED } from '#shared/forward/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { LinkConnection } from './link-connection.ts';
import type { RemoteConnection, RemoteListener } from './upstream.ts';

/** Deliverer of connections that arrive at this device's listeners on peers; implemented by `AwaitedConnections` in the folder `streams`. */
export interface AwaitedStreams {
  /**
   * Registers a listener on a peer.
   * @param listener id of the listener's control stream in the session
   * @param take called with each incoming stream, not accepted yet, and the address of the client there, `ip:port`
   * @returns function that unregisters the listener; further streams are refused
   */
  expect(session: Session, listener: number, take: (stream: IncomingStream, source: string) => void): () => void;
}

/**
 * Prepares for the connections of a listener on a peer, for `LinkUpstream`. Must be called right after its control stream was opened, since a connection may arrive
 * together with the peer's answer.
 * @param stream control stream of the listener
 * @returns function to call with the port once the peer has answered; it returns the listener
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

/**
 * Reads the control stream until the peer ends or resets it, which means that the port is closed. The peer has no reason to send bytes; if it does,
 * the stream is reset.
 */
async function readToEnd(stream: LinkStream): Promise<void> {
  try {
    if ((await stream.read()) === null) void stream.end().catch(() => undefined);
    else stream.reset(TCP_RESET_CANCELLED);
  } catch {
    // The reason is reported by `closed`.
  }
}
