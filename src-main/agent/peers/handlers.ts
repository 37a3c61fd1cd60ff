import type { AppHandlers, PeerView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import { RightsError, type RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import type { Network } from '../network/index.ts';
import type { KnownFacts } from './measured/known-facts.ts';
import type { Measurements } from './measured/measurements.ts';
import { setAgentGrant } from './agent-grants.ts';
import { isSameGrant } from './pairing-record.ts';
import type { PeerBook } from './peer-book.ts';
import { isUncompared, type PeerRecord } from './peer-record.ts';

/** Longest time that `peers.list` with `measure` waits for one peer, ms. A person waits for the list. */
const MEASURE_TIMEOUT = 1800;
/** Longest wait for a link to a peer that is about to be removed, ms. A person waits. */
const FAREWELL_TIMEOUT = 1200;
/** Default time for a peer to answer a ping, ms. */
const PING_TIMEOUT = 5000;

type PeerParts = Readonly<{
  approvals: ApprovalStore;
  audit: AuditLog;
  clock: Clock;
  facts: KnownFacts;
  measurements: Measurements;
  network: Network;
  peers: PeerBook;
  policy: RightsPolicy;
  settings: SettingsStore;
  view(record: PeerRecord): PeerView;
  /** Computes the safety numbers that views of these peers contain. */
  prepareViews(records: readonly PeerRecord[]): Promise<void>;
  /** Tells a linked peer that what it may do here has changed. */
  tell(peerId: PeerId): void;
  /** Sends the changed status to user interfaces. */
  announceStatus(): void;
  /** Sends the peers to user interfaces if a round trip looks different from the one that they have, so that all show the same. */
  announceRoundTrips(): void;
}>;

/** Writes the lifetime of a browser that a person has set to the audit log. Does nothing for a machine. */
export function recordLife(audit: Pick<AuditLog, 'record'>, { peerId, name, browser }: PeerRecord): void {
  if (browser === undefined) return;
  audit.record('browser.life', { peer: peerId, name, life: browser.life, expiresAt: browser.endsAt });
}

/**
 * Creates the handlers of the app API's `peers.*` calls, of `rights.set` and `rights.setAgent`. They change the peer book and the memberships at the relay, link to
 * peers and ping them, end pauses of approvals, and write audit entries. The peers module writes those of changed rights.
 */
export function createPeerHandlers(
  parts: PeerParts,
): Pick<AppHandlers, Extract<keyof AppHandlers, `peers.${string}`> | 'rights.set' | 'rights.setAgent'> {
  const { approvals, audit, facts, network, peers, policy, view } = parts;
  /**
   * Links to a peer that is about to be removed, since it learns that as its session ends. A linked one isn't waited for: what it does here has to end
   * at once. A peer with unconfirmed words isn't dialed.
   */
  const isAnswering = async (record: PeerRecord): Promise<boolean> => {
    const { peerId } = record;
    const link = network.link(peerId);
    if (link !== undefined || isUncompared(record)) return link?.state === 'up';
    if (!network.mayAnswer(peerId)) return false;
    try {
      await network.path(peerId, FAREWELL_TIMEOUT, AbortSignal.timeout(FAREWELL_TIMEOUT));
      return true;
    } catch {
      return false;
    }
  };
  return {
    'peers.list': async ({ measure }, { signal }) => {
      if (measure === true) {
        const reachable = peers.list().filter(({ peerId }) => network.mayAnswer(peerId));
        await Promise.allSettled(
          reachable.map(({ peerId }) =>
            network.path(peerId, MEASURE_TIMEOUT, AbortSignal.any([signal, AbortSignal.timeout(MEASURE_TIMEOUT)])),
          ),
        );
        for (const { peerId } of reachable) {
          const session = network.current(peerId);
          if (session !== undefined) void facts.ask(peerId, session);
        }
      }
      await parts.prepareViews(peers.list());
      parts.announceRoundTrips();
      return peers.list().map(view);
    },
    'peers.get': async ({ peer }) => {
      parts.announceRoundTrips();
      return view(peers.find(peer));
    },
    'peers.rename': async ({ peer, name }) => {
      const before = peers.find(peer);
      const after = peers.rename(before.peerId, name);
      audit.record('peer.renamed', { peer: after.peerId, name: after.name, before: before.name });
      return view(after);
    },
    'peers.forget': async ({ peer, because }) => {
      const record = peers.find(peer);
      const { peerId, name } = record;
      // A link that is made to tell it is no use of its rights.
      const unbar = policy.bar(peerId);
      let told: boolean;
      try {
        told = await isAnswering(record);
        // Modules react to the event `peers.changed` and close their sessions with the peer.
        peers.forget(peerId, because);
      } finally {
        unbar();
      }
      audit.record('peer.forgotten', { peer: peerId, name });
      await network.relay.memberships.settle();
      return { told };
    },
    'peers.readmit': async ({ peer }) => {
      const before = peers.find(peer);
      const after = peers.readmit(before.peerId);
      if (before.departure?.readmitted === false)
        audit.record('peer.readmitted', { peer: after.peerId, name: after.name });
      return view(after);
    },
    'peers.setBrowserLife': async ({ peer, life }) => {
      const after = peers.setBrowserLife(peers.find(peer).peerId, life);
      recordLife(audit, after);
      return view(after);
    },
    'peers.setAnswers': async ({ peer, answers }) => {
      const before = peers.find(peer);
      const after = peers.setAnswers(before.peerId, answers);
      if ((before.browser?.answers === true) === answers) return view(after);
      audit.record('browser.answers', { peer: after.peerId, name: after.name, answers });
      parts.tell(after.peerId);
      return view(after);
    },
    'peers.setBrowsers': async ({ mode }) => {
      const before = parts.settings.value.browsers ?? 'approved';
      if (mode === before) return {};
      parts.settings.update((current) => ({ ...current, browsers: mode }));
      audit.record('browsers.mode', { mode });
      peers.browsersChanged();
      parts.announceStatus();
      return {};
    },
    'peers.setOwn': async ({ peer, own }) => {
      const before = peers.find(peer);
      const after = peers.setOwn(before.peerId, own);
      if (before.own !== own) audit.record('peer.own', { peer: after.peerId, name: after.name, own });
      return view(after);
    },
    'peers.setTerminalProfile': async ({ peer, profile }) =>
      view(peers.setTerminalProfile(peers.find(peer).peerId, profile)),
    'peers.setFavourite': async ({ peer, favourite }) => view(peers.setFavourite(peers.find(peer).peerId, favourite)),
    'peers.markUsed': async ({ peers: used }) => {
      for (const { peer, at } of used) peers.markUsed(peer as PeerId, at);
      return {};
    },
    'peers.setOrder': async ({ order }) => {
      parts.settings.update((current) => ({ ...current, machineOrder: order }));
      parts.announceStatus();
      return {};
    },
    'peers.measurements': async ({ peer }) => {
      const { peerId, pairedAt } = peers.find(peer);
      const { roundTrips, today } = parts.measurements.of(peerId, pairedAt);
      return { roundTrips: [...roundTrips], today };
    },
    'peers.arrange': async ({ order }) => {
      peers.arrange(order.map(({ peer, group }) => ({ peerId: peers.find(peer).peerId, group })));
      await parts.prepareViews(peers.list());
      return peers.list().map(view);
    },
    'peers.ping': async ({ peer, timeout }, { signal }) =>
      network.ping(peers.find(peer).peerId, timeout ?? PING_TIMEOUT, signal),
    'peers.setPathMode': async ({ peer, mode, via }) => {
      const { peerId } = peers.find(peer);
      const hops = typeof via === 'string' ? [via] : (via ?? []);
      network.setPathMode(
        peerId,
        mode,
        hops.map((hop) => peers.find(hop).peerId),
      );
      return view(peers.find(peerId));
    },
    'peers.reconnect': async ({ peer }) => {
      network.reconnect(peers.find(peer).peerId);
      return {};
    },
    'rights.set': async ({ peer, right, decision, expiresAt, most, was }) => {
      const record = peers.find(peer);
      const grant = view(record).rights[right];
      if (was !== undefined && !isSameGrant(was, grant))
        throw new RightsError('rights.changed', 'the grant was changed meanwhile', { details: { right } });
      policy.set(record.peerId, right, decision, expiresAt, most);
      // Even if the decision is unchanged: the person has reviewed the right.
      approvals.mayAskAgain(record.peerId, right);
      return view(peers.find(record.peerId));
    },
    'rights.setAgent': async ({ peer, agent, decision, expiresAt }) => {
      const { peerId } = peers.find(peer);
      setAgentGrant(parts, peerId, agent, decision === null ? undefined : { decision, expiresAt });
      approvals.mayAskAgain(peerId, 'message');
      return view(peers.find(peerId));
    },
  };
}
