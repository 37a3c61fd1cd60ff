/** Limits for the requests that gateways make this device keep and show. */
export type OperatorLimits = Readonly<{
  /** Most waiting requests, of one gateway and of all gateways; `waitingRuns`: most waiting runs on this machine. */
  waitingPerGateway: number;
  waiting: number;
  waitingRuns: number;
  /** Most bytes of the waiting requests as shown, likewise; all have to fit into one message to a user interface. */
  bytesPerGateway: number;
  bytes: number;
  bytesOfRuns: number;
  /** Most bytes of one request. */
  bytesOfOne: number;
  /** Most decided requests in the history. */
  history: number;
  /** Longest lifetime of a request, ms. */
  lifetime: number;
  /** Lifetime of a device's request after its last attempt, which isn't announced, ms. */
  deviceLife: number;
  /** Interval at which lists with pairing requests are read again, ms; their end isn't announced. */
  refreshInterval: number;
  /** Time that a disconnected gateway's requests stay, ms. */
  away: number;
  /** Shortest time between two reads of a gateway's lists, ms. */
  pace: number;
}>;

/** Limits in use. */
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
  refreshInterval: 60_000,
  away: 10 * 60_000,
  pace: 2000,
};
