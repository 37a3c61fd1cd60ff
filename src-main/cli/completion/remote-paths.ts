import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';

/** Longest wait for the agent's answers, ms. The person has pressed Tab and waits. */
const TIMEOUT = 1500;
/** Most paths that are offered. */
const MOST = 200;
/** Names that every shell takes literally. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}._@+-]{0,254}$/u;
/** Commands of `files` whose arguments are paths on another machine; `put` begins with paths of this one. */
const COMMANDS: ReadonlySet<string | undefined> = new Set(['ls', 'get', 'put', 'mkdir', 'mv', 'rm']);

/** Word that is typed in place of a path on another machine. `prefix`: what of it the shell doesn't replace. */
type RemoteWord = Readonly<{ machine: string; path: string | undefined; prefix: string }>;

/** Returns the path on another machine that is typed last; undefined for other lines. Pure. */
export function remoteWord(words: readonly string[]): RemoteWord | undefined {
  const [group, command] = words;
  const last = words.at(-1) ?? '';
  if (group !== 'files' || !COMMANDS.has(command) || words.length < 3 || last.startsWith('-')) return undefined;
  // bash splits words at colons.
  if (last === ':') return { machine: words.at(-2) ?? '', path: '', prefix: '' };
  if (words.at(-2) === ':') return { machine: words.at(-3) ?? '', path: last, prefix: '' };
  const colon = last.indexOf(':');
  if (colon > 0)
    return { machine: last.slice(0, colon), path: last.slice(colon + 1), prefix: last.slice(0, colon + 1) };
  return command === 'put' || (command === 'get' && words.length > 3)
    ? undefined
    : { machine: last, path: undefined, prefix: '' };
}

/**
 * Returns the words that may come in place of a path on another machine, with descriptions: machines, then the folders that one shares, then what is in
 * them. No one there is asked, and nothing is offered that a shell would expand.
 */
export async function remotePaths(
  client: AppApiClient,
  { machine, path, prefix }: RemoteWord,
): Promise<readonly (readonly [word: string, about: string])[]> {
  const options = { signal: AbortSignal.timeout(TIMEOUT) };
  try {
    const peers = await client.call('peers.list', {}, options);
    const shares = (peer: PeerView): boolean => peer.online && peer.rightsThere?.rights.files === 'allow';
    if (path === undefined)
      return peers
        .filter(({ name }) => PLAIN.test(name) && name.startsWith(machine))
        .map((peer) => [`${peer.name}:`, shares(peer) ? 'shares folders' : '']);
    const peer = peers.find(({ name, peerId, shortId }) => [name, peerId, shortId].includes(machine));
    if (peer === undefined || !shares(peer)) return [];
    const slash = path.lastIndexOf('/');
    if (slash === -1) {
      const roots = await client.call('folders.roots', { peer: peer.peerId }, options);
      return roots
        .filter(({ name }) => PLAIN.test(name) && name.startsWith(path))
        .map(({ name, mode }) => [`${prefix}${name}/`, mode === 'write' ? 'may be changed' : 'read-only'] as const);
    }
    const [folder = '', ...names] = path.slice(0, slash).split('/');
    const { entries } = await client.call('folders.list', { peer: peer.peerId, folder, path: names }, options);
    const typed = path.slice(slash + 1);
    return entries
      .filter(({ name }) => PLAIN.test(name) && name.startsWith(typed))
      .slice(0, MOST)
      .map(({ name, kind }) => [`${prefix}${path.slice(0, slash + 1)}${name}${kind === 'folder' ? '/' : ''}`, kind]);
  } catch {
    return [];
  }
}
