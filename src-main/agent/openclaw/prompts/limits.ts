/** Limits for peers' use of this device's gateways (docs/LIMITS.md). Times in ms. */
export type PromptLimits = Readonly<{
  /** Most streams at a time, of one peer and of all peers. */
  streamsPerPeer: number;
  streams: number;
  /** Most running prompts and workflows, of one peer and of all peers. */
  runsPerPeer: number;
  runs: number;
  /** Most requests of one peer: burst, then rate. */
  requests: Readonly<{ burst: number; perMinute: number }>;
  /** Longest time of a stream before its request, and after its answer. */
  request: number;
  rest: number;
  /** Longest wait for the confirmation of a restart. */
  confirm: number;
  /** Interval between heartbeats. */
  heartbeat: number;
}>;

/** Limits in use. */
export const PROMPT_LIMITS: PromptLimits = {
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

/** Longest wait, ms, for the gateway's connection: before a request, and when lost during an answer. */
export const GATEWAY_PATIENCE = { first: 30_000, again: 120_000 } as const;
/** Time limit of a gateway method called by a workflow, ms. */
export const METHOD_TIMEOUT = 10 * 60_000;
/** Most characters of a gateway's error text that are passed on. */
export const MOST_WORDS = 512;
