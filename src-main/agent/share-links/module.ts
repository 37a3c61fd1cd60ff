import { SHARE_LIFE } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { PAGE_PATHS } from '#shared/relay-page/index.ts';
import type { GuestReport } from '#shared/terminal/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import type { PauseModule } from '../pause/index.ts';
import type { SharedTerminalAccess, TerminalChannels } from '../terminals/index.ts';
import { ShareError } from './errors.ts';
import { GuestArrivals } from './guest-arrivals.ts';
import { GuestReporter } from './guest-reporter.ts';
import { hostName } from './host-name.ts';
import { ShareLinks } from './share-links.ts';

/** Terminals that run on this device, as share links use them. */
export type ServedTerminals = Readonly<{
  forGuests(terminal: string): SharedTerminalAccess | undefined;
  /** Records what happens to a link to one of them. */
  noteGuest(terminal: string, report: GuestReport): void;
}>;

export type ShareLinksDependencies = Pick<NetworkModule, 'network'> &
  Readonly<{
    pause: Pick<PauseModule['pause'], 'current'>;
    /** Terminals that user interfaces show. */
    channels: Pick<TerminalChannels, 'forGuests'>;
    /** Terminals that run on this device; undefined: none do. */
    served: ServedTerminals | undefined;
    /** Name of the person who shares, as guests are told; undefined: they are told this device's. */
    personName?: string | undefined;
  }>;

/**
 * Creates the module for share links: guests in browsers watch one terminal of this device, or one that it has open on a peer, or type into it. Sends
 * `shareLink.changed` to user interfaces, and writes the audit log. Called by `Agent`.
 */
export function createShareLinks(core: Core, dependencies: ShareLinksDependencies): Module {
  const { audit, clock, crypto, events, identity, logger, peers, settings, views } = core;
  const { network, channels, served, pause, personName } = dependencies;
  const { relay } = network;
  const ownName = (): string => settings.value.deviceName;
  const changed = (): void => views.broadcast('shareLink.changed', shares.list());
  const reporter = new GuestReporter({
    clock,
    logger: logger.child({ part: 'share-links' }),
    current: (peerId) => network.current(peerId),
  });
  const shares = new ShareLinks({
    crypto,
    clock,
    audit,
    ownId: identity.peerId,
    nameOf: (peerId) => (peerId === identity.peerId ? ownName() : (peers.nameOf(peerId) ?? '')),
    relay: {
      pageUrl: async (signal) => {
        const address = relay.publicAddress;
        if (address === undefined) throw new ShareError('share.no-relay', 'no relay is configured');
        const { url } = address;
        if (!parseRelayUrl(url, { insecure: true }).secure)
          throw new ShareError('share.insecure', 'browsers create no keys on a page without TLS', { details: { url } });
        if (address.hasOwnCertificate)
          throw new ShareError('share.own-certificate', 'browsers would not trust the certificate of this relay', {
            details: { url },
          });
        if (!(await relay.http.serves(PAGE_PATHS.facts, signal)))
          throw new ShareError('share.no-page', 'this relay serves no page for guests', { details: { url } });
        return url;
      },
      openShare: (share) => relay.openShare(share),
      closeShare: (share) => relay.closeShare(share),
    },
    find: (peerId, terminal) => (peerId === null ? served?.forGuests(terminal) : channels.forGuests(peerId, terminal)),
    report: (peerId, terminal, report) => {
      if (peerId === null) served?.noteGuest(terminal, report);
      else reporter.report(peerId, terminal, report);
    },
    changed,
  });
  const arrivals = new GuestArrivals({
    crypto,
    identity,
    clock,
    logger: logger.child({ part: 'share-links' }),
    shares,
    ownName: () => hostName(personName, ownName()),
    relayKey: () => relay.relayKey,
    isPaused: () => pause.current !== undefined,
    changed,
  });
  relay.port.onGuest = (incoming) => arrivals.take(incoming);
  let url = relay.url;
  events.on('relay.changed', () => {
    const before = url;
    url = relay.url ?? before;
    // The links name the relay that was used before.
    if (before !== null && url !== before) shares.endAll('share.relay-changed');
  });
  events.on('pause.changed', ({ paused }) => {
    if (paused) shares.endAll('share.ended');
  });
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed') shares.endFor(change.peerId);
  });

  const find = (reference: string | null): PeerId | null => (reference === null ? null : peers.find(reference).peerId);
  return {
    handlers: {
      'shareLink.create': async (
        { peer, terminal, role, seconds = SHARE_LIFE.default, once = false, letIn = false },
        { signal },
      ) => await shares.create({ peerId: find(peer), terminal, role, seconds, once, letIn }, signal),
      'shareLink.list': async () => shares.list(),
      'shareLink.end': async ({ id }) => {
        shares.end(id);
        return {};
      },
      'shareLink.answer': async ({ guest, letIn }) => {
        shares.answer(guest, letIn);
        return {};
      },
      'shareLink.remove': async ({ guest }) => {
        shares.remove(guest);
        return {};
      },
    },
    stop: () => shares.endAll('share.ended'),
  };
}
