import { RELAY_LIMITS } from '#shared/relay-api/index.ts';

/** `burst` at once, then `perSecond`. */
export type Rate = Readonly<{ burst: number; perSecond: number }>;

/** Bounds of one relay process. Sizes are bytes, times milliseconds. */
export const RELAY_PROCESS_LIMITS = {
  ...RELAY_LIMITS,
  /** Sockets that have not proven anything yet, in total: 20 000 × some 15 KiB is what a flood can cost. */
  unauthenticated: 20_000,
  /** The same from one address (IPv6: one /64). Room for an office behind one address after a relay restart. */
  unauthenticatedPerAddress: 512,
  /** Devices online at one time. */
  devices: 50_000,
  /** Members of one project; presence costs grow with its square. */
  membersPerProject: 1000,
  /** Projects a device may be a member of: as many as `welcome` can carry. */
  projectsPerDevice: 64,
  /** Connects of one device that nobody has answered yet. */
  pendingPerDevice: 32,
  /** Connects towards one device that it has not answered yet. */
  pendingTowardsDevice: 64,
  mailboxes: 10_000,
  /** A joiner may stay that long: pairing is a matter of seconds once the code is typed. */
  joinerLife: 3 * 60_000,
  /** Joiners at one time: nobody admits them, so their number alone bounds what strangers cost. */
  joiners: 5000,
  /** Unsent bytes on one control connection before it is closed: several of the largest bursts a client is sent at once. */
  controlBuffer: 256 * 1024,
  /** One message of the WebSocket form of a data connection: it is held in memory as a whole. */
  linkMessage: 1024 * 1024,
  /** After one side of a link ended, the other side may take that long to read what is left. */
  lingerTimeout: 10_000,
  /** Rows of the session history, and their age. */
  sessionRows: 20_000,
  sessionAge: 30 * 24 * 3_600_000,
} as const;

export type HubLimits = Readonly<{ [Name in keyof typeof RELAY_PROCESS_LIMITS]: number }>;

/** Token buckets. "Address" is an IPv4 address or an IPv6 /64. */
export const DEFAULT_RATES = {
  /** New sockets of one address, half a millisecond of work each: an office behind one address is back at once after a restart. */
  connectionsPerAddress: { burst: 2000, perSecond: 200 },
  /** What is told politely why it may not connect, of one address; beyond it a plain 429 is all the answer. */
  politenessPerAddress: { burst: 200, perSecond: 20 },
  /** Hellos that failed, of one address: each costs two signature checks. */
  failuresPerAddress: { burst: 60, perSecond: 1 },
  /** Control messages of one device, other than early data. */
  messagesPerDevice: { burst: 2000, perSecond: 200 },
  connectsPerDevice: { burst: 500, perSecond: 50 },
  connectsPerProject: { burst: 2000, perSecond: 200 },
  earlyBytesPerDevice: { burst: 4 * 1024 * 1024, perSecond: 1024 * 1024 },
  earlyBytesPerProject: { burst: 32 * 1024 * 1024, perSecond: 8 * 1024 * 1024 },
  mailboxOpensPerDevice: { burst: 20, perSecond: 1 / 6 },
  mailboxOpensPerProject: { burst: 100, perSecond: 1 },
  /** Joiners of one address: at most 120 of them are here at one time. */
  joinersPerAddress: { burst: 60, perSecond: 1 / 3 },
  /** Devices that found a project of their own at a relay open to all, of one address: each leaves rows behind for good. */
  foundersPerAddress: { burst: 100, perSecond: 1 / 60 },
  /** Claims, right or wrong, of one address. */
  mailboxClaimsPerAddress: { burst: 40, perSecond: 1 / 3 },
  /** Claims of a nameplate that does not exist, of one address: at this pace a stranger hits one of ten open codes after years. */
  mailboxFailuresPerAddress: { burst: 10, perSecond: 1 / 60 },
  /** STUN answers to one address: a device asks a handful of times for each path, an office has many. */
  stunPerAddress: { burst: 60, perSecond: 10 },
  /** The same in all: what a flood with forged senders gets out of this relay, some 100 KB/s. */
  stunInAll: { burst: 2000, perSecond: 2000 },
} as const satisfies Record<string, Rate>;

export type RateLimits = Readonly<{ [Name in keyof typeof DEFAULT_RATES]: Rate }>;
