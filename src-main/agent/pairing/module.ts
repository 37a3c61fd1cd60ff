import type { BrowserOffer, Grant, Right } from '#shared/app-api/index.ts';
import { PairingError, type BrowserMark, type PairingOutcome } from '#shared/pairing/index.ts';
import { AddRequests } from './add-requests.ts';
import { createAddingHandlers } from './adding-handlers.ts';
import { AddingService } from './adding-service.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { endOfLife, isUncompared, recordLife, type PeerRecord, type PeersModule } from '../peers/index.ts';
import { lifeOf } from './browser-life.ts';
import { createPairingHandlers } from './handlers.ts';
import { pairingName } from './pairing-name.ts';
import { PairingService, type JoinerPin, type PairedThrough, type PairingServiceOptions } from './pairing-service.ts';

/** Time after which an inviter's pin is removed unless the joiner has linked or confirmed its own pin, ms (docs/adr/0003). */
const PROVISIONAL_LIFE = 3 * 60_000;

/**
 * Creates the pairing module: pairing by code, link or QR code, and by typed peer ID. Pins the outcome in the peer book and writes the audit log. An
 * inviter also enrols the joiner at the relay; a joiner adopts the inviter's relay.
 */
export function createPairing(
  core: Core,
  {
    network,
    pairing: direct,
    view,
    browser,
    personName,
  }: Pick<NetworkModule, 'network' | 'pairing'> &
    Pick<PeersModule, 'view'> &
    Readonly<{
      /** Set if this device is a browser, which it tells those that it pairs with. */ browser?: () => BrowserMark;
      /** Name of the person whose account this device belongs to, which its name in a pairing contains. */
      personName?: string | undefined;
    }>,
): Module {
  const { crypto, identity, clock, audit, settings, peers, events, views } = core;
  /** Returns what the new peer may do here, and when it ends if it is a browser. */
  const given = (outcome: PairingOutcome, grants: readonly Right[], life?: BrowserOffer) => {
    const chosen = life === undefined || life === 'none' ? lifeOf(outcome.browser) : life;
    if (chosen === undefined) return { grants: allow(grants, null) };
    const endsAt = endOfLife(clock, chosen);
    return { grants: life === 'none' ? {} : allow(BROWSER_RIGHTS, endsAt), browser: { life: chosen, endsAt } };
  };
  const pinJoiner = (
    outcome: PairingOutcome,
    grants: readonly Right[],
    words: readonly string[] | null,
    life?: BrowserOffer,
  ): JoinerPin => {
    const before = peers.get(outcome.peer.peerId);
    const record = peers.add({
      certificate: outcome.peer,
      name: outcome.name,
      ...given(outcome, grants, life),
      words,
      provisionalUntil: clock.now() + PROVISIONAL_LIFE,
      enrolledBy: identity.peerId,
    });
    const { peerId, name } = record;
    audit.record('peer.paired', { peer: peerId, name, side: 'inviter' });
    if (words === null) recordLife(audit, record);
    return {
      stands: () => {
        if (before !== undefined && peers.get(peerId) !== undefined) events.emit('peer.paired-again', { peerId });
      },
      confirm: () => {
        if (peers.get(peerId) !== undefined) peers.confirm(peerId);
      },
      undo: () => {
        peers.undoAdd(record, before);
        if (peers.get(peerId) === undefined) audit.record('peer.unfinished', { peer: peerId, name });
      },
    };
  };
  const pinInviter = (
    outcome: PairingOutcome,
    grants: readonly Right[],
    through: PairedThrough,
    words: readonly string[] | null,
    life?: BrowserOffer,
  ): void => {
    const before = peers.get(outcome.peer.peerId);
    const record = peers.add({
      certificate: outcome.peer,
      name: outcome.name,
      ...given(outcome, grants, life),
      words,
      provisionalUntil: null,
      enrolledBy: null,
    });
    const { peerId, name } = record;
    try {
      if (through.relay !== undefined) network.relay.pairing.adopt(through.relay, outcome.enrolment);
      else {
        peers.reached(peerId, through.address);
        if (outcome.relayOffer !== undefined) network.relay.pairing.adoptOffer(outcome.relayOffer, outcome.enrolment);
      }
    } catch (error) {
      // Without its relay the peer would be unreachable, so the pin is undone.
      if (before === undefined) peers.forget(peerId);
      else peers.undoAdd(record, before);
      throw error;
    }
    audit.record('peer.paired', { peer: peerId, name, side: 'joiner' });
    if (before !== undefined) events.emit('peer.paired-again', { peerId });
    if (words === null) recordLife(audit, record);
    events.emit('peer.joined', { peerId });
  };
  const options: PairingServiceOptions = {
    crypto,
    identity,
    clock,
    audit,
    browser,
    admit: (mark) => {
      if (mark !== undefined && settings.value.browsers === 'never')
        throw new PairingError('pairing.refused', 'this device takes no browsers');
    },
    deviceName: () => pairingName(personName, settings.value.deviceName),
    trust: (peerId) => {
      const record = peers.get(peerId);
      if (record === undefined) return 'unknown';
      return isUncompared(record) ? 'paired' : 'compared';
    },
    direct,
    hasRelay: () => network.relay.status.url !== null,
    inviterRelay: () => network.relay.pairing.inviter(),
    awayRelay: () => network.relay.pairing.away,
    relayBack: (signal) => network.relay.pairing.back(signal),
    lookup: direct.lookup,
    joinerRelay: (target, signal) => network.relay.pairing.joiner(target, signal),
    pinJoiner: (outcome, grants) => pinJoiner(outcome, grants, outcome.words),
    pinInviter: (outcome, grants, through) => pinInviter(outcome, grants, through, outcome.words),
  };
  const pairing = new PairingService(options);
  const adding = new AddingService({
    ...options,
    // Both people have compared the words before the pin, so none are stored.
    pinJoiner: (outcome, grants, life) => pinJoiner(outcome, grants, null, life),
    pinInviter: (outcome, grants, through, life) => pinInviter(outcome, grants, through, null, life),
    onChange: (view) => {
      if (view.state === 'added' && view.other !== null) requests.dismiss(view.other.peerId);
      views.broadcast('adding.changed', view);
    },
    request: (name) => network.relay.requestAdding({ name, system: core.system ?? 'other' }),
  });
  const requests = new AddRequests({
    clock,
    audit,
    ownId: identity.peerId,
    browsers: () => settings.value.browsers ?? 'approved',
    onChange: () => {
      views.broadcast('adding.requested', [...requests.list]);
      views.announce('status');
    },
  });
  views.addStatus(() => ({ approvalsPending: requests.list.length }));
  // A browser serves nothing, so it adds no one.
  if (browser === undefined) events.on('adding.requested', (request) => requests.take(request));
  return {
    handlers: {
      ...createPairingHandlers({ audit, identity, network, pairing, peers, view }),
      ...createAddingHandlers(adding, requests),
    },
    stop: () => {
      pairing.close();
      adding.close();
      requests.close();
    },
  };
}

/** Rights of an approved browser, until its end. Everything else it asks for. */
const BROWSER_RIGHTS: readonly Right[] = ['terminal'];

function allow(grants: readonly Right[], expiresAt: number | null): PeerRecord['grants'] {
  return Object.fromEntries(grants.map((right): [Right, Grant] => [right, { decision: 'allow', expiresAt }]));
}
