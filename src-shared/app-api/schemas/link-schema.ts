import * as z from 'zod';

/** State of a link to a peer, with reasons. Times are ms since 1970 unless said otherwise. */

/** Kind of a path: direct, through the relay, or through hops. */
export const pathKind = z.enum(['direct', 'relay', 'via']);
export type LinkPathKind = z.infer<typeof pathKind>;

/** Paths that a person allows for a peer. `auto`: the relay at once, direct as soon as it is proven. */
export const PATH_MODES = ['auto', 'direct-only', 'relay-only'] as const;
export const pathMode = z.enum(PATH_MODES);
export type PathMode = z.infer<typeof pathMode>;

/** Most hops of a route. */
export const MOST_HOPS = 4;

/** Reason why a link isn't direct, or why its path changed; the catalogues have the texts. */
export const PATH_REASONS = [
  /** A direct path is being tried. */
  'trying',
  /** The person allows the relay only. */
  'relay-only',
  /** No device takes connections at an address that the other can dial. */
  'no-address',
  /** No answer at the dialed addresses: a firewall, or another network. */
  'no-answer',
  /** Something else answered there. */
  'wrong-answer',
  /** The direct path was just lost; retried later. */
  'cooling',
  /** The new path is better than the previous one. */
  'better',
  /** UDP and relay were both measured, and this one was clearly faster. */
  'faster',
  /** The person's allowed paths or hops demand another one. */
  'chosen',
  /** The other device decides and has moved to another path; it gives no reason. */
  'peer-moved',
  /** The path was in use for two hours, or the machine woke: replaced by one of the same kind with new keys. */
  'renewed',
  /** A new connection of the same kind replaced the path before its keys had to be renewed. */
  'remade',
  /** The previous path was lost or stopped answering. */
  'lost',
  /** First path of the link. */
  'first',
] as const;
const pathReason = z.enum(PATH_REASONS);
export type PathReason = z.infer<typeof pathReason>;

/** Reason why a link that isn't direct doesn't use UDP through both NATs either. */
export const UDP_REASONS = [
  /** UDP is being tried. */
  'trying',
  /** The library for UDP is not installed, or not built for this machine. */
  'unavailable',
  /** This device takes no direct connections. */
  'off',
  /** The other device can't or doesn't want to. */
  'peer',
  /** No way through: symmetric NATs, or a network that blocks UDP. */
  'no-answer',
  /** The UDP connection was just lost; retried later. */
  'cooling',
  /** UDP works, but the relay is clearly faster. */
  'slower',
] as const;
const udpReason = z.enum(UDP_REASONS);
export type UdpReason = z.infer<typeof udpReason>;

/** Change of path. `udp`: direct over UDP; left out for TCP. */
const pathChange = z.strictObject({
  at: z.number().int(),
  path: pathKind.nullable(),
  udp: z.literal(true).optional(),
  reason: pathReason,
});
export type PathChange = z.infer<typeof pathChange>;

/** Hop of a path. `rtt`: its round trip, ms. `lost`: the last attempt failed because of it. */
const hopView = z.strictObject({ name: z.string(), rtt: z.number().nullable(), lost: z.boolean() });
export type LinkHop = z.infer<typeof hopView>;

/** Least round trips over UDP and through the relay, measured in parallel, ms. */
const pathTimes = z.strictObject({ udp: z.number(), relay: z.number() });
export type PathTimes = z.infer<typeof pathTimes>;

export const linkView = z.strictObject({
  /** `doubtful`: an answer is missing; `reconnecting`: without a path, streams wait for the next one. */
  state: z.enum(['up', 'doubtful', 'reconnecting']),
  /** Beginning of this state. */
  since: z.number().int(),
  /** Time of the next attempt, in state `reconnecting`. */
  retryAt: z.number().int().nullable(),
  /** Names of the hops of a path `via`; null on others. */
  via: z.string().nullable(),
  /** Hops that this end knows, in order from here. */
  hops: z.array(hopView).max(MOST_HOPS),
  /** Reason why it isn't direct; null on a direct path. */
  why: pathReason.nullable(),
  /** Set when the path in use is direct over UDP. */
  udp: z.literal(true).optional(),
  /** Reason against UDP; left out on a direct path and where it is unknown. */
  whyNotUdp: udpReason.optional(),
  /** Measurements that decided between UDP and the relay; left out on other paths and without measurements. */
  times: pathTimes.optional(),
  /** Newest last, at most 20. */
  history: z.array(pathChange).max(20),
});
export type LinkState = z.infer<typeof linkView>;

export const routeStatus = z.strictObject({
  /** Name of the hop whose person is asked for pass-through. */
  asking: z.string().nullable(),
  /** Result of the newest finished attempt: an error code, and the names of the peers involved. */
  failure: z
    .strictObject({
      code: z.string(),
      hop: z.string().optional(),
      before: z.string().optional(),
      /** Beginning of the hop's absence, as far as this device knows; otherwise left out. */
      since: z.number().int().optional(),
      message: z.string(),
    })
    .nullable(),
});

/** Result of dialing one address. `wrong-answer`: something other than the peer answered. */
export const triedAddress = z.strictObject({
  address: z.string(),
  outcome: z.enum(['worked', 'refused', 'unreachable', 'no-answer', 'wrong-answer']),
});
export type TriedAddress = z.infer<typeof triedAddress>;
/** Most addresses reported for one attempt. */
export const MOST_TRIED = 16;

/** Path of a call's answer. `hops`: the round trips of hops on a path `via`. */
export const pathView = z.strictObject({
  path: pathKind,
  /** Set when the path is direct over UDP. */
  udp: z.literal(true).optional(),
  address: z.string(),
  rtt: z.number(),
  hops: z.array(hopView).max(MOST_HOPS).optional(),
});
export type PathView = z.infer<typeof pathView>;
