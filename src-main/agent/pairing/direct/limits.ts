/** Limits of pairing over direct connections, see docs/LIMITS.md, "Pairing without a relay". Milliseconds unless stated otherwise. */
export const DIRECT_PAIRING_LIMITS = {
  /** Time from the answered claim to the joiner's hello. */
  hello: 5000,
  /** Claims that were answered and wait for a hello, for one invitation: in total, and of one address. */
  waiting: 8,
  waitingPerAddress: 2,
  /** Claims that are looked at: the number at once and the number added per second, of one address and of all. */
  each: { burst: 8, perSecond: 1 },
  all: { burst: 32, perSecond: 8 },
  /** Messages from the other side in one pairing. */
  messages: 8,
  /** Time for which a joiner without a relay looks for its inviter in the local network. */
  search: 6000,
  /** The same if the joiner has a relay, which is asked next. */
  searchBeforeRelay: 700,
  /** Interval at which the search asks the network again. */
  askAgain: 1500,
  /** Time after the first answer in which another machine may answer for the same code. */
  settle: 500,
  /** Machines that are dialed for one code: at once, and in all. */
  dialed: 8,
  dialedInAll: 64,
  /** Time between the dials of a machine's addresses, as in RFC 8305. */
  stagger: 250,
  /** Longest lookup of a machine's name, and the number of its addresses that are dialed. */
  lookup: 5000,
  namedAddresses: 4,
} as const;
