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

/** Reasons why a link isn't direct, with the next step. The window has its own texts for them. */
const WHY_NOT_DIRECT: Readonly<Record<PathReason, string>> = {
  trying: 'A direct connection is being tried; when it works, everything moves to it by itself.',
  'relay-only':
    'You chose relay-only for this peer. `clawreach path NAME --mode auto` allows direct connections again.',
  'no-address':
    'There is no address to dial: neither device takes direct connections, or the other one has not said where. `clawreach network` shows this device’s part.',
  'no-answer':
    'Its addresses were dialled and nobody answered: another network, or a firewall. It is enough to open the port of one of the two devices. It is tried again every minute.',
  'wrong-answer':
    'Something else answered at its address, as happens where two networks use the same numbers. It is tried again every minute.',
  cooling: 'The direct connection broke a moment ago; it is tried again within a minute.',
  better: 'The path it takes was the best there was; a direct one is tried again every minute.',
  lost: 'The path before was lost; a direct one is tried again soon.',
  chosen: 'You chose the way it takes. `clawreach path NAME --mode auto` allows direct connections again.',
  faster: 'The path it takes answered clearly sooner than the other one; a direct one is tried again every minute.',
  'peer-moved': 'The other device chose the path it takes; a direct one is tried again every minute.',
  renewed: 'The path it takes was made anew; a direct one is tried again every minute.',
  remade: 'The path it takes was made anew; a direct one is tried again every minute.',
  first: 'The link is new; a direct path is tried next.',
};

/** Reasons why a link that isn't direct doesn't use UDP either. */
const WHY_NOT_UDP: Readonly<Record<UdpReason, string>> = {
  trying: 'a way through the routers of both networks is being tried.',
  unavailable: 'the optional package node-datachannel is not installed on this device, or not made for it.',
  off: 'this device is set to outbound only. `clawreach network --listen on` changes that.',
  peer: 'the other device cannot, or is set not to.',
  'no-answer':
    'no way through the routers of both networks was found: one lets no UDP pass, or gives each connection another port. It is tried again now and then.',
  slower: 'it works, and the relay answers clearly sooner. Both are measured again now and then.',
  cooling: 'the connection over UDP broke a moment ago; it is tried again soon.',
};

/** Descriptions of the path modes. */
const MODE_TEXTS: Readonly<Record<PathMode, string>> = {
  auto: 'the relay at once, direct as soon as that works',
  'direct-only': 'nothing goes through a relay; without a direct path there is no connection',
  'relay-only': 'no direct path is tried',
};

/** Explains why a link isn't direct; undefined if it is. */
export function formatWhyNotDirect(peer: PeerView): string | undefined {
  // A reconnecting link has no path, which is more important.
  if (peer.link?.state === 'reconnecting') return undefined;
  if (peer.pathVia.length > 0) return `You chose to go through ${viaNames(peer.pathVia)} only.`;
  const why = peer.link === null ? (peer.pathMode === 'relay-only' ? 'relay-only' : null) : peer.link.why;
  return why === null ? undefined : WHY_NOT_DIRECT[why].replace('NAME', printable(peer.name));
}

/** Explains why a link doesn't use UDP, where the reason differs from the one for no direct path. */
export function formatWhyNotUdp({ link, pathVia }: Pick<PeerView, 'link' | 'pathVia'>): string | undefined {
  if (link === null || link.state === 'reconnecting' || pathVia.length > 0) return undefined;
  return link.whyNotUdp === undefined ? undefined : WHY_NOT_UDP[link.whyNotUdp];
}

/** Describes the measured times by which UDP or the relay was chosen; undefined if there was no such choice, or the other side made it. */
export function describeTimes({ link }: Pick<PeerView, 'link'>): string | undefined {
  if (link?.times === undefined) return undefined;
  const { udp, relay } = link.times;
  return `${formatRtt(udp)} over UDP, ${formatRtt(relay)} through the relay; UDP is used unless the relay answers clearly sooner`;
}

/** Names the peers that the link must go through; undefined if there are none. */
export function describeVia(peer: Pick<PeerView, 'pathVia' | 'name' | 'peerId'>): string | undefined {
  if (peer.pathVia.length === 0) return undefined;
  return `only through ${viaNames(peer.pathVia)}; \`clawreach path ${peerWord(peer)} --via none\` undoes it`;
}

