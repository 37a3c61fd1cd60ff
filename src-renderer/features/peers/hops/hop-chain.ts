import { MOST_HOPS, type LinkHop, type PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** A way to a peer that leads through others: their ids, in order from here. */
export type HopChain = readonly string[];

export type ChainProblem =
  | Readonly<{ kind: 'empty' }>
  /** The first one is itself reached through others: two machines could wait for the way through each other. */
  | Readonly<{ kind: 'first-is-chained'; name: string }>
  /** It was forgotten. */
  | Readonly<{ kind: 'unknown' }>;

/** Peers that may be put into the chain: each once, and never the one it leads to. The reachable ones first. */
export function hopsToAdd(peers: readonly PeerView[], target: string, chain: HopChain): readonly PeerView[] {
  if (chain.length >= MOST_HOPS) return [];
  return peers
    .filter(({ peerId }) => peerId !== target && !chain.includes(peerId))
    .filter((peer) => chain.length > 0 || peer.pathVia.length === 0)
    .toSorted((one, other) => Number(other.online) - Number(one.online) || compareNames(one.name, other.name));
}

/** What the agent would refuse, known before it is asked. */
export function checkChain(peers: readonly PeerView[], chain: HopChain): ChainProblem | undefined {
  if (chain.length === 0) return { kind: 'empty' };
  const hops = chain.map((id) => peers.find(({ peerId }) => peerId === id));
  if (hops.includes(undefined)) return { kind: 'unknown' };
  const [first] = hops;
  return first !== undefined && first.pathVia.length > 0 ? { kind: 'first-is-chained', name: first.name } : undefined;
}

/** The same chain with one hop at another place. */
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

/** What was measured of a hop: the link knows them by name, in the order of the chain. */
export function measuredHop(measured: readonly LinkHop[], position: number, name: string): LinkHop | undefined {
  const hop = measured[position];
  return hop?.name === name ? hop : undefined;
}

/** `office → lab` */
export function chainText(names: readonly string[]): string {
  return names.join(' → ');
}
