import type { PeerSystem } from '#shared/app-api/index.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';

/** Ticket of an account, which makes this device a member of a project: ID (16 bytes) and secret (32 bytes). Valid once, for some minutes. */
export type EnrolTicket = Readonly<{ id: Uint8Array; secret: Uint8Array }>;

/** Address, pins and credentials for one relay. */
export type RelayClientConfig = Readonly<{
  /** `wss://host[:port]`, or `ws://` to a relay on this machine. */
  url: string;
  /** True to allow `ws://` to other machines too. */
  insecure?: boolean;
  /** Ed25519 key that the relay must have, 32 bytes; undefined: the first key is reported to `onRelayKey`. */
  relayKeyPin?: Uint8Array;
  /** SHA-256 of the TLS key that the relay's certificate must have, 32 bytes. Replaces the check by certificate authorities. */
  tlsPin?: Uint8Array;
  /** Returns the admission token. Called at each connection of an agent to a relay that requires a token. */
  admission?: () => string | undefined;
  /** Returns the enrolments of this device, encoded. Called at each connection; at most 8 are sent. */
  enrolments?: () => readonly Uint8Array[];
  /** Returns a ticket, as long as it was not used. Called at each connection; relays before version 3 of the protocol don't get it. */
  enrolTicket?: () => EnrolTicket | undefined;
}>;

/** Dependencies of `RelayClient` and of its control connection. */
export type RelayClientOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  config: RelayClientConfig;
  /** Role of this device; default `agent`. A web page is a `browser`. */
  role?: 'agent' | 'browser';
  /** ID of the share that this device wants to reach as a guest. */
  share?: string;
  /** Returns random numbers, uniform in [0, 1), for the jitter of retries; undefined: from `crypto`. */
  random?: () => number;
  /** Returns the longest pause before a retry, ms. Called before each; default 30 s. */
  longestWait?: () => number;
  /** Software version that the relay shows in its lists, such as `clawreach/0.1.0`. */
  software?: string;
  /** Called once with the key of a relay that had no pin, so that it is pinned. The relay's welcome has proved the key. */
  onRelayKey?: (relayKey: Uint8Array) => void;
}>;

/** Project at the relay and this device's role in it: `pending` until a person has compared the pairing words. `id`: 16 bytes, hexadecimal. */
export type ProjectMembership = Readonly<{ id: string; role: 'owner' | 'member' | 'pending' }>;

/**
 * Connection that a peer requests over the relay. The receiver calls `accept` or `refuse`; only the first call counts. If neither is called within
 * 25 s, the request fails.
 */
export type IncomingConnection = Readonly<{
  from: PeerId;
  message1: Uint8Array;
  /** ID of the share of this device whose guest calls, as the relay says; undefined for a device of a common project. */
  share?: string | undefined;
  /** Accepts the connection. The channel works at once; it closes with an error if the data connection fails. */
  accept(message2: Uint8Array): ByteChannel;
  refuse(reason: 'refused' | 'busy'): void;
  /** Aborted when the peer gives up, the 25 s are over or the control connection is lost. */
  cancelled: AbortSignal;
}>;

/** Body that another device has sent through the relay. The relay vouches for `from`; nothing else does. */
export type RelayedMessage = Readonly<{ from: string; body: Uint8Array }>;

/** Request of a browser to be added, as the relay passes it on. All but `from` is said by the browser or the relay, and proven by nothing. */
export type AddRequest = Readonly<{ from: PeerId; account: string; name: string; system: PeerSystem }>;

/** Relay's report that a device was removed from a project of this device. `at`: time of the removal at the relay, ms since 1970. */
export type LeftReport = Readonly<{ peerId: PeerId; at: number }>;

/** Relay as the links use it. Implemented by `RelayClient` and by `RelaySlot`, which passes calls to the client in use. */
export interface RelayPort {
  /** `host:port` of the relay, shown to people. */
  readonly address: string;
  /** Reports whether the relay lists the peer as online. */
  isOnline(peerId: PeerId): boolean;
  /**
   * Connects to a peer through the relay and sends message 1.
   * @throws {RelayClientError} `relay.refused.<reason>`, `relay.not-configured`, `relay.not-connected`, `relay.no-answer`, `relay.closed`,
   *   `relay.aborted`
   */
  connect(
    to: PeerId,
    message1: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Readonly<{ message2: Uint8Array; channel: ByteChannel }>>;
  onIncoming: ((incoming: IncomingConnection) => void) | undefined;
}
