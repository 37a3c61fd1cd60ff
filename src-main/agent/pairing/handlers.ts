import type { AppHandlers, PeerView } from '#shared/app-api/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { Network } from '../network/index.ts';
import { recordLife, type PeerBook, type PeerRecord } from '../peers/index.ts';
import type { PairingService } from './pairing-service.ts';

type PairingParts = Readonly<{
  audit: AuditLog;
  identity: DeviceIdentity;
  network: Network;
  pairing: PairingService;
  peers: PeerBook;
  view(record: PeerRecord): PeerView;
}>;

/**
 * Creates the handlers of the app API's `pairing.*` calls: pairing by code, link or QR code, which `PairingService` runs. When a person confirms the
 * pairing words, `pairing.confirm` updates the peer book, writes an audit entry and, if this device enrolled the peer, makes the peer a full member
 * at the relay. `PairingService` and the pairing module write the other audit entries.
 */
export function createPairingHandlers({
  audit,
  identity,
  network,
  pairing,
  peers,
  view,
}: PairingParts): Pick<AppHandlers, Extract<keyof AppHandlers, `pairing.${string}`>> {
  return {
    'pairing.invite': async ({ allow, link }, { connection }) =>
      pairing.invite(allow, link === true ? 'link' : 'code', connection.closed),
    'pairing.result': async ({ pairing: id }, { signal, progress }) => {
      const done = await pairing.result(id, signal, progress);
      return { peer: view(peers.find(done.peer)), words: [...done.words] };
    },
    'pairing.join': async ({ codeOrLink, allow, at }, { signal, progress }) => {
      const done = await pairing.join(codeOrLink, allow, signal, progress, at);
      return { peer: view(peers.find(done.peer)), words: [...done.words] };
    },
    'pairing.confirm': async ({ peer, words, life }) => {
      const before = peers.find(peer);
      const after = peers.confirmWords(before.peerId, words, life);
      if (before.pairing?.compared === false) audit.record('peer.compared', { peer: after.peerId, name: after.name });
      if (before.pairing?.compared === false || life !== undefined) recordLife(audit, after);
      if (after.enrolledBy === identity.peerId) await network.relay.memberships.confirm(after.peerId);
      return view(after);
    },
    'pairing.cancel': async ({ pairing: id }) => {
      pairing.cancel(id);
      return {};
    },
  };
}
