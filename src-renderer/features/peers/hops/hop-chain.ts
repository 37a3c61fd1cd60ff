import { MOST_HOPS, type LinkHop, type PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Peer IDs of the hops to a peer, in order from this machine. */
export type HopChain = readonly string[];

/** Reason why the agent would reject a route. */
export type ChainProblem =
  | Readonly<{ kind: 'empty' }>
  /** The first hop is itself reached through hops, so two machines could wait for each other. */
  | Readonly<{ kind: 'first-is-chained'; name: string }>
  /** A hop is no longer a peer. */
  | Readonly<{ kind: 'unknown' }>;

/**
 * Lists the peers that may be added to a route, those online first. A peer appears at most once in a route, and the target never; a route has at most
 * `MOST_HOPS` hops.
 */
export function hopsToAdd(peers: readonly PeerView[], target: string, chain: HopChain): readonly PeerView[] {
  if (chain.length >= MOST_HOPS) return [];
  return peers
    .filter(({ peerId }) => peerId !== target && !chain.includes(peerId))
    .filter((peer) => chain.length > 0 || peer.pathVia.length === 0)
    .toSorted((one, other) => Number(other.online) - Number(one.online) || compareNames(one.name, other.name));
}

/** Checks a route before the agent does, for `HopChainBuilder`; undefined when it is valid. Pure. */
export function checkChain(peers: readonly PeerView[], chain: HopChain): ChainProblem | undefined {
  if (chain.length === 0) return { kind: 'empty' };
  const hops = chain.map((id) => peers.find(({ peerId }) => peerId === id));
  if (hops.includes(undefined)) return { kind: 'unknown' };
  const [first] = hops;
  return first !== undefined && first.pathVia.length > 0 ? { kind: 'first-is-chained', name: first.name } : undefined;
}

/** Moves the hop at position `from` to position `to`. An invalid position changes nothing. */
export function moveHop(chain: HopChain, from: number, to: number): HopChain {
  const hop = chain[from];
  if (hop === undefined || to < 0 || to >= chain.length) return chain;
  const rest = chain.toSpliced(from, 1);
  return rest.toSpliced(to, 0, hop);
}

/** Reports whether two routes have the same hops in the same order. */
export function sameChain(left: HopChain, right: HopChain): boolean {
  return left.length === right.length && left.every((hop, index) => hop === right[index]);
}

/** Returns the hops that the person has chosen for a peer; empty without any. */
export function chainOf({ pathVia }: Pick<PeerView, 'pathVia'>): HopChain {
  return pathVia.map(({ peerId }) => peerId);
}

/**
 * Returns the measurement of the hop at this position; undefined when the link reports another hop there.
 * @param measured hops of the link, in their order
 */
export function measuredHop(measured: readonly LinkHop[], position: number, name: string): LinkHop | undefined {
  const hop = measured[position];
  return hop?.name === name ? hop : undefined;
}

/** Joins the names of hops with arrows: `office → lab`. */
export function chainText(names: readonly string[]): string {
  return names.join(' → ');
}
