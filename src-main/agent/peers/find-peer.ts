import { cleanLine, NAME_LIMIT, nameKeys, plainKey } from '#shared/visible-text/index.ts';
import { PeerError } from './errors.ts';
import { closestName, idCharacters } from './names.ts';
import type { PeerRecord } from './peer-record.ts';

type Named = Pick<PeerRecord, 'peerId' | 'name'>;

/** Fewest characters that count as the beginning of an ID. */
const LEAST_PREFIX = 4;
const MOST_CANDIDATES = 8;

/**
 * Finds the peer that a person means: by its name, by its ID in any spelling, or by an unambiguous beginning of the ID of at least 4 characters. A
 * name that is also the beginning of another peer's ID is ambiguous, so that a name can't redirect a person who types an ID. A name that looks like
 * another peer's is ambiguous too; text that only looks like a name finds none. Used by `PeerBook`. Pure.
 * @throws {PeerError} `peer.unknown` (details: name, suggestion, hint), `peer.ambiguous` (details: name, candidates)
 */
export function findPeer<Peer extends Named>(peers: readonly Peer[], reference: string): Peer {
  const typed = reference.trim();
  const id = idCharacters(typed) ?? '';
  const exact = peers.find(({ peerId }) => peerId === id);
  if (exact !== undefined) return exact;
  const wanted = plainKey(typed);
  const byId = id.length >= LEAST_PREFIX ? peers.filter(({ peerId }) => peerId.startsWith(id)) : [];
  const keys = new Set(nameKeys(typed));
  const alike = peers.filter(({ name }) => nameKeys(name).some((key) => keys.has(key)));
  const isNamed = alike.some(({ name }) => plainKey(name) === wanted);
  const candidates = new Set([...(isNamed ? alike : []), ...byId]);
  const [found] = candidates;
  if (found !== undefined && candidates.size === 1) return found;
  throw found === undefined ? unknown(typed, peers, alike) : ambiguous(typed, [...candidates]);
}

function unknown(typed: string, peers: readonly Named[], alike: readonly Named[]): PeerError {
  const name = cleanLine(typed, NAME_LIMIT);
  const [same] = alike;
  if (same !== undefined) {
    const shown = `${same.name} (${same.peerId.slice(0, 7)})`;
    return new PeerError('peer.unknown', `no peer is called ${name}`, {
      details: { name, suggestion: '', hint: `${shown} only looks the same; if you mean that peer, type its id. ` },
    });
  }
  const names = peers.map((peer) => peer.name);
  const suggestion = closestName(typed, names) ?? '';
  return new PeerError('peer.unknown', `no peer is called ${name}`, {
    details: { name, suggestion, hint: suggestion === '' ? listed(names) : `Did you mean ${suggestion}? ` },
  });
}

/** Returns a sentence with the names of the peers; empty without any. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > MOST_CANDIDATES;
  return `Your machines: ${names.slice(0, MOST_CANDIDATES).join(', ')}${more ? ', …' : '.'} `;
}

function ambiguous(typed: string, candidates: readonly Named[]): PeerError {
  const name = cleanLine(typed, NAME_LIMIT);
  const shown = candidates.slice(0, MOST_CANDIDATES).map((peer) => `${peer.name} (${peer.peerId.slice(0, 7)})`);
  return new PeerError('peer.ambiguous', `more than one peer fits ${name}`, {
    details: { name, candidates: shown.join(', ') },
  });
}
