import { cleanName } from '#shared/visible-text/index.ts';
import { PeerError } from './errors.ts';
import { closestName, idCharacters, nameKey } from './names.ts';
import type { PeerRecord } from './record.ts';

type Named = Pick<PeerRecord, 'peerId' | 'name'>;

/** Shortest beginning of an id that counts as one. */
const LEAST_PREFIX = 4;
const MOST_CANDIDATES = 8;

/**
 * The peer a person means: its name, its id in any spelling, or an unambiguous beginning of the id of at least 4 characters.
 * A name that is also the beginning of another peer's id is ambiguous: a name must not redirect who types an id.
 * @throws {PeerError} `peer.unknown` (details: name, suggestion), `peer.ambiguous` (details: name, candidates)
 */
export function findPeer<Peer extends Named>(peers: readonly Peer[], reference: string): Peer {
  const typed = reference.trim();
  const id = idCharacters(typed) ?? '';
  const exact = peers.find(({ peerId }) => peerId === id);
  if (exact !== undefined) return exact;
  const wanted = nameKey(typed);
  const byId = id.length >= LEAST_PREFIX ? peers.filter(({ peerId }) => peerId.startsWith(id)) : [];
  const candidates = new Set([...peers.filter(({ name }) => nameKey(name) === wanted), ...byId]);
  const [found] = candidates;
  if (found !== undefined && candidates.size === 1) return found;
  throw found === undefined ? unknown(typed, peers) : ambiguous(typed, [...candidates]);
}

function unknown(typed: string, peers: readonly Named[]): PeerError {
  const name = cleanName(typed);
  const names = peers.map((peer) => peer.name);
  const suggestion = closestName(typed, names) ?? '';
  return new PeerError('peer.unknown', `no peer is called ${name}`, {
    details: { name, suggestion, hint: suggestion === '' ? '' : `Did you mean ${suggestion}? ` },
  });
}

function ambiguous(typed: string, candidates: readonly Named[]): PeerError {
  const name = cleanName(typed);
  const shown = candidates.slice(0, MOST_CANDIDATES).map((peer) => `${peer.name} (${peer.peerId.slice(0, 7)})`);
  return new PeerError('peer.ambiguous', `more than one peer fits ${name}`, {
    details: { name, candidates: shown.join(', ') },
  });
}
