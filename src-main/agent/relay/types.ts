import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RelayDialer } from '#node/sockets/index.ts';

/** Address, pin and credentials for one relay. */
export type RelayClientConfig = Readonly<{
  /** `wss://host[:port]`, or `ws://` to this machine (elsewhere with `insecure`). */
  url: string;
  insecure?: boolean;
  /** Ed25519 key the relay must have, 32 bytes. Without it the first one that answers is reported to `onRelayKey`. */
  relayKeyPin?: Uint8Array;
  /** SHA-256 of the SPKI its TLS certificate must have, 32 bytes; replaces the check by public authorities. */
  tlsPin?: Uint8Array;
  /** Admission token of the relay, asked for at each hello. */
  admission?: () => string | undefined;
  /** Enrolments by inviters, encoded, asked for at each hello; at most 8 are shown. */
  enrolments?: () => readonly Uint8Array[];
}>;

export type RelayClientOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  config: RelayClientConfig;
  /** Uniform in [0, 1), for the jitter of retries; from `crypto` by default. */
  random?: () => number;
  /** The longest wait for another try, ms, asked for before each; 30 s by default. */
  longestWait?: () => number;
  /** Shown in the relay's own lists, such as `clawreach/0.1.0`. */
  software?: string;
  /** The key of a relay that had no pin, proved by its welcome: pin it. Called once per client, before `online`. */
  onRelayKey?: (relayKey: Uint8Array) => void;
}>;

/** A project of the relay and this device's role in it. `id` is 16 bytes, hexadecimal. */
export type ProjectMembership = Readonly<{ id: string; role: 'owner' | 'member' | 'pending' }>;

/**
 * A connection requested by a peer. Exactly one of `accept` and `refuse` counts; without either it ends after 25 s,
 * before the relay gives up at 30.
 */
export type IncomingConnection = Readonly<{
  from: PeerId;
  message1: Uint8Array;
  /** Accepts the connection. The channel works at once; it reports `closed` with an error when the data connection fails. */
  accept(message2: Uint8Array): ByteChannel;
  refuse(reason: 'refused' | 'busy'): void;
  /** Aborted when the other side gave up, time ran out or the relay is gone. */
  cancelled: AbortSignal;
}>;

/** The relay, as the links need it. `RelayClient` implements it; tests replace it. */
export interface RelayPort {
  /** `host:port` of the relay, for people. */
  readonly address: string;
  isOnline(peerId: PeerId): boolean;
  /**
   * Asks the relay for a connection and message 1 to be carried along.
   * @throws {RelayClientError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `relay.aborted`
   */
  connect(
    to: PeerId,
    message1: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Readonly<{ message2: Uint8Array; channel: ByteChannel }>>;
  onIncoming: ((incoming: IncomingConnection) => void) | undefined;
}
