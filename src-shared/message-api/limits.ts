/** Limits of the local API for programs. All times are ms. */
export const MESSAGE_API_LIMITS = {
  /** Largest body of a request, bytes: a message's body of which every byte is escaped, and the other fields. */
  body: 2_097_152,
  /** Requests of one agent in a minute. */
  requests: 600,
  /** Requests of one agent that wait at once: long polls, streams of events, and messages that wait for an answer. */
  waiting: 32,
  /** Connections to each address. */
  connections: 256,
  /** Largest header of a request, bytes. */
  headers: 16_384,
  /** Longest time for the header of a request. */
  headerTime: 5000,
  /** Longest time for a request with its body. */
  requestTime: 10_000,
  /** Time after which a message that was handed out and not acknowledged comes again. */
  redelivery: 60_000,
  /** Messages of an answer, and messages that a stream of events hands out ahead of their acknowledgements. */
  messages: 100,
  /** IDs in one acknowledgement. */
  acknowledged: 100,
  /** Time between two comments on a stream of events. */
  ping: 15_000,
  /** Changes of states and files that are kept for streams that continue, of each agent. */
  states: 512,
  /** Longest `wait` of the inbox, s. */
  longestWait: 300,
  /** Longest `timeout` of a message, s, and the one unless it is given. */
  longestTimeout: 600,
  usualTimeout: 60,
  /** Time that the recipient of a message has to say that it doesn't have it, when it is taken back. */
  cancelTime: 10_000,
  /** Time that peers have to name their agents, and for which what they said counts. */
  peerTime: 3000,
  peersKept: 30_000,
} as const;
