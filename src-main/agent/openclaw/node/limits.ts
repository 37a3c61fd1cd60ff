/** Limits for one gateway's use of this node (docs/LIMITS.md). Times in ms. */
export type NodeLimits = Readonly<{
  /** Most commands in progress at a time. */
  invokes: number;
  /** Most programs running at a time. */
  runs: number;
  /** Most runs that wait for the person at a time. */
  waiting: number;
  /** Most new questions to the person: burst, then rate. */
  questions: Readonly<{ burst: number; perMinute: number }>;
  /** Most inspections of runs, which read whole programs and files: burst, then rate. */
  inspections: Readonly<{ burst: number; perMinute: number }>;
  /** Most notifications: burst, then rate. */
  notices: Readonly<{ burst: number; perMinute: number }>;
  /** Most idempotency keys remembered, and most characters of the results stored with them. */
  keys: number;
  cachedResults: number;
  /** Most characters of a program's standard output and error together. */
  output: number;
  /** Time limit of a command that sets none, and the longest that it may set. */
  timeout: number;
  longestTimeout: number;
  /** Most finished runs that are still shown. */
  history: number;
}>;

/** Limits in use. */
export const NODE_LIMITS: NodeLimits = {
  invokes: 32,
  runs: 8,
  waiting: 8,
  questions: { burst: 32, perMinute: 12 },
  inspections: { burst: 128, perMinute: 300 },
  notices: { burst: 5, perMinute: 5 },
  keys: 1024,
  cachedResults: 1_000_000,
  output: 200_000,
  timeout: 30_000,
  longestTimeout: 3_600_000,
  history: 500,
};

/** Most characters of a command's parameters. */
export const MOST_PARAMS = 1_048_576;
/** Most characters of all arguments together; a person has to be able to read them. */
export const MOST_ARGUMENTS = 32_768;
/** Most characters of a command as shown; a longer one is rejected, not cut. */
export const MOST_COMMAND_TEXT = 65_536;
