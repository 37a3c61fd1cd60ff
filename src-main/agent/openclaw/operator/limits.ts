/** What a gateway may make this device keep and show. */
export type OperatorLimits = Readonly<{
  /** Requests that wait, of one gateway and of all; the same for runs on this machine. */
  waitingPerGateway: number;
  waiting: number;
  waitingRuns: number;
  /** Bytes of them as they are shown: all have to fit into one message to a user interface. */
  bytesPerGateway: number;
  bytes: number;
  bytesOfRuns: number;
  /** Bytes of one. */
  bytesOfOne: number;
  /** Decided ones that are kept. */
  history: number;
  /** The longest time for which a gateway may let something wait, ms. */
  lifetime: number;
  /** A request of a device lives so long after its last try, which nobody tells of, ms. */
  deviceLife: number;
  /** Pairing requests go without a word, so they are looked at again so often while there are any, ms. */
  lookAgain: number;
  /** Requests of a gateway that is away are kept so long, ms. */
  away: number;
  /** Two looks at a gateway's lists are at least so far apart, ms. */
  pace: number;
}>;

export const OPERATOR_LIMITS: OperatorLimits = {
  waitingPerGateway: 128,
  waiting: 384,
  waitingRuns: 128,
  bytesPerGateway: 256 * 1024,
  bytes: 640 * 1024,
  bytesOfRuns: 256 * 1024,
  bytesOfOne: 160 * 1024,
  history: 500,
  lifetime: 7 * 24 * 3_600_000,
  deviceLife: 5 * 60_000,
  lookAgain: 60_000,
  away: 10 * 60_000,
  pace: 2000,
};
