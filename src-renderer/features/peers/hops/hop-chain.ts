import { MOST_HOPS, type LinkHop, type PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Peer IDs of the hops to a peer, in order from here. */
export type HopChain = readonly string[];

export type ChainProblem =
  | Readonly<{ kind: 'empty' }>
  /** The first hop is itself reached through hops: two machines could wait for each other. */
  | Readonly<{ kind: 'first-is-chained'; name: string }>
  /** The hop was forgotten. */
  | Readonly<{ kind: 'unknown' }>;

/** Lists the peers that may be added to the route, reachable ones first. A peer appears once, and never the target. */
export function hopsToAdd(peers: readonly PeerView[], target: string, chain: HopChain): readonly PeerView[] {
  if (chain.length >= MOST_HOPS) return [];
  return peers
    .filter(({ peerId }) => peerId !== target && !chain.includes(peerId))
    .filter((peer) => chain.length > 0 || peer.pathVia.length === 0)
    .toSorted((one, other) => Number(other.online) - Number(one.online) || compareNames(one.name, other.name));
}

/** Checks a route for what the agent would reject. */
export function checkChain(peers: readonly PeerView[], chain: HopChain): ChainProblem | undefined {
  if (chain.length === 0) return { kind: 'empty' };
  const hops = chain.map((id) => peers.find(({ peerId }) => peerId === id));
  if (hops.includes(undefined)) return { kind: 'unknown' };
  const [first] = hops;
  return first !== undefined && first.pathVia.length > 0 ? { kind: 'first-is-chained', name: first.name } : undefined;
}

/** Moves one hop to another position. */
export function moveHop(chain: HopChain, from: number, to: number): HopChain {
  const hop = chain[from];
  if (hop === undefined || to < 0 || to >= chain.length) return chain;
  const rest = chain.toSpliced(from, 1);
  return rest.toSpliced(to, 0, hop);
}

export function sameChain(left: HopChain, right: HopChain): boolean {
  return left.length === right.length && left.every((hop, index) => hop === right[index]);
}

export function chainOf({ pathVia }: Pick<PeerView, 'pathVia'>): HopChain {
  return pathVia.map(({ peerId }) => peerId);
}

/** Returns the measurement of a hop; the link names its hops in the order of the route. */
export function measuredHop(measured: readonly LinkHop[], position: number, name: string): LinkHop | undefined {
  const hop = measured[position];
  return hop?.name === name ? hop : undefined;
}

/** Joins names: `office → lab`. */
export function chainText(names: readonly string[]): string {
  return names.join(' → ');
}
