import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Target } from '#shared/forward/index.ts';

/** Byte counter of one connection; `in` counts bytes from the target, `out` bytes to it. */
export interface Meter {
  in(bytes: number): void;
  out(bytes: number): void;
}

/** End of a carried connection: finished in both directions, or cut by either side. */
export type ForwardEnd = 'finished' | 'reset';

/** Connection to a target, as the upstream provides it: a stream of a link, or a channel of SSH. Use either `carry` or `toDuplex`. */
export interface RemoteConnection {
  /** Address that the upstream connected to, `ip:port`; null if it didn't report one. */
  readonly address: string | null;
  /**
   * Joins the connection to a socket: copies bytes both ways, passes on the end of each direction, and a reset as a reset. Takes ownership of both.
   * @param options.head bytes already read from the socket, sent first
   * @returns how the connection ended, once both directions are done; never rejects
   */
  carry(socket: Socket, options: Readonly<{ head?: Uint8Array; meter: Meter }>): Promise<ForwardEnd>;
  /** Returns the connection as a Node.js stream, for code that reads and writes it directly. */
  toDuplex(meter: Meter): Duplex;
  /** Closes the connection at once, with a reset. */
  destroy(): void;
}

/** Port that a peer or SSH server has opened for this device. */
export interface RemoteListener {
  readonly port: number;
  /** Resolves when the port is closed, with an error code unless `close` was called. */
  readonly closed: Promise<string | undefined>;
  close(): void;
}

/** Maker of a forward's connections: a peer's link, or an SSH server. */
export interface Upstream {
  /**
   * Opens a connection to a target.
   * @param options.onWaiting called when a person at the peer is being asked for permission
   * @throws {ForwardError} one of `CONNECTION_CODES`, or a code of the upstream (`peer.*`, `link.*`, `ssh.*`)
   */
  connect(
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<RemoteConnection>;
  /**
   * Opens a port at the upstream. Each connection to it is passed to `onConnection`, with the address of the client there, `ip:port`.
   * @throws {ForwardError} as `connect`
   */
  listen(
    address: Readonly<{ host: string; port: number }>,
    onConnection: (connection: RemoteConnection, source: string) => void,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<RemoteListener>;
}
