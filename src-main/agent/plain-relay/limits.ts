/** Limits for plain relays (docs/LIMITS.md). Sizes in bytes, times in ms. The relay can send anything, at any speed. */
export type PlainRelayLimits = Readonly<{
  /** Most relays in this profile. */
  relays: number;
  /** Most sessions of one relay, including those that wait for an approval. */
  sessions: number;
  /** Input of one session that its program hasn't taken; more is dropped, and the relay is told. */
  input: number;
  /** Output that the relay hasn't taken above which sessions send nothing more, so that their programs wait. */
  output: number;
  /** Messages that the relay hasn't taken, above which the connection is closed. */
  waiting: number;
  /** Messages of the relay: burst, then rate; more close the connection. */
  messages: Readonly<{ burst: number; perSecond: number }>;
  /** Time in which a session without a connection, or one that the relay hasn't mentioned since a reconnection, is kept. */
  unwatched: number;
  /** Most requests to OpenClaw at a time. */
  requests: number;
  /** Time from an open connection to `hello_ok`. */
  hello: number;
  /** Interval between pings, and silence after which the connection counts as lost. */
  ping: number;
  silence: number;
  /** Interval between heartbeats of a node. */
  heartbeat: number;
}>;

export const PLAIN_RELAY_LIMITS: PlainRelayLimits = {
  relays: 8,
  sessions: 32,
  input: 1024 * 1024,
  output: 256 * 1024,
  waiting: 4 * 1024 * 1024,
  messages: { burst: 5000, perSecond: 1000 },
  unwatched: 600_000,
  requests: 16,
  hello: 10_000,
  ping: 20_000,
  silence: 45_000,
  heartbeat: 15_000,
};
