import type { Socket } from 'node:net';
import type { OutboundConnection } from '../rules/index.ts';

/** Open TCP connections of one forward's proxy or bridge, in memory. They end when the forward stops. */
export class ActiveConnections {
  readonly #running = new Map<OutboundConnection, Promise<unknown>>();

  /**
   * Connects a client's socket to a connection at the upstream, until both have ended. Takes ownership of both.
   * @param head bytes already read from the socket
   */
  add(connected: OutboundConnection, socket: Socket, head?: Uint8Array): void {
    const { remote, meter, done } = connected;
    const running = remote.carry(socket, head === undefined ? { meter } : { head, meter }).catch(() => {
      // An error ends this connection only.
      remote.destroy();
      socket.destroy();
    });
    this.#running.set(connected, running);
    void running.finally(() => {
      this.#running.delete(connected);
      done();
    });
  }

  /** Resets all connections. Resolves when all have ended. */
  async end(): Promise<void> {
    for (const { remote } of this.#running.keys()) remote.destroy();
    await Promise.all(this.#running.values());
  }
}
