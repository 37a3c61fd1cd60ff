import { socketOwner, type SocketOwner, type UdpAddress, type UdpSocket } from '#node/forwarding/index.ts';
import { formatIp, parseIp, readEndpoint } from '#shared/forward/index.ts';
import type { UdpAssociationOptions } from '../proxies/index.ts';
import type { ClientAssociation } from './client-association.ts';
import { DATAGRAM_LIMITS } from './limits.ts';

/** RSV, RSV, FRAG: before what travels between the peers (RFC 1928 section 7). */
const HEAD = Uint8Array.of(0, 0, 0);

/** Finds the process or user whose socket sends from an address. */
export type OwnerOf = (protocol: 'tcp' | 'udp', at: UdpAddress, farPort?: number) => Promise<SocketOwner>;

type ClientOptions = Pick<UdpAssociationOptions, 'clientAddress' | 'clientPort' | 'proxyPort' | 'expected'>;

/**
 * The program at the near end: one address and one port, nobody else's datagrams are taken. The port is the one that it named; or else the first
 * that sends from its address, on this machine as the same user as the connection that asked.
 */
export class SocksClient {
  readonly #options: ClientOptions;
  readonly #address: string;
  readonly #ownerOf: OwnerOf;
  /** Datagrams by source port, from ports that may be the client's. */
  readonly #candidates = new Map<number, Uint8Array[]>();
  #isChecking = false;
  #source: UdpAddress | undefined;
  #port: UdpSocket | undefined;
  #association: Pick<ClientAssociation, 'push'> | undefined;

  constructor(options: ClientOptions, ownerOf: OwnerOf = socketOwner) {
    this.#options = options;
    this.#address = unmappedAddress(options.clientAddress);
    this.#ownerOf = ownerOf;
  }

  start(port: UdpSocket, association: Pick<ClientAssociation, 'push'>): void {
    this.#port = port;
    this.#association = association;
  }

  readonly receive = (bytes: Uint8Array, from: UdpAddress): void => {
    if (unmappedAddress(from.address) !== this.#address) return;
    const known = this.#source?.port ?? this.#options.expected?.port;
    if (known !== undefined && from.port !== known) return;
    // Fragments are dropped, as RFC 1928 lets those who do not join them; so is what says no place.
    if (bytes[2] !== 0 || readEndpoint(bytes.subarray(HEAD.length)) === undefined) return;
    if (known === undefined) {
      this.#consider(bytes, from);
      return;
    }
    this.#source ??= from;
    this.#association?.push(bytes.subarray(HEAD.length));
  };

  readonly deliver = (bytes: Uint8Array): void => {
    // The peer says where it came from; what does not say so is nothing a program could read.
    if (this.#source === undefined || readEndpoint(bytes) === undefined) return;
    this.#port?.send([HEAD, bytes], this.#source);
  };

  #consider(bytes: Uint8Array, from: UdpAddress): void {
    if (!isLoopback(this.#address)) {
      this.#source = from;
      this.#association?.push(bytes.subarray(HEAD.length));
      return;
    }
    const waiting = this.#candidates.get(from.port) ?? [];
    if (waiting.length >= DATAGRAM_LIMITS.heldDatagrams) return;
    if (waiting.length === 0 && this.#candidates.size >= DATAGRAM_LIMITS.candidates) return;
    waiting.push(bytes);
    this.#candidates.set(from.port, waiting);
    if (!this.#isChecking) void this.#choose(from.address);
  }

  /** Looks at those that have sent, in turn, until one of them is the client. */
  async #choose(address: string): Promise<void> {
    this.#isChecking = true;
    for (const [port, waiting] of this.#candidates) {
      if (await this.#isClient(port)) {
        this.#source = { address, port };
        for (const bytes of waiting) this.#association?.push(bytes.subarray(HEAD.length));
        this.#candidates.clear();
        break;
      }
      this.#candidates.delete(port);
    }
    this.#isChecking = false;
  }

  /** Reports whether the port belongs to the client, whose control connection is known. If the system doesn't tell, the first sender is trusted. */
  async #isClient(port: number): Promise<boolean> {
    const { clientPort, proxyPort } = this.#options;
    const asker = await this.#ownerOf('tcp', { address: this.#address, port: clientPort }, proxyPort);
    if (typeof asker !== 'number') return true;
    const sender = await this.#ownerOf('udp', { address: this.#address, port });
    return sender === asker || sender === 'unknown';
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** An IPv4 address that came as IPv6 is the IPv4 address. */
export function unmappedAddress(address: string): string {
  const ip = parseIp(address);
  return ip === undefined ? address : formatIp(ip);
}
