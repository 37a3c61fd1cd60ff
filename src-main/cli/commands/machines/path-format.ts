import type {
  LinkHop,
  PathChange,
  PathMode,
  PathReason,
  PathView,
  PeerView,
  UdpReason,
} from '#shared/app-api/index.ts';
import { formatDuration, formatRtt, formatTime, printable } from '../../output/index.ts';
import { peerName, peerWord } from './peer-format.ts';

/** Reasons why a link isn't direct, with the next step. `NAME` stands for the peer. */
const WHY_NOT_DIRECT: Readonly<Record<PathReason, string>> = {
  trying: 'Trying a direct connection. If it works, traffic moves to it automatically.',
  'relay-only':
    'You chose relay-only for this machine. To allow direct connections: `clawreach path NAME --mode auto`.',
  'no-address':
    "No address to dial: neither machine accepts direct connections, or the other one hasn't announced an address. See `clawreach network`.",
  'no-answer':
    'No answer at its addresses: the machines are on different networks, or a firewall blocks them. Opening the port on one side is enough. ' +
    'Retrying every minute.',
  'wrong-answer':
    'Something else answered at its address, as can happen when two networks use the same numbers. Retrying every minute.',
  cooling: 'The direct connection broke a moment ago. Retrying within a minute.',
  better: 'This path was the best available. Retrying a direct one every minute.',
  lost: 'The previous path was lost. Retrying a direct one soon.',
  chosen: 'You chose this path. To allow direct connections: `clawreach path NAME --mode auto`.',
  faster: 'This path was clearly faster. Retrying a direct one every minute.',
  'peer-moved': 'The other machine chose this path. Retrying a direct one every minute.',
  renewed: 'This path was renewed. Retrying a direct one every minute.',
  remade: 'This path was rebuilt. Retrying a direct one every minute.',
  first: 'The connection is new. A direct one is tried next.',
};

/** Reasons why a link that isn't direct doesn't use UDP either. */
const WHY_NOT_UDP: Readonly<Record<UdpReason, string>> = {
  trying: "Trying UDP through both networks' routers.",
  unavailable:
    "UDP isn't available: the optional package node-datachannel isn't installed on this machine, or isn't built for it.",
  off: 'UDP is off: this machine is set to outbound only. To change that: `clawreach network --listen on`.',
  peer: "UDP isn't available: the other machine doesn't support it or has it turned off.",
  'no-answer':
    "UDP doesn't get through: a router blocks it or changes ports for each connection. Retrying now and then.",
  slower: 'UDP works, but the relay is clearly faster. Both are measured again now and then.',
  cooling: 'The UDP connection broke a moment ago. Retrying soon.',
};

/** Meanings of the path modes. */
const MODE_TEXTS: Readonly<Record<PathMode, string>> = {
  auto: 'direct where that works, otherwise through a relay',
  'direct-only': 'never through a relay; without a direct path there is no connection',
  'relay-only': 'never directly, even if that would be faster',
};

/**
 * Formats the reason why the link to a peer isn't direct; undefined if it is, or while it reconnects. The functions of this file format links and
 * paths, for `path`, `ping` and other commands about machines, and are pure.
 */
export function formatWhyNotDirect(peer: PeerView): string | undefined {
  // A reconnecting link has no path, which is more important.
  if (peer.link?.state === 'reconnecting') return undefined;
  if (peer.pathVia.length > 0) return `You chose to reach it only via ${viaNames(peer.pathVia)}.`;
  const why = peer.link === null ? (peer.pathMode === 'relay-only' ? 'relay-only' : null) : peer.link.why;
  return why === null ? undefined : WHY_NOT_DIRECT[why].replace('NAME', printable(peer.name));
}

/** Formats the reason why a link doesn't use UDP; undefined if it does, or if no reason is known. */
export function formatWhyNotUdp({ link, pathVia }: Pick<PeerView, 'link' | 'pathVia'>): string | undefined {
  if (link === null || link.state === 'reconnecting' || pathVia.length > 0) return undefined;
  return link.whyNotUdp === undefined ? undefined : WHY_NOT_UDP[link.whyNotUdp];
}

/** Formats the round trips over UDP and relay that were compared; undefined if this side didn't compare them. */
export function describeTimes({ link }: Pick<PeerView, 'link'>): string | undefined {
  if (link?.times === undefined) return undefined;
  const { udp, relay } = link.times;
  return `${formatRtt(udp)} over UDP, ${formatRtt(relay)} through the relay; UDP is used unless the relay is clearly faster`;
}

/** Formats the hops that a person chose for a peer; undefined if there are none. */
export function describeVia(peer: Pick<PeerView, 'pathVia' | 'name' | 'peerId'>): string | undefined {
  if (peer.pathVia.length === 0) return undefined;
  return `only via ${viaNames(peer.pathVia)}; to undo this: \`clawreach path ${peerWord(peer)} --via none\``;
}

