import type { AppApiClient, ForwardView, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { looksLike, plainKey } from '#shared/visible-text/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Names of rules and peers that a message lists. */
const MOST_NAMED = 8;

/** A rule by its name, without regard to capital letters, or by its id. @throws {ClawReachError} `forward.unknown` */
export async function findRule(context: CommandContext, client: AppApiClient, name: string): Promise<ForwardView> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  const found = views.find(({ rule }) => plainKey(rule.name) === plainKey(name)) ?? views.find(({ id }) => id === name);
  if (found === undefined) {
    throw new ClawReachError('forward.unknown', 'there is no such rule', { details: { name: printable(name) } });
  }
  return found;
}

/**
 * The peer that is meant; the only one there is, where none is named.
 * @param others peers that are not meant
 * @throws {UsageError} `usage.peer`, `usage.no-peer`; {AppApiError} `peer.unknown`
 */
export async function choosePeer(
  { host }: CommandContext,
  client: AppApiClient,
  name: string | undefined,
  others: readonly string[] = [],
): Promise<PeerView> {
  const signal = host.interrupted;
  if (name !== undefined) return await client.call('peers.get', { peer: name }, { signal });
  const peers = (await client.call('peers.list', {}, { signal })).filter(({ peerId }) => !others.includes(peerId));
  const [only, ...more] = peers;
  if (only === undefined) throw new UsageError('usage.no-peer', 'there is no peer');
  if (more.length > 0) {
    const names = peers.slice(0, MOST_NAMED).map((peer) => printable(peer.name));
    throw new UsageError('usage.peer', 'there is more than one peer', {
      details: { peers: [...names, ...(peers.length > MOST_NAMED ? ['…'] : [])].join(', ') },
    });
  }
  return only;
}

/** A name for a new rule that no other has: the wished one, or that with a number. */
export async function freeRuleName(context: CommandContext, client: AppApiClient, wished: string): Promise<string> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wished : `${wished}-${number}`;
    if (!views.some(({ rule }) => looksLike(rule.name, name))) return name;
  }
}

/** The beginning of a rule's name that tells its peer. */
export function nameBeginning(peer: Readonly<{ name: string }> | undefined): string {
  return peer === undefined ? '' : `${[...printable(peer.name)].slice(0, 16).join('').trim() || 'peer'}-`;
}
