import type { AddingView, Right } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import { AddingService } from './adding/index.ts';
import { PairingService, type PairingServiceOptions } from './invitations/index.ts';
import type { Network } from './network/index.ts';
import type { PeerBook } from './peers/index.ts';
import type { AuditLog, SettingsStore } from './store/index.ts';

/** An inviter's pin lapses after so long unless the joiner has linked, ms (docs/adr/0003). */
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
  const options: PairingServiceOptions = {
    crypto,
    identity,
    clock,
    audit,
    deviceName: () => settings.value.deviceName,
    inviterRelay: () => network.relay.inviter(),
    joinerRelay: (target, signal) => network.relay.joiner(target, signal),
    pinJoiner: (outcome, grants) => {
      const record = peers.add({
        certificate: outcome.peer,
        name: outcome.name,
        grants: allow(grants),
        provisionalUntil: clock.now() + PROVISIONAL_LIFE,
        enrolledBy: identity.peerId,
      });
      audit.record('peer.paired', { peer: record.peerId, name: record.name, side: 'inviter' });
      return record.peerId;
    },
    pinInviter: (outcome, grants, relay) => {
      const record = peers.add({
        certificate: outcome.peer,
        name: outcome.name,
        grants: allow(grants),
        provisionalUntil: null,
        enrolledBy: null,
      });
      audit.record('peer.paired', { peer: record.peerId, name: record.name, side: 'joiner' });
      network.relay.adopt(relay, outcome.enrolment);
      onPinned(record.peerId);
      return record.peerId;
    },
  };
  return {
    pairing: new PairingService(options),
    adding: new AddingService({ ...options, onChange: (view) => parts.onAdding(view) }),
  };
}

function allow(grants: readonly Right[]): Readonly<Record<string, { decision: 'allow'; expiresAt: null }>> {
  return Object.fromEntries(grants.map((right) => [right, { decision: 'allow', expiresAt: null }] as const));
}