/** Formats the path to a peer in a word or two: `direct`, `relay`, `via nas`, `offline` or `reconnecting`. */
export function pathWord(peer: Pick<PeerView, 'path' | 'link'> & Partial<Pick<PeerView, 'pathVia'>>): string {
  if (peer.link?.state === 'reconnecting') return 'reconnecting';
  // A peer that is online at the relay isn't linked yet; the link would go through its chosen hops.
  if (peer.link === null && peer.path !== 'offline' && (peer.pathVia ?? []).length > 0)
    return `via ${viaNames(peer.pathVia ?? [])}`;
  return peer.path === 'via' ? `via ${viaName(peer)}` : peer.path;
}

/** Joins the names of hops; the nearest comes first. */
function viaNames(peers: PeerView['pathVia']): string {
  return peers.map((peer) => peerName(peer)).join(' → ');
}

function viaName({ link }: Pick<PeerView, 'link'>): string {
  return printable(link?.via ?? '') || 'a machine';
}

/**
 * Formats a path with its address: `direct 192.168.1.5:7473`, `direct 203.0.113.9:41000 over UDP`, `via relay
 * 203.0.113.5:7474`. A path through a hop has its name, `via nas`, because its address is only an ID.
 */
function describeHop({ path, udp, address, hops = [] }: PathView, peer: Pick<PeerView, 'link'>): string {
  if (path === 'via' && hops.length > 1) return `via ${hops.map((hop) => hopTime(hop, ' ')).join(' → ')}`;
  if (path === 'via') return `via ${viaName(peer)}`;
  return `${path === 'direct' ? 'direct' : 'via relay'} ${printable(address)}${udp === true ? ' over UDP' : ''}`;
}

/**
 * Formats the round trip to each hop, such as `nas 12 ms → lab 40 ms`, or which hop is unreachable; undefined for a
 * link without hops.
 */
export function describeHops({ link }: Pick<PeerView, 'link'>): string | undefined {
  if (link === null || link.hops.length === 0) return undefined;
  return link.hops.map((hop) => hopTime(hop, ' ')).join(' → ');
}

function hopTime({ name, rtt, lost }: LinkHop, space: string): string {
  const shown = printable(name) || 'a machine';
  if (lost) return `${shown} (unreachable)`;
  return rtt === null ? shown : `${shown}${space}${formatRtt(rtt)}`;
}

/**
 * Formats the problem of a link that doesn't answer or reconnects; undefined for other links.
 * @param now Unix time, ms
 */
export function describeLinkProblem(
  { link, passage }: Pick<PeerView, 'link'> & Partial<Pick<PeerView, 'passage'>>,
  now: number,
): string | undefined {
  const { hop, since: offline } = passage?.failure ?? {};
  const missing = hop === undefined ? '' : `; waiting for ${printable(hop)}`;
  const waiting = offline === undefined ? missing : `${missing}, offline since ${formatTime(offline, now)}`;
  if (link?.state === 'doubtful') return `not responding${waiting || ', trying other paths'}`;
  if (link?.state !== 'reconnecting') return undefined;
  const since = `reconnecting for ${formatDuration(now - link.since)}${waiting}`;
  return link.retryAt === null ? since : `${since}, retrying in ${formatDuration(link.retryAt - now)}`;
}

/** Reasons for a change of path, for the history. */
const REASONS: Readonly<Partial<Record<PathReason, string>>> = {
  first: 'first path',
  better: 'better path found',
  lost: 'the previous path was lost',
  'relay-only': 'you chose relay-only',
  chosen: 'you chose it',
  faster: 'clearly faster',
  'peer-moved': 'the other machine chose it',
  renewed: 'new keys, as every two hours and after sleep',
  remade: 'reconnected the same way',
};

/** Says why a link has come to use a path. */
export function pathReason(reason: PathReason): string {
  return REASONS[reason] ?? "direct didn't work";
}

/** Formats the path changes of a link, newest first, such as `14:30:05  direct  better path found`. */
export function formatHistory(changes: readonly PathChange[], now: number): readonly string[] {
  return changes.toReversed().map(({ at, path, udp, reason }) => {
    const why = path === null ? 'no path' : pathReason(reason);
    const seconds = String(new Date(at).getSeconds()).padStart(2, '0');
    return `${formatTime(at, now)}:${seconds}  ${(path ?? 'lost').padEnd(6)}  ${why}${udp === true ? ', over UDP' : ''}`;
  });
}

/** Formats a path mode with its meaning, such as `auto: direct where that works, …`. */
export function describeMode(mode: PathMode): string {
  return `${mode}: ${MODE_TEXTS[mode]}`;
}

/** Formats a measured round trip with its path, such as `47 ms via relay 203.0.113.5:7474`. */
export function describeReply(view: PathView, peer: Pick<PeerView, 'link'>): string {
  return `${formatRtt(view.rtt)} ${describeHop(view, peer)}`;
}
