import { MOST_AGENT_GRANTS, RIGHTS, type AgentGrant, type Grant, type Right } from '#shared/app-api/index.ts';
import { untilEnd } from './browser-life.ts';
import { forgottenError, PeerError } from './errors.ts';
import { isUncompared, type PairingRecord, type PeerRecord } from './peer-record.ts';

/** Grants of a peer, in effect or waiting for the comparison of its words. */
type Grants = PeerRecord['grants'];

/**
 * Returns what a pairing leaves in the record of a peer: its grants, and the words to be compared with the grants that wait for that. Pure.
 * @param known record before the pairing; undefined for a new peer
 * @param words pairing words; null if both people have already compared them
 * @param now ms since 1970
 */
export function afterPairing(
  known: PeerRecord | undefined,
  { words, grants }: Readonly<{ words: readonly string[] | null; grants: Grants }>,
  now: number,
): Pick<PeerRecord, 'grants' | 'pairing'> {
  return {
    grants: words === null ? { ...known?.grants, ...grants } : grantsAtOnce(known),
    pairing: words === null ? null : comparisonOf(known, words, grants, now),
  };
}

/**
 * Returns the record with its pairing words confirmed and the waiting grants in effect; the same record if they were confirmed before. Pure.
 * @param words words that the person has seen
 * @throws {PeerError} `peer.words-changed`; `peer.forgot` if the peer has removed this device meanwhile
 */
export function withWordsConfirmed(record: PeerRecord, words: readonly string[]): PeerRecord {
  const { pairing } = record;
  if (record.forgottenAt !== undefined && isUncompared(record)) throw forgottenError(record);
  if (pairing === null || pairing.words.join(' ') !== words.join(' '))
    throw new PeerError('peer.words-changed', 'these are not the words of the latest pairing', {
      details: { name: record.name },
    });
  if (pairing.compared) return record;
  return {
    ...record,
    grants: { ...record.grants, ...pairing.pending },
    pairing: { ...pairing, compared: true, pending: {} },
  };
}

/**
 * Returns the record with a decision on a right, or without one (undefined). A decision that allows more waits until the peer's pairing words are
 * confirmed. Pure.
 * @param now ms since 1970
 * @throws {PeerError} `peer.forgot` for `allow` if the peer has removed this device
 */
export function withGrant(record: PeerRecord, right: Right, grant: Grant | undefined, now: number): PeerRecord {
  if (grant?.decision === 'allow' && record.forgottenAt !== undefined) throw forgottenError(record);
  const grants = { ...record.grants };
  const { pairing } = record;
  const pending = { ...pairing?.pending };
  delete pending[right];
  const bounded = grant && untilEnd(grant, record.browser);
  const isMore = bounded?.decision === 'allow' && !allows(record, right, bounded, now);
  if (pairing !== null && bounded !== undefined && isMore && isUncompared(record)) {
    pending[right] = { ...bounded };
    return { ...record, pairing: { ...pairing, pending } };
  }
  if (bounded === undefined) delete grants[right];
  else grants[right] = { ...bounded };
  // A person who denies a right denies all of it, what single agents were allowed included.
  const isOver = right === 'message' && bounded?.decision === 'deny';
  const agents = isOver ? orNone(record.agents?.filter(({ decision }) => decision === 'deny')) : record.agents;
  return { ...record, grants, agents, pairing: pairing && { ...pairing, pending } };
}

/**
 * Returns the record with a decision about messages to one agent, or without one (undefined). Pure.
 * @throws {PeerError} as `PeerBook.setAgent`
 */
export function withAgent(record: PeerRecord, agent: string, grant: Grant | undefined): PeerRecord {
  const others = (record.agents ?? []).filter((one) => one.agent !== agent);
  if (grant === undefined) return { ...record, agents: orNone(others) };
  if (grant.decision === 'allow') {
    if (record.forgottenAt !== undefined) throw forgottenError(record);
    requireCompared(record);
  }
  if (others.length >= MOST_AGENT_GRANTS)
    throw new PeerError('peer.too-many-agents', 'too many agents are named', { details: { most: MOST_AGENT_GRANTS } });
  const bounded = untilEnd(grant, record.browser);
  const agents = [...others, { agent, ...bounded }].toSorted((one, next) => (one.agent < next.agent ? -1 : 1));
  return { ...record, agents };
}

