import { createSocket, type Socket } from 'node:dgram';
import { lanInterfaces } from './lan-interfaces.ts';
import { DiscoveryError } from './errors.ts';
import type { LanSocket, LanSocketOptions, LanSockets } from './types.ts';

const GROUP = '224.0.0.251';
const MDNS_PORT = 5353;
/** Largest packet that is read, bytes (RFC 6762 section 17); larger ones are dropped. */
const LARGEST_PACKET = 9000;

/**
 * Returns the factory of the multicast DNS sockets (RFC 6762, UDP port 5353, IPv4) with which the agent finds peers in its LAN. Opens none itself.
 * The sockets share the port with the system's own multicast DNS service.
 */
export function createLanSockets(): LanSockets {
  return {
    interfaces: lanInterfaces,
    open: async (options) => new MulticastSocket(await bind(), options),
  };
}

function bind(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const refuse = (cause: Error): void => {
      socket.close();
      reject(new DiscoveryError('discovery.port', 'the port of multicast DNS cannot be had', { cause }));
    };
    socket.once('error', refuse);
    socket.bind({ port: MDNS_PORT, exclusive: true }, () => {
      socket.off('error', refuse);
      socket.unref();
      resolve(socket);
    });
  });
}

class MulticastSocket implements LanSocket {
  readonly #socket: Socket;
  #joined: readonly string[] = [];
  /** Last packet being sent. Packets are sent one after the other, because the outgoing interface is a setting of the socket. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(socket: Socket, { onPacket, onBroken }: LanSocketOptions) {
    this.#socket = socket;
    socket.on('message', (packet, { address, port }) => {
      if (!this.#closed && packet.length <= LARGEST_PACKET) onPacket(packet, { address, port });
    });
    socket.on('error', () => {
      if (this.#closed) return;
      this.close();
      onBroken();
    });
  }

  join(addresses: readonly string[]): void {
    if (this.#closed) return;
    for (const address of this.#joined)
      if (!addresses.includes(address)) this.#try(() => this.#socket.dropMembership(GROUP, address));
    for (const address of addresses)
      if (!this.#joined.includes(address)) this.#try(() => this.#socket.addMembership(GROUP, address));
    this.#joined = [...addresses];
  }

  send(packet: Uint8Array, from: string): Promise<boolean> {
    const sent = this.#last.then(() => this.#send(packet, from));
    this.#last = sent;
    return sent;
  }

  close(): void {
    if (this.#closed) return;
    // Packets already queued are still sent.
    this.#closed = true;
    void this.#last.finally(() => this.#socket.close());
  }

  #send(packet: Uint8Array, from: string): Promise<boolean> {
    return new Promise((resolve) => {
      const begun = this.#try(() => {
        this.#socket.setMulticastInterface(from);
        this.#socket.setMulticastTTL(255);
        this.#socket.send(packet, MDNS_PORT, GROUP, (error) => resolve(error === null));
      });
      if (!begun) resolve(false);
    });
  }

  /** Runs an action and reports whether it succeeded. An interface may just have disappeared or lack multicast; the others still work. */
  #try(action: () => void): boolean {
    try {
      action();
      return true;
    } catch {
      return false;
    }
  }
}
