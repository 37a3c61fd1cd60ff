import type { PeerId } from '#shared/identity/index.ts';
import type { PeerConnection } from './peer-connection.ts';

type Entry = { readonly connections: Map<string, PeerConnection>; outgoingRinging: number; incomingRinging: number };

/** Connections by device and id; a device without any has no entry. */
export class PeerConnectionIndex {
  readonly #entries = new Map<PeerId, Entry>();

  get(peer: PeerId, id: string): PeerConnection | undefined {
    return this.#entries.get(peer)?.connections.get(id);
  }

  of(peer: PeerId): PeerConnection[] {
    return [...(this.#entries.get(peer)?.connections.values() ?? [])];
  }

  outgoingRinging(peer: PeerId): number {
    return this.#entries.get(peer)?.outgoingRinging ?? 0;
  }

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
    const to = this.#entry(connection.target.peer);
    to.connections.set(connection.id, connection);
    to.incomingRinging += 1;
  }

  /** Decrements the ringing counts of both sides. */
  answered(connection: PeerConnection): void {
    this.#entry(connection.initiator.peer).outgoingRinging -= 1;
    this.#entry(connection.target.peer).incomingRinging -= 1;
  }

  delete(connection: PeerConnection): void {
    for (const { peer } of [connection.initiator, connection.target]) {
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
