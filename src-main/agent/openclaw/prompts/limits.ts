/** What peers can make grow here (docs/LIMITS.md). Times in ms. */
export type RemoteLimits = Readonly<{
  /** Streams at a time, of a peer and of all. */
  streamsPerPeer: number;
  streams: number;
  /** Prompts and workflows that run at a time, of a peer and of all. */
  runsPerPeer: number;
  runs: number;
  /** Requests: so many at once, then so many a minute. */
  requests: Readonly<{ burst: number; perMinute: number }>;
  /** How long a stream may stand without its request, and how long after the answer. */
  request: number;
  rest: number;
  /** How long a restart waits for its confirmation. */
  confirm: number;
  /** Between two heartbeats. */
  heartbeat: number;
}>;

export const REMOTE_LIMITS: RemoteLimits = {
  streamsPerPeer: 16,
  streams: 128,
  runsPerPeer: 4,
  runs: 16,
  requests: { burst: 30, perMinute: 60 },
  request: 10_000,
  rest: 10_000,
  confirm: 120_000,
  heartbeat: 15_000,
};

/** A connection to the gateway that is to be there, and one that comes back in the middle of an answer. */
export const GATEWAY_PATIENCE = { first: 30_000, again: 120_000 } as const;
/** A method of a gateway that a workflow calls. */
export const METHOD_TIMEOUT = 10 * 60_000;
/** Characters of a gateway's own words that are passed on. */
export const MOST_WORDS = 512;
