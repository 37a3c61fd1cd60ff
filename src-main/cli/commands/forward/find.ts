import type { AppApiClient, ForwardView, PeerView } from '#shared/app-api/index.ts';
import { looksLike, plainKey } from '#shared/visible-text/index.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { namesKnown, printable } from '../../output/index.ts';
import { nearest } from '../../suggestions.ts';
import { requireComparedWords } from '../machines/compare-words.ts';
import type { CommandContext } from '../registry.ts';

/** Largest number of machines that an error lists. */
const MAX_NAMED = 8;

/**
 * Asks the agent for its forwards and returns the one with that name, ignoring case, blanks and invisible characters, or with that ID.
 * @throws {ProblemError} `forward.unknown`
 */
export async function findForward(context: CommandContext, client: AppApiClient, name: string): Promise<ForwardView> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  const found = views.find(({ rule }) => plainKey(rule.name) === plainKey(name)) ?? views.find(({ id }) => id === name);
  if (found === undefined) {
    const names = views.map(({ rule }) => rule.name);
    const near = printable(nearest(name, names));
    throw new ProblemError(
      'forward.unknown',
      { name: printable(name) },
      `"${printable(name)}" isn't one of your forwards.${near === '' ? '' : near.replace(/^ \((.*)\)$/s, ' $1')} ${namesKnown('Your forwards', names, 'You have none yet.')}`,
    );
  }
  return found;
}

/**
 * Asks the agent for the peer with that name or ID. Without a name, returns the only peer. Used by commands that create a forward or set its hops.
 * @param excluded IDs of peers that are not chosen without a name; ignored if there is a name
 * @throws {UsageError} `usage.peer` if there are several, `usage.no-peer` if there is none
 * @throws {AppApiError} `peer.unknown`
 */
export async function choosePeer(
  { host }: CommandContext,
  client: AppApiClient,
  name: string | undefined,
  excluded: readonly string[] = [],
): Promise<PeerView> {
  const signal = host.interrupted;
  if (name !== undefined) return await client.call('peers.get', { peer: name }, { signal });
  const peers = (await client.call('peers.list', {}, { signal })).filter(({ peerId }) => !excluded.includes(peerId));
  const [only, ...more] = peers;
  if (only === undefined) throw new UsageError('usage.no-peer', 'there is no peer');
  if (more.length > 0) {
    const names = peers.slice(0, MAX_NAMED).map((peer) => printable(peer.name));
    throw new UsageError('usage.peer', 'there is more than one peer', {
      details: { peers: [...names, ...(peers.length > MAX_NAMED ? ['…'] : [])].join(', ') },
    });
  }
  return only;
}

/**
 * Returns the peer of a new forward, as `choosePeer` does, once its words are compared: what goes through it is readable at its other end.
 * @throws errors of `choosePeer` and `requireComparedWords`
 */
export async function chooseComparedPeer(
  context: CommandContext,
  client: AppApiClient,
  name: string | undefined,
): Promise<PeerView> {
  const peer = await choosePeer(context, client, name);
  await requireComparedWords(context, client, peer);
  return peer;
}

/** Returns `defaultName` for a new forward, with a number if people could confuse it with the name of a forward that the agent has. */
export async function freeForwardName(
  context: CommandContext,
  client: AppApiClient,
  defaultName: string,
): Promise<string> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? defaultName : `${defaultName}-${number}`;
    if (!views.some(({ rule }) => looksLike(rule.name, name))) return name;
  }
}

/** Returns the beginning of a new forward's name: the peer's name and a hyphen, or nothing without a peer. Pure. */
export function namePrefix(peer: Readonly<{ name: string }> | undefined): string {
  return peer === undefined ? '' : `${[...printable(peer.name)].slice(0, 16).join('').trim() || 'peer'}-`;
}
