import type { PeerId } from '#shared/identity/index.ts';
import { RelayClientError, type IncomingConnection, type RelayPort } from '../relay/index.ts';
import type { HandshakeReply } from '../links/index.ts';

/**
 * Relay as the links use it, held by `RelayConnection`. Passes calls to the client in use, and fails while there is none. Links live longer than
 * clients.
 */
export class RelaySlot implements RelayPort {
  onIncoming: ((incoming: IncomingConnection) => void) | undefined;
  /** Receives calls of guests, who are no peers. */
  onGuest: ((incoming: IncomingConnection) => void) | undefined;
  #client: RelayPort | undefined;
  #address = '';

  /** Switches to another client, or to none. The previous client delivers no more connections. */
  use(client: RelayPort | undefined): void {
    if (this.#client !== undefined) this.#client.onIncoming = undefined;
    this.#client = client;
    if (client === undefined) return;
    this.#address = client.address;
    client.onIncoming = (incoming) => {
      const receive = incoming.share === undefined ? this.onIncoming : this.onGuest;
      if (receive === undefined) incoming.refuse('refused');
      else receive(incoming);
    };
  }

  /** Address of the relay in use, or of the last one; empty before the first. */
  get address(): string {
    return this.#address;
  }

  isOnline(peerId: PeerId): boolean {
    return this.#client?.isOnline(peerId) ?? false;
  }

  async connect(to: PeerId, message1: Uint8Array, signal?: AbortSignal): Promise<HandshakeReply> {
    if (this.#client === undefined) throw new RelayClientError('relay.not-configured', 'no relay is configured');
    return await this.#client.connect(to, message1, signal);
  }
}
