import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { ForeignLimits } from '#shared/foreign/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { SignUpMode } from '#shared/platform/index.ts';
import type { ForeignRates } from './foreign/index.ts';
import type { HubLimits, RateLimits } from './limits/index.ts';
import type { PageSource, PageState } from './site/index.ts';
import type { PlainLimits, PlainRates, ReleaseSource } from './plain/index.ts';

/** TLS mode of connections to the relay. Contents are end-to-end encrypted in every mode. */
export type RelayTls =
  /** The relay creates and stores its own certificate; clients pin its key. */
  | Readonly<{ mode: 'own' }>
  /** Plain sockets: on loopback, or behind a proxy that terminates TLS. */
  | Readonly<{ mode: 'off' }>
  /** Paths of PEM files, which `reloadCertificate` reads again. */
  | Readonly<{ mode: 'files'; certificate: string; key: string }>;

/** Modes of admission of new devices. */
export type AdmissionMode = 'token' | 'open' | 'accounts';

/** Options of accounts at the relay, and of everything that needs them. */
export type AccountsOptions = Readonly<{
  /** Default `invited`. */
  signUp?: SignUpMode;
  /**
   * Mail server as `smtp://user:password@host:587` or `smtps://…`, and the sender of the mails. Undefined for a relay that sends no mail: owners of projects
   * and the operator hand links over.
   */
  mail?: Readonly<{ url: string; from: string }>;
  /** True to serve the documented protocol of PrivaClaw, whose terminals the relay can read, to projects that allow it. Default false. */
  plainProtocol?: boolean;
  /** Signed releases from which connectors are installed; those of the build by default. */
  releases?: ReleaseSource;
  /** Limits and rates of the documented protocol that replace the usual ones. */
  plainLimits?: Partial<PlainLimits>;
  plainRates?: Partial<PlainRates>;
  /** Limits and rates of foreign instances that replace the usual ones. */
  foreignLimits?: Partial<ForeignLimits>;
  foreignRates?: Partial<ForeignRates>;
  /** Key of stored skill configurations and of the keys of foreign instances, 32 bytes in base64url, that replaces the generated one; not written to disk. */
  sealKey?: string;
}>;

/** Options of `startRelay`, from the command line or a program that embeds the relay. */
export type RelayOptions = Readonly<{
  /** Directory of database, relay key, certificate and admission token; created with mode 0700. */
  dataDirectory: string;
  /** Host and port. Without a host all addresses, IPv6 and IPv4; port 0 for a free one; default port 7474. */
  listen?: Readonly<{ host?: string; port: number }>;
  /** Default `own`. */
  tls?: RelayTls;
  /** URLs under which clients reach this relay through a proxy or another name: `https://relay.example`, `wss://…:7474`. */
  publicUrls?: readonly string[];
  /** True to believe `X-Forwarded-For` of a proxy on a loopback or private address. */
  trustProxy?: boolean;
  /**
   * Devices that may connect without an enrolment: those that hold the token (default), or all; with `accounts`, which needs accounts, none: a device
   * comes in by an enrol ticket of an account or by an enrolment.
   */
  admission?: AdmissionMode;
  /** Token that replaces the generated one; at least 8 characters, not written to disk. */
  admissionToken?: string;
  /** Bearer token that may read /metrics from anywhere; undefined for programs of this machine only. */
  metricsToken?: string;
  /** UDP port on which devices learn their public address (STUN); undefined for the number of the TCP port. */
  stun?: number | 'off';
  /** Accounts and the API that needs them; undefined switches them off, and then none of their code is loaded. */
  accounts?: AccountsOptions;
  /**
   * Page for browsers; undefined for none, and then none of its code is loaded. Folder, version and keys are those of the build unless tests name others.
   */
  page?: Partial<PageSource>;
  logger?: Logger;
  clock?: Clock;
  crypto?: CryptoBackend;
  limits?: Partial<HubLimits>;
  rates?: Partial<RateLimits>;
  /** Longest time that `close` waits for connections in use, ms; default 5000. */
  drainTimeout?: number;
  /** Tells clients at the end that the relay may come back soon; the default. Otherwise they say at once that it can't be reached. */
  announceRestart?: boolean;
}>;

/** Started relay, and the facts that clients need. */
export type RunningRelay = Readonly<{
  /** TCP port. */
  port: number;
  /** UDP port that answers STUN requests; undefined if there is none. */
  stunPort: number | undefined;
  /** `host:port` under which this relay can be dialed, best first. */
  authorities: readonly string[];
  /** The same as URLs, `wss://` or `ws://`. */
  urls: readonly string[];
  /** URL for this machine: `ws://127.0.0.1:PORT` or `wss://127.0.0.1:PORT`. */
  url: string;
  /** Ed25519 public key, 32 bytes. */
  relayKey: Uint8Array;
  /** Short text form of the key's SHA-256, for people to compare. */
  keyId: string;
  /** Admission token; undefined if there is none. */
  admissionToken: string | undefined;
  /** SHA-256 of the certificate's public key (SPKI), 32 bytes; undefined when this process does not terminate TLS. */
  tlsPin: Uint8Array | undefined;
  /**
   * Link by which the first account signs up, while accounts are on and there is none: `link` right after it was made, and always the file that has it.
   */
  firstAccount?: Readonly<{ path: string; link: string | undefined }> | undefined;
  /** Page for browsers, or the reason why it isn't served; undefined if none was asked for. */
  page?: PageState | undefined;
  /** Reads the certificate files again; open connections continue. */
  reloadCertificate(): Promise<void>;
  /**
   * Stops accepting, waits at most `drain` ms for connections in use, then ends everything. Tells every client before that the relay may come back,
   * unless `announceRestart` is false here or in the relay's options. Idempotent.
   */
  close(options?: Readonly<{ drain?: number; announceRestart?: boolean }>): Promise<void>;
}>;
