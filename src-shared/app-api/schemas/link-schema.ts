import * as z from 'zod';

/** How a link to a peer runs, and why so. Times are milliseconds since 1970 unless said otherwise. */

/** Where a link runs: straight to the peer, through the relay, or through another peer. */
export const pathKind = z.enum(['direct', 'relay', 'via']);
export type LinkPathKind = z.infer<typeof pathKind>;

/** Which paths a person lets a link to a peer take. `auto`: the relay at once, direct as soon as that is proven. */
export const PATH_MODES = ['auto', 'direct-only', 'relay-only'] as const;
export const pathMode = z.enum(PATH_MODES);
export type PathMode = z.infer<typeof pathMode>;

/** Peers in between, one after the other. */
export const MOST_HOPS = 4;

/** Why a link does not run directly, or why its path changed; the texts are in the catalogues of the user interfaces. */
export const PATH_REASONS = [
  /** A direct path is being tried. */
  'trying',
  /** The person wants the relay only. */
  'relay-only',
  /** Neither device takes connections, or none has an address that the other could dial. */
  'no-address',
  /** The addresses were dialled and nobody answered: a firewall, or another network. */
  'no-answer',
  /** Something else answered there. */
  'wrong-answer',
  /** The direct path was lost a moment ago; it is tried again later. */
  'cooling',
  /** It was the best path there was. */
  'better',
  /** Between UDP and the relay: both were measured, and it was clearly faster than the one before. */
  'faster',
  /** What the person allows, or the peer they named to go through, is another one. */
  'chosen',
  /** The other device, which decides, moved to another path; it does not say why. */
  'peer-moved',
  /** The path had served two hours, or the machine woke: a new one of the same kind, with new keys. */
  'renewed',
  /** A new connection of the same kind took the place of the one before, sooner than its keys had to be renewed. */
  'remade',
  /** The path before was lost, or did not answer any more. */
  'lost',
  /** The first path of the link. */
  'first',
] as const;
const pathReason = z.enum(PATH_REASONS);
export type PathReason = z.infer<typeof pathReason>;

/** Why a link that is not direct does not run over UDP either, through both sides' NATs. */
export const UDP_REASONS = [
  /** It is being tried. */
  'trying',
  /** What it needs is not installed here, or not made for this machine. */
  'unavailable',
  /** This device takes no direct connections. */
  'off',
  /** The other device cannot, or does not want to. */
  'peer',
  /** No way through: NATs that give each connection another port, or a network that lets no UDP pass. */
  'no-answer',
  /** The connection over UDP was lost a moment ago; it is tried again later. */
  'cooling',
  /** It works, and the relay answers clearly sooner. */
  'slower',
] as const;
const udpReason = z.enum(UDP_REASONS);
export type UdpReason = z.infer<typeof udpReason>;

/** `udp`: a direct path over UDP; left out for one over TCP. */
const pathChange = z.strictObject({
  at: z.number().int(),
  path: pathKind.nullable(),
  udp: z.literal(true).optional(),
  reason: pathReason,
});
export type PathChange = z.infer<typeof pathChange>;

/** A peer in between. `rtt`: until it answers, ms. `lost`: the last try to go this way ended for want of it. */
const hopView = z.strictObject({ name: z.string(), rtt: z.number().nullable(), lost: z.boolean() });
export type LinkHop = z.infer<typeof hopView>;

/** Least round trips over UDP and through the relay, measured beside each other, ms. */
const pathTimes = z.strictObject({ udp: z.number(), relay: z.number() });
export type PathTimes = z.infer<typeof pathTimes>;

export const linkView = z.strictObject({
  /** `doubtful`: no answer for a moment; `reconnecting`: there is no path, streams wait for the next one. */
  state: z.enum(['up', 'doubtful', 'reconnecting']),
  /** When this state began. */
  since: z.number().int(),
  /** When the next try is due, in state `reconnecting`. */
  retryAt: z.number().int().nullable(),
  /** Name of the peer in between, on a path `via`; of several, all names. */
  via: z.string().nullable(),
  /** The peers in between that this end knows of, in order from here. */
  hops: z.array(hopView).max(MOST_HOPS),
  /** Why not direct; null on a direct path. */
  why: pathReason.nullable(),
  /** There where the path in use is direct and runs over UDP. */
  udp: z.literal(true).optional(),
  /** Why not over UDP either; left out on a direct path, and where this device does not know. */
  whyNotUdp: udpReason.optional(),
  /** By what it chose between UDP and the relay; left out on other paths, and where this device has not measured them. */
  times: pathTimes.optional(),
  /** Newest last, at most 20. */
  history: z.array(pathChange).max(20),
});
export type LinkState = z.infer<typeof linkView>;

export const routeStatus = z.strictObject({
  /** Name of the peer in between whose person is being asked to let this device pass. */
  asking: z.string().nullable(),
  /** What the newest try that has ended came to: a key of `ERROR_TEXTS`, and the names of the peers it is about. */
  failure: z
    .strictObject({
      code: z.string(),
      hop: z.string().optional(),
      before: z.string().optional(),
      /** Since when that hop is offline, as far as this device knows; left out where it is not, or nobody knows. */
      since: z.number().int().optional(),
      message: z.string(),
    })
    .nullable(),
});

/** What came of dialling one address. `wrong-answer`: somebody was there, and it was not the peer. */
export const triedAddress = z.strictObject({
  address: z.string(),
  outcome: z.enum(['worked', 'refused', 'unreachable', 'no-answer', 'wrong-answer']),
});
export type TriedAddress = z.infer<typeof triedAddress>;
/** More are not told of one try. */
export const MOST_TRIED = 16;

/** `hops`: what each peer in between took to answer, on a path `via`. */
export const pathView = z.strictObject({
  path: pathKind,
  /** There where the path is direct and runs over UDP. */
  udp: z.literal(true).optional(),
  address: z.string(),
  rtt: z.number(),
  hops: z.array(hopView).max(MOST_HOPS).optional(),
});
export type PathView = z.infer<typeof pathView>;