/** Returns the path in a word or two: `direct`, `relay`, `via nas`, `offline`, or `reconnecting` for a link without a path. */
export function pathWord(peer: Pick<PeerView, 'path' | 'link'> & Partial<Pick<PeerView, 'pathVia'>>): string {
  if (peer.link?.state === 'reconnecting') return 'reconnecting';
  // A peer that is online at the relay isn't linked yet; the link would go through its chosen hops.
  if (peer.link === null && peer.path !== 'offline' && (peer.pathVia ?? []).length > 0)
    return `via ${viaNames(peer.pathVia ?? [])}`;
  return peer.path === 'via' ? `via ${viaName(peer)}` : peer.path;
}

/** Joins the names of hops, nearest first. */
function viaNames(peers: PeerView['pathVia']): string {
  return peers.map((peer) => peerName(peer)).join(' → ');
}

function viaName({ link }: Pick<PeerView, 'link'>): string {
  return printable(link?.via ?? '') || 'a peer';
}

/**
 * Describes a path with its address: `direct 192.168.1.5:7473`, `direct 203.0.113.9:41000 over UDP`, `via relay
 * 203.0.113.5:7474`, or `via nas`, whose address would be its ID.
 */
function describeHop({ path, udp, address, hops = [] }: PathView, peer: Pick<PeerView, 'link'>): string {
  if (path === 'via' && hops.length > 1) return `via ${hops.map((hop) => hopTime(hop, ' ')).join(' → ')}`;
  if (path === 'via') return `via ${viaName(peer)}`;
  return `${path === 'direct' ? 'direct' : 'via relay'} ${printable(address)}${udp === true ? ' over UDP' : ''}`;
}

/** Describes the round trip of each hop, `nas 12 ms → lab 40 ms`, or which one is missing; undefined without hops. */
export function describeHops({ link }: Pick<PeerView, 'link'>): string | undefined {
  if (link === null || link.hops.length === 0) return undefined;
  return link.hops.map((hop) => hopTime(hop, ' ')).join(' → ');
}

function hopTime({ name, rtt, lost }: LinkHop, space: string): string {
  const shown = printable(name) || 'a peer';
  if (lost) return `${shown} (not reached)`;
  return rtt === null ? shown : `${shown}${space}${formatRtt(rtt)}`;
}

/** Describes the problem of a link; undefined if there is none. */
export function describeLinkProblem(
  { link, passage }: Pick<PeerView, 'link'> & Partial<Pick<PeerView, 'passage'>>,
  now: number,
): string | undefined {
  const { hop, since: offline } = passage?.failure ?? {};
  const missing = hop === undefined ? '' : `; waiting for ${printable(hop)}`;
  const waiting = offline === undefined ? missing : `${missing}, offline since ${formatTime(offline, now)}`;
  if (link?.state === 'doubtful') return `gives no answer at the moment${waiting || '; another path is looked for'}`;
  if (link?.state !== 'reconnecting') return undefined;
  const since = `reconnecting for ${formatDuration(now - link.since)}${waiting}`;
  return link.retryAt === null ? since : `${since}, next try in ${formatDuration(link.retryAt - now)}`;
}

const REASONS: Readonly<Partial<Record<PathReason, string>>> = {
  first: 'first path',
  better: 'better than the one before',
  lost: 'the one before was lost',
  'relay-only': 'you chose relay-only',
  chosen: 'as you chose',
  faster: 'answers clearly sooner than the one before',
  'peer-moved': 'the other device chose another path',
  renewed: 'new keys, as every two hours and after sleep',
  remade: 'a new connection of the same kind',
};

/** Formats path changes, newest first, such as `14:30:05  direct  better than the one before`. */
export function formatHistory(changes: readonly PathChange[], now: number): readonly string[] {
  return changes.toReversed().map(({ at, path, udp, reason }) => {
    const why = path === null ? 'no path' : (REASONS[reason] ?? 'the direct one did not work');
    const seconds = String(new Date(at).getSeconds()).padStart(2, '0');
    return `${formatTime(at, now)}:${seconds}  ${(path ?? 'lost').padEnd(6)}  ${why}${udp === true ? ', over UDP' : ''}`;
  });
}

/** Describes a path mode, such as `auto: the relay at once, …`. */
export function describeMode(mode: PathMode): string {
  return `${mode}: ${MODE_TEXTS[mode]}`;
}

/** Formats a reply, such as `47 ms via relay 203.0.113.5:7474`. */
export function describeReply(view: PathView, peer: Pick<PeerView, 'link'>): string {
  return `${formatRtt(view.rtt)} ${describeHop(view, peer)}`;
}
