import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { HubLimits, RateLimits } from './limits/index.ts';

/** TLS mode of connections to the relay. Contents are end-to-end encrypted in any mode. */
export type RelayTls =
  /** The relay makes and keeps its own certificate; clients pin its key. */
  | Readonly<{ mode: 'own' }>
  /** Plain sockets: on loopback, or behind a proxy that terminates TLS. */
  | Readonly<{ mode: 'off' }>
  /** PEM files; read again on `reloadCertificate`. */
  | Readonly<{ mode: 'files'; certificate: string; key: string }>;

export type RelayOptions = Readonly<{
  /** Database, relay key, certificate and admission token; created with mode 0700. */
  dataDirectory: string;
  /** Without a host all addresses, IPv6 and IPv4. Port 0 takes a free one; 7474 by default. */
  listen?: Readonly<{ host?: string; port: number }>;
  /** `own` by default. */
  tls?: RelayTls;
  /** Addresses under which clients reach this relay through a proxy or another name: `https://relay.example`, `wss://…:7474`. */
  publicUrls?: readonly string[];
  /** Believes `X-Forwarded-For` of a proxy on a loopback or private address. */
  trustProxy?: boolean;
  /** Devices that may join without an enrolment: those of token holders (default), or all. */
  admission?: 'token' | 'open';
  /** Token that replaces the generated one; at least 8 characters, not written to disk. */
  admissionToken?: string;
  /** `Authorization: Bearer …` that may read /metrics from anywhere; without it loopback only. */
  metricsToken?: string;
  /** UDP port on which devices learn their public address (STUN); without it the number of `listen`. */
  stun?: number | 'off';
  logger?: Logger;
  clock?: Clock;
  crypto?: CryptoBackend;
  limits?: Partial<HubLimits>;
  rates?: Partial<RateLimits>;
  /** Longest time that `close` waits for connections in use, ms; 5 000 by default. */
  drainTimeout?: number;
}>;

export type RunningRelay = Readonly<{
  port: number;
  /** UDP port that answers STUN requests; undefined if there is none. */
  stunPort: number | undefined;
  /** `host:port` under which this relay can be dialled, best first. */
  authorities: readonly string[];
  /** The same as URLs, `wss://` or `ws://`. */
  urls: readonly string[];
  /** URL for this machine: `ws://127.0.0.1:PORT` or `wss://127.0.0.1:PORT`. */
  url: string;
  /** Ed25519 public key, 32 bytes. */
  relayKey: Uint8Array;
  /** Short text form of the key's SHA-256, for people to compare. */
  keyId: string;
  /** Admission token; undefined if admission is open. */
  admissionToken: string | undefined;
  /** SHA-256 of the certificate's public key (SPKI), 32 bytes; undefined when this process does not terminate TLS. */
  tlsPin: Uint8Array | undefined;
  /** Reads the certificate files again; open connections continue. */
  reloadCertificate(): Promise<void>;
  /** Notifies every client, stops accepting, waits at most `drain` ms for connections in use, then ends everything. Idempotent. */
  close(options?: Readonly<{ drain?: number }>): Promise<void>;
}>;
