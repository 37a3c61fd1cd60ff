import type { PeerView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import { isSuspended, type PeersModule } from '../peers/index.ts';
import { LONGEST_LIFE } from './checks.ts';
import { IntroductionError } from './errors.ts';
import { Introducer } from './introducer.ts';
import { IntroductionTarget } from './target.ts';
import { ReceivedIntroductions } from './received.ts';

/** Module for the introductions of peers to each other. */
export type IntroductionsModule = Module &
  Readonly<{
    introductions: Readonly<{
      /** Answers a stream in which a peer introduces another device. Never throws. */
      serve(stream: IncomingStream, peerId: PeerId): Promise<void>;
    }>;
  }>;

/**
 * Creates the module of introductions: a device that two others trust makes them peers of each other. As introducer it answers the calls
 * `introductions.*` and sends ends when this device forgets a peer; as target it pins newcomers, and removes them when their introducer may no longer
 * introduce. Writes the audit log. Called by the agents of machines and pages; they pass it the streams.
 */
export function createIntroductions(
  core: Core,
  { network, view }: Pick<NetworkModule, 'network'> & Pick<PeersModule, 'view'>,
): IntroductionsModule {
  const { approvals, audit, clock, crypto, events, identity, logger, peers, policy, settings } = core;
  const received = new ReceivedIntroductions(settings);
  const target = new IntroductionTarget({
    crypto,
    clock,
    own: identity.peerId,
    peers,
    policy,
    approvals,
    audit,
    received,
    browsers: () => settings.value.browsers ?? 'approved',
    relay: () => ({ key: network.relay.keyOnline, projects: network.relay.projects }),
  });
  const introducer = new Introducer({ identity, clock, logger, peers, settings, audit, network });
  /** Removes the peers that this one has introduced. */
  const revoke = (by: PeerId): void => {
    const byName = peers.nameOf(by) ?? by.slice(0, 7);
    for (const { peerId, name } of peers.endIntroducedBy(by))
      audit.record('introduction.ended', { peer: peerId, name, by, byName });
  };
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed') {
      // A person here has forgotten it; what ended by itself may be introduced again.
      if (change.name !== undefined) received.forgotten(change.peerId);
      introducer.end(change.peerId);
      revoke(change.peerId);
    }
    if (change.kind === 'updated') {
      const record = peers.get(change.peerId);
      if (record !== undefined && isSuspended(record)) revoke(change.peerId);
    }
  });
  events.on('right.changed', ({ peerId, right, decision }) => {
    if (right === 'introduce' && decision === 'deny') revoke(peerId);
  });
  events.on('peer.linked', ({ peerId }) => void introducer.settle(peerId));
  const nameOf = (peerId: PeerId): string => peers.nameOf(peerId) ?? peerId.slice(0, 7);
  const changed = (peerId: PeerId): PeerView => view(peers.find(peerId));
  return {
    introductions: { serve: (stream, peerId) => target.serve(stream, peerId) },
    handlers: {
      'introductions.introduce': async ({ newcomer, targets, rights, life }, { signal, progress }) => {
        const who = peers.find(newcomer);
        peers.requireCompared(who.peerId);
        if (who.introduced !== undefined)
          throw new IntroductionError('introduction.chain', 'an introduced device is introduced no further');
        const notAfter = Math.floor(clock.now() / 1000) + Math.min(life, LONGEST_LIFE);
        const results: { peer: string; name: string; problem: string | null; at?: string }[] = [];
        for (const reference of targets) {
          const to = peers.find(reference);
          let at: string | undefined;
          const onTurn = ({ name }: typeof to): void => void (at = name);
          const onWaiting = (peer: PeerId): void => progress({ peer, step: 'approval' });
          const problem = await introduce(to).catch((error: unknown) => errorCode(error));
          if (signal.aborted) break;
          results.push({
            peer: to.peerId,
            name: to.name,
            problem: problem ?? null,
            ...(problem === undefined || at === undefined ? {} : { at }),
          });
          async function introduce(record: typeof to): Promise<undefined> {
            peers.requireCompared(record.peerId);
            if (record.peerId === who.peerId || record.browser !== undefined)
              throw new IntroductionError('introduction.newcomer', 'a device is introduced to another machine');
            await introducer.introduce(
              { newcomer: who, target: record, rights, notAfter },
              { signal, onTurn, onWaiting },
            );
          }
        }
        return results;
      },
      'introductions.list': async () =>
        introducer.list().map(({ about, to, notAfter }) => ({
          newcomer: about,
          newcomerName: nameOf(about),
          target: to,
          targetName: nameOf(to),
          endsAt: notAfter * 1000,
        })),
      'introductions.end': async ({ newcomer, target: to }) => {
        introducer.end(peers.find(newcomer).peerId, to === undefined ? undefined : peers.find(to).peerId);
        return {};
      },
      'introductions.handOn': async ({ peer, rights }) => {
        const { peerId } = peers.find(peer);
        const { name } = peers.setHandsOn(peerId, rights);
        audit.record('introduction.hands-on', { peer: peerId, name, rights: rights.join(', ') });
        return changed(peerId);
      },
    },
  };
}
