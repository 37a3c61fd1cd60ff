import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Target } from '#shared/forward/index.ts';

/** Counts what one connection carries; `in` comes from the far side. */
export interface Meter {
  in(bytes: number): void;
  out(bytes: number): void;
}

/** End of a carried connection: finished in both directions, or cut by either side. */
export type ForwardEnd = 'finished' | 'reset';

/** The far end of one connection: a stream of a link, or a channel of SSH. */
export interface RemoteConnection {
  /** Address that the remote side connected to, `ip:port`, if it said so. */
  readonly address: string | null;
  /**
   * Carries a connection there and back: its bytes, the end of each direction, and a reset as a reset. Owns both from here.
   * @param head Bytes that were already read from the socket and belong to the far side.
   * @returns when both directions are done; never rejects
   */
  carry(near: Socket, options: Readonly<{ head?: Uint8Array; meter: Meter }>): Promise<ForwardEnd>;
  /** The same as a stream of Node, for programs that speak on it themselves; instead of `carry`. */
  toDuplex(meter: Meter): Duplex;
  /** Ends it at once, as a reset. */
  destroy(): void;
}

/** A port that was opened at the far side for us. */
export interface RemoteListener {
  readonly port: number;
  /** Resolves when it is gone, with a code of `ERROR_TEXTS` unless we closed it. */
  readonly closed: Promise<string | undefined>;
  close(): void;
}

/** Upstream of a forward's connections: a peer's link, or an SSH server. */
export interface Upstream {
  /**
   * @param options.onWaiting Called when a person at the far side is being asked.
   * @throws {ForwardError} one of `CONNECTION_CODES`, or a code of the way there (`peer.*`, `link.*`, `ssh.*`)
   */
  connect(
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<RemoteConnection>;
  /** Listens at the far side; every connection there is given with who made it, `ip:port`. @throws {ForwardError} as `connect` */
  listen(
    place: Readonly<{ host: string; port: number }>,
    onConnection: (connection: RemoteConnection, source: string) => void,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<RemoteListener>;
}
