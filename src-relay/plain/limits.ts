import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { Rate } from '../limits/index.ts';

/** Limits of the documented protocol. Sizes are bytes, times ms. */
export const PLAIN_LIMITS = {
  /** Message on `/connect` or `/session`. A connector sends 5.5 KiB at a time; a browser may paste more. */
  message: 1024 * 1024,
  /** Everything that a socket may send before it is authenticated; beyond, it is dropped. */
  strangerBytes: 32 * 1024,
  /** Messages of a connector that wait for the check of its hello. */
  waitingMessages: 32,
  /** Time for `hello` and `auth`. */
  authentication: 10_000,
  /** Unsent bytes at which a viewer is closed with 1013. */
  viewerBuffer: 4 * 1024 * 1024,
  /** Unsent bytes to a connector at which the relay stops reading those who type there, and at which it reads them again. */
  connectorHigh: 1024 * 1024,
  connectorLow: 256 * 1024,
  /** Messages that a connector may get again before the relay reads those who type there. */
  connectorPause: 100,
  /** Unsent bytes at which a connector is closed. No one gets it there: the relay stops reading at `connectorHigh`. */
  connectorBuffer: 64 * 1024 * 1024,
  /** Interval at which the relay looks whether a connector has caught up. */
  catchUp: 20,
  /** Time after `auth_ok` in which a viewer may send `session_start` itself. */
  startDelay: 2000,
  /** Time for a connector to answer `session_start`, or `resize` with `probe`, before another `session_start` is passed on. */
  startAnswer: 3000,
  /** Time without a viewer after which a session ends. */
  sessionIdle: 30 * 60_000,
  viewersPerSession: 16,
  /** Active sessions of one account, and of one device. */
  sessionsPerAccount: 64,
  sessionsPerDevice: 128,
  /** Rows of ended sessions, and their age. */
  sessionRows: 20_000,
  sessionAge: 90 * 24 * 3_600_000,
  pairingCode: PLATFORM_LIMITS.plainCode,
  terminalToken: PLATFORM_LIMITS.terminalToken,
  /** Terminal tokens that wait at the same time. */
  terminalTokens: 10_000,
  devices: PLATFORM_LIMITS.plainDevices,
  /** Requests to one node, and of one account, at the same time. */
  requestsPerNode: 16,
  requestsPerAccount: 16,
  /** Silence of a node after which a request fails. */
  nodeSilence: 5 * 60_000,
  /** Characters of one answer, and those of it that its reader hasn't taken yet. */
  nodeAnswer: 16 * 1024 * 1024,
  nodeQueue: 1024 * 1024,
  /** Interval at which open connections are checked against the database. */
  recheck: 5000,
  /** Interval at which sessions without viewers and old rows are looked for. */
  sweep: 60_000,
} as const;

/** Limits as in `PLAIN_LIMITS`; tests use smaller ones. */
export type PlainLimits = Readonly<{ [Name in keyof typeof PLAIN_LIMITS]: number }>;

/** Rate limits of the documented protocol. An "address" is an IPv4 address or an IPv6 /64. */
export const PLAIN_RATES = {
  /** Messages to one connector, which closes the connection at several times as many. A person makes at most a hundred in a second. */
  messagesToConnector: { burst: 1000, perSecond: 500 },
  /** Pairing codes that one address tries, right or wrong. */
  pairingsPerAddress: { burst: 10, perSecond: 10 / 900 },
  /** Answers of `download-connector` to one address. */
  downloadsPerAddress: { burst: 60, perSecond: 1 },
  /** Sessions that one account starts. */
  startsPerAccount: { burst: 60, perSecond: 1 },
  /** Requests of one account to nodes. */
  requestsPerAccount: { burst: 60, perSecond: 1 },
  /** Invitations by one account. */
  invitationsPerAccount: { burst: 20, perSecond: 1 / 60 },
} as const satisfies Record<string, Rate>;

/** Rate limits as in `PLAIN_RATES`. */
export type PlainRates = Readonly<{ [Name in keyof typeof PLAIN_RATES]: Rate }>;
