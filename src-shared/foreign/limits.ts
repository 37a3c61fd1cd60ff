/** Limits of messages between foreign instances, used by the relay. Sizes are bytes, times ms. */
export const FOREIGN_LIMITS = {
  /** Body of a request, and message on `/api/v1/ws`. */
  body: 64 * 1024,
  /** Greatest difference between the time in a request and that of the relay. */
  clockSkew: 300_000,
  /** Time for which an instance can't use a nonce again: a request counts from `clockSkew` before its time to `clockSkew` after it. */
  nonceLife: 600_000,
  /** Nonces that the relay remembers for all instances. */
  nonces: 500_000,
  /** Time for the recipient's receipt. */
  receipt: 10_000,
  /** Messages of one instance that wait for a receipt, and those that wait for its own. */
  inFlight: 1024 * 1024,
  /** The same, as a number of messages. */
  messagesInFlight: 1000,
  /** Messages of all instances that wait for a receipt. */
  inFlightTotal: 64 * 1024 * 1024,
  /** Unsent bytes at which the connection of an instance is closed with 1013. */
  unsent: 4 * 1024 * 1024,
  /** Time for the register on `/api/v1/ws`. */
  registration: 10_000,
  /** Bytes that a WebSocket may send before its register counts. */
  strangerBytes: 16 * 1024,
  /** Agents that an instance names. */
  agents: 64,
  /** Instances of a project. */
  instances: 100,
  /** Interval at which connections are compared with the database, so that a removed instance or an old key ends. */
  recheck: 5000,
  /** Shortest time between two notes in the database that an instance was heard. */
  heard: 60_000,
} as const;

/** Limits as in `FOREIGN_LIMITS`; tests use smaller ones. */
export type ForeignLimits = Readonly<{ [Name in keyof typeof FOREIGN_LIMITS]: number }>;
