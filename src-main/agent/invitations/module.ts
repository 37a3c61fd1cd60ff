import type { AddingView, Right } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { PairingOutcome } from '#shared/pairing/index.ts';
import { AddingService } from '../adding/index.ts';
import { PairingService, type JoinerPin, type JoinerRelay, type PairingServiceOptions } from './index.ts';
import type { Network } from '../network/index.ts';
import { isUncompared, type PeerBook } from '../peers/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

/** An inviter's pin lapses after so long unless the joiner has linked or said that it has pinned, too, ms (docs/adr/0003). */
const PROVISIONAL_LIFE = 3 * 60_000;

/**
 * Pairing, and adding by hand, whose outcome is pinned in the peer book and written into the audit log.
 * @param parts.onPinned Called where this device has joined: the new peer waits for a link that confirms it.
 */
export function createPairing(
  parts: Readonly<{
    crypto: CryptoBackend;
    identity: DeviceIdentity;
    clock: Clock;
    audit: AuditLog;
    settings: SettingsStore;
    peers: PeerBook;
    network: Network;
    onPinned: (peerId: PeerId) => void;
    onAdding: (view: AddingView) => void;
  }>,
): Readonly<{ pairing: PairingService; adding: AddingService }> {
  const { crypto, identity, clock, audit, settings, peers, network, onPinned } = parts;
  const pinJoiner = (outcome: PairingOutcome, grants: readonly Right[], words: readonly string[] | null): JoinerPin => {
    const before = peers.get(outcome.peer.peerId);
    const record = peers.add({
      certificate: outcome.peer,
      name: outcome.name,
      grants: allow(grants),
      words,
      provisionalUntil: clock.now() + PROVISIONAL_LIFE,
      enrolledBy: identity.peerId,
    });
    const { peerId, name } = record;
    audit.record('peer.paired', { peer: peerId, name, side: 'inviter' });
    return {
      confirm: () => {
        if (peers.get(peerId) !== undefined) peers.confirm(peerId);
      },
      takeBack: () => {
        peers.takeBack(peerId, before);
        if (peers.get(peerId) === undefined) audit.record('peer.unfinished', { peer: peerId, name });
      },
    };
  };
  const pinInviter = (
    outcome: PairingOutcome,
    grants: readonly Right[],
    relay: JoinerRelay,
    words: readonly string[] | null,
  ): void => {
    const before = peers.get(outcome.peer.peerId);
    const { peerId, name } = peers.add({
      certificate: outcome.peer,
      name: outcome.name,
      grants: allow(grants),
      words,
      provisionalUntil: null,
      enrolledBy: null,
    });
    try {
      network.relay.adopt(relay, outcome.enrolment);
    } catch (error) {
      // A peer at a relay that is not known here: half a pairing.
      if (before === undefined) peers.forget(peerId);
      else peers.takeBack(peerId, before);
      throw error;
    }
    audit.record('peer.paired', { peer: peerId, name, side: 'joiner' });
    onPinned(peerId);
  };
  const options: PairingServiceOptions = {
    crypto,
    identity,
    clock,
    audit,
    deviceName: () => settings.value.deviceName,
    trust: (peerId) => {
      const record = peers.get(peerId);
      if (record === undefined) return 'unknown';
      return isUncompared(record) ? 'paired' : 'compared';
    },
    inviterRelay: () => network.relay.inviter(),
    joinerRelay: (target, signal) => network.relay.joiner(target, signal),
    pinJoiner: (outcome, grants) => pinJoiner(outcome, grants, outcome.words),
    pinInviter: (outcome, grants, relay) => pinInviter(outcome, grants, relay, outcome.words),
  };
  return {
    pairing: new PairingService(options),
    adding: new AddingService({
      ...options,
      // Two people have compared the words before anything is pinned.
      pinJoiner: (outcome, grants) => pinJoiner(outcome, grants, null),
      pinInviter: (outcome, grants, relay) => pinInviter(outcome, grants, relay, null),
      onChange: (view) => parts.onAdding(view),
    }),
  };
}

function allow(grants: readonly Right[]): Readonly<Record<string, { decision: 'allow'; expiresAt: null }>> {
  return Object.fromEntries(grants.map((right) => [right, { decision: 'allow', expiresAt: null }] as const));
}