/** Returns the decisions about agents that stay in effect when a known peer pairs again. None that allows something, if it had removed this device. */
export function agentsAtOnce(known: PeerRecord | undefined): PeerRecord['agents'] {
  if (known?.forgottenAt === undefined) return known?.agents;
  return orNone(known.agents?.filter(({ decision }) => decision !== 'allow'));
}

/** Returns undefined for an empty list, which isn't stored. */
export function orNone(agents: readonly AgentGrant[] | undefined): PeerRecord['agents'] {
  return agents === undefined || agents.length === 0 ? undefined : agents;
}

/**
 * Returns the record of a peer as it was before a pairing that is undone. What has changed since stays: a person's decisions on rights, a link that
 * made the pin permanent, and that the peer has removed this device. Pure.
 * @param record record as it is now
 * @param added record as the pairing has left it
 * @param before record before the pairing
 */
export function withoutPairing(record: PeerRecord, added: PeerRecord, before: PeerRecord): PeerRecord {
  const grants: Record<string, Grant> = { ...record.grants };
  for (const right of RIGHTS) {
    const isDecided =
      !isSameGrant(record.grants[right], added.grants[right]) ||
      !isSameGrant(record.pairing?.pending[right], added.pairing?.pending[right]);
    if (isDecided) continue;
    const grant = before.grants[right];
    if (grant === undefined) delete grants[right];
    else grants[right] = grant;
  }
  return {
    ...record,
    grants,
    pairing: before.pairing,
    enrolledBy: before.enrolledBy,
    provisionalUntil: record.provisionalUntil === null ? null : before.provisionalUntil,
    forgottenAt: record.forgottenAt ?? before.forgottenAt,
    forgottenBecause: record.forgottenAt === undefined ? before.forgottenBecause : record.forgottenBecause,
    browser: before.browser,
    introduced: before.introduced,
  };
}

/** Throws unless the words of the peer are confirmed or it has none. @throws {PeerError} `peer.uncompared` */
export function requireCompared(record: PeerRecord): void {
  if (isUncompared(record))
    throw new PeerError('peer.uncompared', 'no one has confirmed the words of this peer', {
      // The short ID is safe to paste into a shell; a name may not be.
      details: { name: record.name, word: record.peerId.slice(0, 7) },
    });
}

/** Returns the grants of a known peer that stay in effect when it pairs again. None that allows something, if it had removed this device. */
function grantsAtOnce(known: PeerRecord | undefined): Grants {
  if (known?.forgottenAt === undefined) return { ...known?.grants };
  return Object.fromEntries(Object.entries(known.grants).filter(([, { decision }]) => decision !== 'allow'));
}

/** Returns the words and the grants that wait for them after a pairing. */
function comparisonOf(
  known: PeerRecord | undefined,
  words: readonly string[],
  given: Grants,
  now: number,
): PairingRecord {
  const isBack = known?.forgottenAt !== undefined;
  const fresh = Object.entries(given).filter(
    ([right, grant]) => known === undefined || isBack || !allows(known, right as Right, grant, now),
  );
  const compared = known !== undefined && !isBack && !isUncompared(known) && fresh.length === 0;
  const earlier = isBack ? Object.entries(known.grants).filter(([, { decision }]) => decision === 'allow') : [];
  return {
    words: [...words],
    compared,
    pending: { ...known?.pairing?.pending, ...Object.fromEntries([...earlier, ...fresh]) },
  };
}

/** Reports whether two grants are the same decision, with the same end and limit. Pure. */
export function isSameGrant(one: Grant | undefined, other: Grant | undefined): boolean {
  return one?.decision === other?.decision && one?.expiresAt === other?.expiresAt && one?.most === other?.most;
}

/** Reports whether a right is allowed now, for transfers at least as large as with this grant. */
function allows({ grants }: PeerRecord, right: Right, { most = Infinity }: Grant, now: number): boolean {
  const grant = grants[right];
  const isOn = grant?.decision === 'allow' && (grant.expiresAt === null || grant.expiresAt > now);
  return isOn && (grant.most ?? Infinity) >= most;
}
