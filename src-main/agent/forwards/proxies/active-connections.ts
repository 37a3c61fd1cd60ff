import type { Socket } from 'node:net';
import type { OutboundConnection } from '../rules/index.ts';

/** Open connections of a forward; closed with it. */
export class ActiveConnections {
  readonly #running = new Map<OutboundConnection, Promise<unknown>>();

  /** Owns both from here. */
  add(connected: OutboundConnection, socket: Socket, head?: Uint8Array): void {
    const { far, meter, done } = connected;
    const running = far.carry(socket, head === undefined ? { meter } : { head, meter }).catch(() => {
      // It ends with that, and nothing else does.
      far.destroy();
      socket.destroy();
    });
    this.#running.set(connected, running);
    void running.finally(() => {
      this.#running.delete(connected);
      done();
    });
  }

  /** Ends all, as resets. */
  async end(): Promise<void> {
    for (const { far } of this.#running.keys()) far.destroy();
    await Promise.all(this.#running.values());
  }
}
