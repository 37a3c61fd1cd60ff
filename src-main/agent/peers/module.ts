import type { BrowserEnd, PeerView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { NetworkModule } from '../network/index.ts';
import { ChangeTeller } from './change-teller.ts';
import { ClosedTabs } from './closed-tabs.ts';
import { createPeerHandlers } from './handlers.ts';
import { linkNewPeer } from './link-new-peer.ts';
import { KnownFacts } from './measured/known-facts.ts';
import { Measurements } from './measured/measurements.ts';
import { SentRoundTrips } from './measured/sent-round-trips.ts';
import { TrafficMeter } from './measured/traffic-meter.ts';
import { isUncompared, type PeerRecord } from './peer-record.ts';
import { haveSafetyNumbers, prepareSafetyNumbers } from './safety-numbers.ts';
import { viewPeer } from './views.ts';

/** Notices that a peer has removed this device, which it can cause by linking again: two of each peer, then one an hour; 16 of all. */
const FORGOT_NEWS = { each: { burst: 2, perSecond: 1 / 3600 }, all: { burst: 16, perSecond: 16 / 3600 } };

/** Module of the paired devices. `view` returns a peer as user interfaces show it. */
export type PeersModule = Module & Readonly<{ view(record: PeerRecord): PeerView }>;

/**
 * Creates the peers module, which answers calls about peers and rights. At once it audits the peers that the peer book removed because their pairing
 * wasn't finished in time, or whose time as a browser was over, and removes their memberships at the relay. On events it updates the views, audits changed rights and unfinished pairings,
 * decides the requests that a changed right answers, links to new peers at once, and asks linked peers for their operating system, which the peer
 * book stores, and for facts about their machines. Measures round trips and traffic of all sessions. Suspends a peer when the relay reports its
 * removal. Records that a peer has removed this device. Removes browsers whose tab is closed. Called by `Agent`.
 * @param dependencies.traffic document with the bytes of today; undefined: kept in memory while the agent runs
 */
export function createPeers(
  core: Core,
  { network, traffic }: Pick<NetworkModule, 'network'> & Readonly<{ traffic?: DocumentFile | undefined }>,
): PeersModule {
  const {
    approvals,
    audit,
    clock,
    closing,
    crypto,
    events,
    identity,
    logger,
    peers,
    policy,
    principals,
    settings,
    views,
  } = core;
  const facts = new KnownFacts({
    clock,
    logger,
    system: core.system,
    onAnswer: (peerId, { system, browser, rights, facts: named }) => {
      if (closing.aborted) return;
      events.emit('peer.named', { peerId, browser, forward: rights?.forward });
      peers.setSystem(peerId, system);
      if (named?.cards !== undefined) peers.setCards(peerId, named.cards);
      views.announce('peers');
    },
  });
  const measurements = new Measurements({
    clock,
    network,
    traffic: new TrafficMeter({ file: traffic, clock, logger }),
    seen: (peerId, at) => peers.seen(peerId, at),
  });
  const parts = { crypto, clock, identity, network, peers, policy, facts };
  const view = (record: PeerRecord): PeerView => viewPeer(parts, record);
  const prepareViews = (records: readonly PeerRecord[]): Promise<void> => prepareSafetyNumbers(parts, records);
  const unfinished = (peerId: PeerId, name: string): void => {
    audit.record('peer.unfinished', { peer: peerId, name });
    views.broadcast('peers.unfinished', { name });
  };

  const ended = (peerId: PeerId, name: string, cause: BrowserEnd = 'time'): void => {
    audit.record('peer.ended', { peer: peerId, name, cause });
    views.broadcast('peers.ended', { name, cause });
  };
  const forgotNews = new SenderBudget(clock, FORGOT_NEWS);
  const tabs = new ClosedTabs({ clock, logger, peers });

  const teller = new ChangeTeller({
    clock,
    current: (peerId) => (closing.aborted ? undefined : network.current(peerId)),
    tell: (peerId, session) => facts.ask(peerId, session, 'told'),
  });
  /** Tells a linked peer that its rights here have changed, or that its words are confirmed. */
  const tellSoon = (peerId: PeerId): void => teller.tellSoon(peerId);
  /** Words of each peer that a person here still has to compare. */
  const uncompared = new Map<PeerId, string>(peers.list().map((record) => [record.peerId, wordsToCompare(record)]));
  /** Tells the peer once its words are confirmed here, which ends its hint to confirm them. */
  const wordsChanged = (peerId: PeerId): void => {
    const record = peers.get(peerId);
    const words = record === undefined ? '' : wordsToCompare(record);
    const before = uncompared.get(peerId) ?? '';
    if (words === before) return;
    uncompared.set(peerId, words);
    if (record === undefined) uncompared.delete(peerId);
    else if (words === '') tellSoon(peerId);
    else facts.pairedAgain(peerId);
  };

  for (const { peerId, name, reason } of peers.takeLapsed()) {
    if (reason === 'ended') ended(peerId, name);
    else unfinished(peerId, name);
    void network.relay.memberships.remove(peerId);
  }
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed' && change.unfinished !== undefined) unfinished(change.peerId, change.unfinished);
    if (change.kind === 'removed' && change.ended !== undefined) ended(change.peerId, change.ended, change.cause);
    if (change.kind !== 'seen') {
      tabs.changed(change.peerId);
      wordsChanged(change.peerId);
    }
    if (change.kind === 'removed') {
      facts.forget(change.peerId);
      teller.forget(change.peerId);
      measurements.forget(change.peerId);
    }
    // The view of requests contains whether the words of their peer are confirmed.
    if (change.kind !== 'seen') views.announce('approvals');
    views.announce('peers');
  });
  events.on('peer.left', ({ peerId, at }) => {
    if (!peers.suspend(peerId, at)) return;
    const name = peers.nameOf(peerId) ?? '';
    logger.warn('the relay reported that a peer was removed', { peer: peerId });
    audit.record('peer.suspended', { peer: peerId, name });
    views.broadcast('peers.suspended', { name });
  });
  events.on('peer.forgot', ({ peerId, because }) => {
    if (!peers.forgottenBy(peerId, because)) return;
    const name = peers.nameOf(peerId) ?? '';
    audit.record('peer.forgot', { peer: peerId, name });
    if (forgotNews.take(peerId))
      views.broadcast('peers.forgot', { peerId, name, ...(because !== undefined && { because }) });
  });
  events.on('right.changed', ({ peerId, right, decision, bySuspension, isFirst }) => {
    tellSoon(peerId);
    // The entry of the suspension or readmission covers all rights.
    if (bySuspension === true) return;
    const principal = principals.get(peerId);
    const grant = principal?.grants[right];
    const { expiresAt = null, most } = grant ?? {};
    // The entries of a pairing or removal cover these: an undecided right is no decision.
    if (principal === undefined || (isFirst === true && decision === 'ask')) return;
    const { name } = principal;
    audit.record('right.changed', {
      peer: peerId,
      name,
      right,
      decision,
      expiresAt,
      ...(most !== undefined && { most }),
    });
    // Only a decision on the right itself answers requests, not one that follows from ignoring or removing the peer.
    if (decision !== 'ask' && grant?.decision === decision) approvals.answerAll(peerId, right, decision);
  });
  // A new end of the same decision is no change of the right, and the peer shows it.
  const stopReviews = policy.onReview(({ peerId, right, decision, isLimitOnly }) => {
    tellSoon(peerId);
    const principal = principals.get(peerId);
    const { expiresAt = null, most } = principal?.grants[right] ?? {};
    if (!isLimitOnly || principal === undefined) return;
    audit.record('right.changed', {
      peer: peerId,
      name: principal.name,
      right,
      decision,
      expiresAt,
      ...(most !== undefined && { most }),
    });
    // What waited because it was too large may be allowed now.
    if (policy.decision(peerId, right) === 'allow') approvals.answerAll(peerId, right, 'allow');
  });
  events.on('links.changed', () => teller.linksChanged());
  events.on('peer.joined', ({ peerId }) => void linkNewPeer({ network, logger }, peerId));
  events.on('session.began', ({ peerId, session }) => {
    measurements.follow(peerId, session);
    tabs.follow(peerId, session);
  });
  events.on('peer.linked', ({ peerId, session }) => void facts.ask(peerId, session, 'link'));
  events.on('peer.facts-changed', ({ peerId, session }) => void facts.askChanged(peerId, session));
  views.addStatus(() => ({
    machineOrder: settings.value.machineOrder ?? 'mine',
    browsers: settings.value.browsers ?? 'approved',
  }));
  const sent = new SentRoundTrips();
  views.define('peers', () => {
    const records = peers.list();
    if (haveSafetyNumbers(parts, records)) {
      const all = records.map(view);
      sent.record(all);
      views.broadcast('peers.changed', all);
    } else void prepareViews(records).then(() => views.announce('peers'));
  });

  return {
    view,
    handlers: createPeerHandlers({
      approvals,
      audit,
      clock,
      facts,
      measurements,
      network,
      peers,
      policy,
      settings,
      view,
      prepareViews,
      tell: tellSoon,
      announceStatus: () => views.announce('status'),
      announceRoundTrips: () => {
        const measured = peers.list().map(({ peerId }) => ({ peerId, rtt: network.link(peerId)?.rtt ?? null }));
        if (sent.isOld(measured)) views.announce('peers');
      },
    }),
    close: () => {
      stopReviews();
      tabs.close();
      teller.close();
      facts.close();
      measurements.close();
    },
  };
}

/** Returns the words of a peer that a person here still has to compare; empty for none. */
function wordsToCompare(record: PeerRecord): string {
  return isUncompared(record) ? (record.pairing?.words.join(' ') ?? '') : '';
}
