import { socketOwner, type SocketOwner, type UdpAddress, type UdpSocket } from '#node/forwarding/index.ts';
import { formatIp, isLoopbackHost, parseIp, readEndpoint } from '#shared/forward/index.ts';
import type { UdpAssociationOptions } from '../proxies/index.ts';
import type { ClientAssociation } from './client-association.ts';
import { DATAGRAM_LIMITS } from './limits.ts';

/** RSV and FRAG fields, which precede the address in datagrams between client and proxy (RFC 1928 section 7). */
const HEAD = Uint8Array.of(0, 0, 0);

/** Function that finds the user who owns a local socket, by the socket's address and, for TCP, its remote port. */
export type OwnerOf = (protocol: 'tcp' | 'udp', at: UdpAddress, remotePort?: number) => Promise<SocketOwner>;

type ClientOptions = Pick<UdpAssociationOptions, 'clientAddress' | 'clientPort' | 'proxyPort' | 'expected'>;

/**
 * Local client of a UDP association; accepts datagrams from one address and port only. The port is the one that the client named, if it named one.
 * Otherwise, for a client on another machine, it is the first one that sends. For a client on this machine (loopback) it is the first one whose owner
 * is the user of the client's TCP connection, or the first one that sends if that user isn't known, as on any system but Linux. Reads /proc/net for
 * that through `socketOwner`. One per association, created by `SocksAssociations`.
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

  /** Starts passing datagrams between the client and the association. */
  start(port: UdpSocket, association: Pick<ClientAssociation, 'push'>): void {
    this.#port = port;
    this.#association = association;
  }

  /** Handles a datagram that arrived at the local port. */
  readonly receive = (bytes: Uint8Array, from: UdpAddress): void => {
    if (unmappedAddress(from.address) !== this.#address) return;
    const known = this.#source?.port ?? this.#options.expected?.port;
    if (known !== undefined && from.port !== known) return;
    // Drop fragments, as RFC 1928 allows, and datagrams without a valid destination.
    if (bytes[2] !== 0 || readEndpoint(bytes.subarray(HEAD.length)) === undefined) return;
    if (known === undefined) {
      this.#consider(bytes, from);
      return;
    }
    this.#source ??= from;
    this.#association?.push(bytes.subarray(HEAD.length));
  };

  /** Sends an answer from the association to the client. */
  readonly deliver = (bytes: Uint8Array): void => {
    // The peer prefixes each answer with its source; without it the client could not read the answer.
    if (this.#source === undefined || readEndpoint(bytes) === undefined) return;
    this.#port?.send([HEAD, bytes], this.#source);
  };

  #consider(bytes: Uint8Array, from: UdpAddress): void {
    if (!isLoopbackHost(this.#address)) {
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

  /** Examines the source ports seen so far in turn, until one of them belongs to the client. */
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

  /** Reports whether a source port belongs to the client. If the client's user isn't known, the first sender is trusted. */
  async #isClient(port: number): Promise<boolean> {
    const { clientPort, proxyPort } = this.#options;
    const owner = await this.#ownerOf('tcp', { address: this.#address, port: clientPort }, proxyPort);
    if (typeof owner !== 'number') return true;
    const sender = await this.#ownerOf('udp', { address: this.#address, port });
    return sender === owner || sender === 'unknown';
  }
}

/** Returns IPv4 for an IPv4-mapped address, other IP addresses in canonical form, and any other text unchanged. Pure. */
export function unmappedAddress(address: string): string {
  const ip = parseIp(address);
  return ip === undefined ? address : formatIp(ip);
}
