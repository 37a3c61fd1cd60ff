/** Limits of the routes that features register with `RelayServer`. Sizes are bytes, times ms. */
export const HTTP_LIMITS = {
  /** Body of a request. The largest of the platform, a skill configuration, has a few KiB. */
  body: 64 * 1024,
  /** Time from the head of a request to the end of its body. */
  bodyTimeout: 10_000,
  /** Memory of all bodies until their requests are answered: 512 of the largest. */
  bodies: 32 * 1024 * 1024,
  /** The same for one address (IPv6: one /64), so that one sender can't use it up. */
  bodiesPerAddress: 2 * 1024 * 1024,
  /** Requests of one socket that wait for their turn; browsers send the next request after the answer. */
  pipelined: 8,
  /** Time in which a client must take some of its answer; it is dropped after one to two of them. */
  stallTimeout: 18_000,
  /** Bytes of an unread body that are dropped after the answer, so that the answer isn't lost to a reset connection. */
  lingerBytes: 1024 * 1024,
  /** Longest time of that. */
  lingerTimeout: 2000,
  /** Bytes that the client of a WebSocket may send before it has authenticated; a message is held in memory as a whole. */
  unauthenticatedBytes: 16 * 1024,
  /** Time for the client of a WebSocket to authenticate, unless the route has its own. */
  authenticationTimeout: 10_000,
  /** Interval of pings to WebSockets, and of comments to event streams. Below the idle limit of common proxies, 60 s. */
  pingInterval: 18_000,
  /** Pings without an answer after which the client of a WebSocket is dropped. */
  misses: 2,
  /** Time for the client of a WebSocket to answer a close message before it is dropped. */
  closeTimeout: 2000,
  /** Unsent bytes at which an event stream ends. A feature sets its own limit for its WebSockets. */
  streamBuffer: 1024 * 1024,
  /** Event streams at the same time. */
  streams: 4096,
  /** Time that running requests have when the relay stops. */
  settleTimeout: 2000,
} as const;

/** Limits as in `HTTP_LIMITS`; tests use smaller ones. */
export type HttpLimits = Readonly<{ [Name in keyof typeof HTTP_LIMITS]: number }>;
