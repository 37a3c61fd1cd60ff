import { RELAY_LIMITS } from '#shared/relay-api/index.ts';

/** Rate limit: `burst` at once, then `perSecond`. */
export type Rate = Readonly<{ burst: number; perSecond: number }>;

/** Default limits of one relay process; options of `startRelay` can replace each. Sizes are in bytes, times in milliseconds. */
export const RELAY_PROCESS_LIMITS = {
  ...RELAY_LIMITS,
  /** Unauthenticated sockets in total. A flood uses at most 20 000 × about 15 KiB. */
  unauthenticated: 20_000,
  /** Unauthenticated sockets of one address (IPv6: one /64); enough for an office behind one address after a relay restart. */
  unauthenticatedPerAddress: 512,
  /** Devices online at the same time. */
  devices: 50_000,
  /** Members of one project. The cost of presence grows with the square of this number. */
  membersPerProject: 1000,
  /** Browsers that one member of a project admits there; the owner of the project has its whole room. */
  membersPerAccount: 100,
  /** Projects of a device; `welcome` can't carry more. */
  projectsPerDevice: 64,
  /** Connection requests of one device that wait for an answer. */
  pendingPerDevice: 32,
  /** Connection requests to one device that wait for its answer. */
  pendingTowardsDevice: 64,
  /** Pairing mailboxes at the same time. */
  mailboxes: 10_000,
  /** Time that a joiner may stay connected. Pairing takes seconds once the code is typed. */
  joinerLife: 3 * 60_000,
  /** Joiners at the same time. They need no admission, so only their number limits the cost of strangers. */
  joiners: 5000,
  /** Open shares of one device, and of all. */
  sharesPerDevice: 16,
  shares: 10_000,
  /** Guests of one share that are connected, let in or waiting; and of all shares. They need no admission. */
  guestsPerShare: 32,
  guests: 5000,
  /** Unsent bytes at which a control connection is dropped: several of the largest bursts. */
  controlBuffer: 256 * 1024,
  /** Unsent bytes of a control connection above which messages of other devices to it are refused; it keeps room for everything else. */
  messageBuffer: 128 * 1024,
  /** Largest message of a data connection over WebSocket; the library holds a message in memory as a whole. */
  linkMessage: 1024 * 1024,
  /** Time for one side to read the rest after the other side has ended. */
  lingerTimeout: 10_000,
  /** Rows of the session history. */
  sessionRows: 20_000,
  /** Age of the oldest row in the session history. */
  sessionAge: 30 * 24 * 3_600_000,
} as const;

/** Limits of a relay, as in `RELAY_PROCESS_LIMITS`. */
export type HubLimits = Readonly<{ [Name in keyof typeof RELAY_PROCESS_LIMITS]: number }>;

/** Default rate limits; options of `startRelay` can replace each. An "address" is an IPv4 address or an IPv6 /64. */
export const DEFAULT_RATES = {
  /** New sockets of one address, each half a millisecond of work. An office behind one address reconnects all devices at once after a restart. */
  connectionsPerAddress: { burst: 2000, perSecond: 200 },
  /** Requests of one address to routes of features, whatever they ask for; each feature has tighter rates for what is costly or secret. */
  requestsPerAddress: { burst: 600, perSecond: 60 },
  /** Rejected sockets of one address that get the reason; others get a plain 429. */
  politenessPerAddress: { burst: 200, perSecond: 20 },
  /** Failed hellos of one address; each costs two signature checks. */
  failuresPerAddress: { burst: 60, perSecond: 1 },
  /** Control messages of one device, other than early data. */
  messagesPerDevice: { burst: 2000, perSecond: 200 },
  connectsPerDevice: { burst: 500, perSecond: 50 },
  connectsPerProject: { burst: 2000, perSecond: 200 },
  earlyBytesPerDevice: { burst: 4 * 1024 * 1024, perSecond: 1024 * 1024 },
  earlyBytesPerProject: { burst: 32 * 1024 * 1024, perSecond: 8 * 1024 * 1024 },
  /** Bytes of messages that one device sends to others. */
  messageBytesPerDevice: { burst: 1024 * 1024, perSecond: 128 * 1024 },
  messageBytesPerProject: { burst: 8 * 1024 * 1024, perSecond: 1024 * 1024 },
  mailboxOpensPerDevice: { burst: 20, perSecond: 1 / 6 },
  mailboxOpensPerProject: { burst: 100, perSecond: 1 },
  /** New joiners of one address; at most 120 of them are online at the same time. */
  joinersPerAddress: { burst: 60, perSecond: 1 / 3 },
  /** Guests of one address; each costs a signature check. */
  guestsPerAddress: { burst: 20, perSecond: 1 / 3 },
  shareOpensPerDevice: { burst: 40, perSecond: 1 / 6 },
  /** Requests to be added, of one device and of all devices of an account. */
  addRequestsPerDevice: { burst: 3, perSecond: 1 / 200 },
  addRequestsPerAccount: { burst: 10, perSecond: 1 / 120 },
  /** Calls of all guests of a share. */
  connectsPerShare: { burst: 60, perSecond: 1 },
  /** New projects of one address at an open relay; each leaves permanent rows. */
  foundersPerAddress: { burst: 100, perSecond: 1 / 60 },
  /** Mailbox claims of one address, successful or not. */
  mailboxClaimsPerAddress: { burst: 40, perSecond: 1 / 3 },
  /** Failed mailbox claims of one address. At this rate a stranger needs years to hit one of ten open codes. */
  mailboxFailuresPerAddress: { burst: 10, perSecond: 1 / 60 },
  /** STUN answers to one address. A device asks a few times for each path, and an office has many devices. */
  stunPerAddress: { burst: 60, perSecond: 10 },
  /** STUN answers in total, which limits a flood with forged senders to some 100 KB/s. */
  stunInAll: { burst: 2000, perSecond: 2000 },
} as const satisfies Record<string, Rate>;

/** Rate limits of a relay, as in `DEFAULT_RATES`. */
export type RateLimits = Readonly<{ [Name in keyof typeof DEFAULT_RATES]: Rate }>;
