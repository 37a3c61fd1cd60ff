import type { Connection } from './connection.ts';

/** What goes wrong on purpose. Without a connection, on all that are open. */
export class Faults {
  readonly #connections: () => Iterable<Connection>;

  constructor(connections: () => Iterable<Connection>) {
    this.#connections = connections;
  }

  /** Nothing is sent any more, though the sockets stay open; what would have been is kept. */
  stall(only?: Connection): void {
    for (const connection of this.#all(only)) {
      connection.stalled ??= [];
      connection.socket.pause();
    }
  }

  resume(only?: Connection): void {
    for (const connection of this.#all(only)) {
      const frames = connection.stalled ?? [];
      connection.stalled = undefined;
      connection.socket.resume();
      for (const frame of frames) connection.send(frame);
    }
  }

  /** The connection is lost without a close frame: 1006 at the client. */
  cut(only?: Connection): void {
    for (const connection of this.#all(only)) connection.socket.terminate();
  }

  close(code: number, reason: string, only?: Connection): void {
    for (const connection of this.#all(only)) connection.close(code, reason);
  }

  /** A message that is no frame. */
  garbage(text = '{"type":"res","id":', only?: Connection): void {
    for (const connection of this.#all(only)) connection.socket.send(text);
  }

  /** An event with so many characters of payload. */
  oversized(characters: number, only?: Connection): void {
    for (const connection of this.#all(only)) connection.event('health', { filler: 'x'.repeat(characters) });
  }

  /** The next event's number says that `missed` were lost. */
  gap(missed = 1, only?: Connection): void {
    for (const connection of this.#all(only)) connection.skip(missed);
  }

  /** Each frame is sent that many ms later; 0 ends it. */
  slow(delay: number, only?: Connection): void {
    for (const connection of this.#all(only)) connection.delay = delay;
  }

  #all(only: Connection | undefined): readonly Connection[] {
    return only === undefined ? [...this.#connections()] : [only];
  }
}
