import type { PeerId } from '#shared/identity/index.ts';
import type { PeerConnection } from './peer-connection.ts';

type Entry = { readonly connections: Map<string, PeerConnection>; outgoingRinging: number; incomingRinging: number };

/**
 * Index of the connections between devices, by peer ID and connection ID, with the counts that `PeerConnections` compares with its limits. Touches
 * memory only.
 */
export class PeerConnectionIndex {
  readonly #entries = new Map<PeerId, Entry>();

  get(peer: PeerId, id: string): PeerConnection | undefined {
    return this.#entries.get(peer)?.connections.get(id);
  }

  /** Lists the connections of a device. */
  of(peer: PeerId): PeerConnection[] {
    return [...(this.#entries.get(peer)?.connections.values() ?? [])];
  }

  /** Returns the number of connections that a device has requested and that are not answered yet. */
  outgoingRinging(peer: PeerId): number {
    return this.#entries.get(peer)?.outgoingRinging ?? 0;
  }

  /** Returns the number of connections that other devices have requested with a device and that it has not answered yet. */
  incomingRinging(peer: PeerId): number {
    return this.#entries.get(peer)?.incomingRinging ?? 0;
  }

  /** Returns the number of accepted connections of a device. */
  accepted(peer: PeerId): number {
    const entry = this.#entries.get(peer);
    return entry === undefined ? 0 : entry.connections.size - entry.outgoingRinging - entry.incomingRinging;
  }

  /** Adds a connection that is ringing. */
  add(connection: PeerConnection): void {
    const from = this.#entry(connection.initiator.peer);
    from.connections.set(connection.id, connection);
    from.outgoingRinging += 1;
    const to = this.#entry(connection.responder.peer);
    to.connections.set(connection.id, connection);
    to.incomingRinging += 1;
  }

  /** Counts a connection as no longer ringing. Must precede `delete` for one that ends while it rings. */
  answered(connection: PeerConnection): void {
    this.#entry(connection.initiator.peer).outgoingRinging -= 1;
    this.#entry(connection.responder.peer).incomingRinging -= 1;
  }

  delete(connection: PeerConnection): void {
    for (const { peer } of [connection.initiator, connection.responder]) {
      const entry = this.#entries.get(peer);
      entry?.connections.delete(connection.id);
      if (entry?.connections.size === 0) this.#entries.delete(peer);
    }
  }

  #entry(peer: PeerId): Entry {
    const known = this.#entries.get(peer);
    if (known !== undefined) return known;
    const made: Entry = { connections: new Map(), outgoingRinging: 0, incomingRinging: 0 };
    this.#entries.set(peer, made);
    return made;
  }
}
