/**
 * Schemas of links, paths and routes, part of what the calls for peers and terminals return. The agent's choice of paths uses the same names. Pure
 * data.
 */
import * as z from 'zod';

/** Kind of a path: direct, through the relay, or through hops (`via`). */
export const pathKind = z.enum(['direct', 'relay', 'via']);
export type LinkPathKind = z.infer<typeof pathKind>;

/** Path modes: the paths that a person allows for a peer. `auto` starts with the relay and moves to a direct path when one works. */
export const PATH_MODES = ['auto', 'direct-only', 'relay-only'] as const;
export const pathMode = z.enum(PATH_MODES);
export type PathMode = z.infer<typeof pathMode>;

/** Maximum number of hops in a route. */
export const MOST_HOPS = 4;

/** Reasons why a link isn't direct, or why its path changed. The locale catalogues have a text for each. */
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
  /** The path mode or hops that the person chose require another path. */
  'chosen',
  /** The other device chose another path; it reports no reason. */
  'peer-moved',
  /** The path was two hours old, or the machine woke from sleep: a new path of the same kind, with new keys, replaced it. */
  'renewed',
  /** A new connection of the same kind replaced the path before its keys were due for renewal. */
  'remade',
  /** The previous path was lost or stopped answering. */
  'lost',
  /** First path of the link. */
  'first',
] as const;
const pathReason = z.enum(PATH_REASONS);
export type PathReason = z.infer<typeof pathReason>;

/** Reasons why a link that isn't direct over TCP doesn't use UDP through the NATs either. */
export const UDP_REASONS = [
  /** UDP is being tried. */
  'trying',
  /** The UDP library is not installed, or not built for this machine. */
  'unavailable',
  /** This device takes no direct connections. */
  'off',
  /** The other device doesn't support UDP, or has it switched off. */
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

/** One change of path. `udp` is set for a direct path over UDP and undefined for TCP. */
const pathChange = z.strictObject({
  at: z.number().int(),
  path: pathKind.nullable(),
  udp: z.literal(true).optional(),
  reason: pathReason,
});
export type PathChange = z.infer<typeof pathChange>;

/** Hop of a path. `rtt` is its round trip in ms; `lost` says that the last attempt failed at this hop. */
const hopView = z.strictObject({ name: z.string(), rtt: z.number().nullable(), lost: z.boolean() });
export type LinkHop = z.infer<typeof hopView>;

/** Shortest round trips over UDP and through the relay, in ms, measured at the same time. */
const pathTimes = z.strictObject({ udp: z.number(), relay: z.number() });
export type PathTimes = z.infer<typeof pathTimes>;

/** State of the link to a peer, for the peer's entry in a window or the command line. Times are ms since 1970. */
export const linkView = z.strictObject({
  /** `doubtful`: the peer hasn't answered for 5 s. `reconnecting`: the link has no path, and its streams wait for one. */
  state: z.enum(['up', 'doubtful', 'reconnecting']),
  /** Beginning of this state. */
  since: z.number().int(),
  /** Time of the next attempt, in state `reconnecting`. */
  retryAt: z.number().int().nullable(),
  /** Names of the hops, if the path goes through hops; otherwise null. */
  via: z.string().nullable(),
  /** Hops that this device knows, beginning with the next one. */
  hops: z.array(hopView).max(MOST_HOPS),
  /** Reason why the link isn't direct; null on a direct path. */
  why: pathReason.nullable(),
  /** Set when the path in use is direct over UDP. */
  udp: z.literal(true).optional(),
  /** Reason why the link doesn't use UDP; undefined on a direct path, or if unknown. */
  whyNotUdp: udpReason.optional(),
  /** Measurements that decided between UDP and the relay; undefined if none were made. */
  times: pathTimes.optional(),
  /** Changes of path, newest last. */
  history: z.array(pathChange).max(20),
});
export type LinkState = z.infer<typeof linkView>;

/** State of the route through the hops that a person chose for a peer. */
export const routeStatus = z.strictObject({
  /** Name of the hop where a person is being asked to allow pass-through; null if none is. */
  asking: z.string().nullable(),
  /** Result of the newest finished attempt: an error code, and the names of the peers involved. */
  failure: z
    .strictObject({
      code: z.string(),
      hop: z.string().optional(),
      before: z.string().optional(),
      /** Time at which the hop went offline, if this device knows. */
      since: z.number().int().optional(),
      message: z.string(),
    })
    .nullable(),
});

/** Result of dialing one address directly. `wrong-answer`: another device or program answered. */
export const triedAddress = z.strictObject({
  address: z.string(),
  outcome: z.enum(['worked', 'refused', 'unreachable', 'no-answer', 'wrong-answer']),
});
export type TriedAddress = z.infer<typeof triedAddress>;
/** Maximum number of addresses reported for one attempt. */
export const MOST_TRIED = 16;

/** Path that a ping or a new terminal uses. `hops` has the round trips of the hops, if the path goes through any. */
export const pathView = z.strictObject({
  path: pathKind,
  /** Set when the path is direct over UDP. */
  udp: z.literal(true).optional(),
  address: z.string(),
  rtt: z.number(),
  hops: z.array(hopView).max(MOST_HOPS).optional(),
});
export type PathView = z.infer<typeof pathView>;
