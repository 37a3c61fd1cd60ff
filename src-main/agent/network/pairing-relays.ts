import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { shortPeerId, type DeviceIdentity } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { InviterRelay, JoinerRelay, JoinTarget } from '../pairing/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { connectAsJoiner, tryEnrolment, type RelayClient, type RelayClientOptions } from '../relay/index.ts';
import { mainProject, type Memberships } from './memberships.ts';
import { sameRelay, type RelaySettings } from './relay-settings.ts';

/** Client of the relay in use. */
export type LiveRelay = Readonly<{ client: RelayClient; url: string }>;

/** State of this device that an invitation needs. */
export type InviterParts = Readonly<{
  crypto: CryptoBackend;
  settings: RelaySettings;
  clock: Clock;
  memberships: Memberships;
  peers: PeerBook;
}>;

/**
 * Returns the relay connection that invitations of this device use. Used by `RelayConnection`, like `joinerRelay`.
 * @throws {ClawReachError} `relay.no-project`; `pairing.pending` if this device may not invite before its own pairing words are confirmed
 */
export function inviterRelay(
  { client, url }: LiveRelay,
  { settings, clock, memberships, peers, crypto }: InviterParts,
): InviterRelay {
  const { relayKey, projects } = client;
  const project = mainProject(projects);
  if (project === undefined && projects.length > 0) {
    throw new ClawReachError('pairing.pending', 'the words of this device are not confirmed yet', {
      details: { inviter: inviterName({ relayKey, settings, crypto, peers }) },
    });
  }
  if (relayKey === undefined || project === undefined) {
    throw new ClawReachError('relay.no-project', 'the relay gave this device no project');
  }
  return {
    // The link also contains the relay's key, which identifies the relay under any URL.
    url: settings.advertised ?? url,
    relayKey,
    tlsPin: settings.tlsPin,
    project,
    nextSerial: () => settings.nextSerial(clock.now()),
    openMailbox: (request) => client.openMailbox(request),
    holdsTwo: client.holdsTwoMailboxes,
    knowsPending: client.knowsPending,
    addEnrolment: (member, role, sign) => memberships.addEnrolment(member, project, role, sign),
    enrol: (enrolment) => client.enrol(enrolment),
    removeMember: (member) => memberships.remove(member),
  };
}

/** Returns the name of the peer that has enrolled this device as a pending member, or the peer's short ID; a dash if unknown. */
function inviterName({
  relayKey,
  settings,
  crypto,
  peers,
}: Pick<InviterParts, 'settings' | 'crypto' | 'peers'> & Readonly<{ relayKey: Uint8Array | undefined }>): string {
  if (relayKey === undefined) return '–';
  for (const encoded of settings.enrolments) {
    const enrolment = tryEnrolment(crypto, encoded);
    if (enrolment?.role === 'pending' && equalBytes(enrolment.relayKey, relayKey))
      return peers.nameOf(enrolment.inviter) ?? shortPeerId(enrolment.inviter);
  }
  return '–';
}

/** State of this device that joining needs. `live`: connection to the relay in use; undefined without one. */
export type JoinerParts = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  software: string;
  peers: PeerBook;
  settings: RelaySettings;
  live: LiveRelay | undefined;
  /** Role of this device at relays; undefined: that of a machine. */
  role?: RelayClientOptions['role'];
}>;

/**
 * Connects to the relay where a joiner claims its mailbox: the existing connection if it leads to that relay, otherwise a temporary one as a joiner.
 * @param target relay named by a link; undefined: the relay of the settings
 * @throws {ClawReachError} `relay.not-configured`; `pairing.other-relay` if joining would take this device away from the relay of its peers; errors
 * of the connection
 */
export async function joinerRelay(
  parts: JoinerParts,
  target: JoinTarget | undefined,
  signal: AbortSignal,
): Promise<JoinerRelay> {
  const { settings, live } = parts;
  const own = settings.url;
  const url = target === undefined || isOwn(settings, target) ? own : target.url;
  if (url === undefined) throw new ClawReachError('relay.not-configured', 'no relay is configured');
  if (own !== undefined && url !== own && parts.peers.size > 0) {
    throw new ClawReachError('pairing.other-relay', 'the link belongs to another relay', { details: { url, own } });
  }
  // The relay takes one claim from a browser that is in no project, so that each try has a connection of its own.
  if (live?.client.status.state === 'online' && live.client.projects.length > 0 && sameRelay(live.url, url)) {
    const { relayKey } = live.client;
    if (relayKey !== undefined && (target === undefined || equalBytes(relayKey, target.relayKey))) {
      return {
        url,
        relayKey,
        // Use the pin that this connection has verified; the pin in the link is only a claim.
        tlsPin: settings.tlsPin,
        claimMailbox: (request) => live.client.claimMailbox(request),
        close: () => undefined,
      };
    }
  }
  const tlsPin = target === undefined ? settings.tlsPin : target.tlsPin;
  const relayKeyPin = target?.relayKey ?? settings.relayKey;
  const { crypto, identity, clock, logger, dialer, software, role } = parts;
  const config = {
    url,
    insecure: settings.insecure,
    ...(tlsPin === undefined ? {} : { tlsPin }),
    ...(relayKeyPin === undefined ? {} : { relayKeyPin }),
  };
  const joined = await connectAsJoiner(
    { crypto, identity, clock, logger, dialer, software, config, ...(role !== undefined && { role }) },
    signal,
  );
  return {
    url,
    relayKey: joined.relayKey,
    tlsPin,
    claimMailbox: (request) => joined.claimMailbox(request),
    close: () => joined.close(),
  };
}

/** Reports whether the link names the configured relay. The relay's key decides, whatever its URL. */
function isOwn({ url, relayKey }: RelaySettings, target: JoinTarget): boolean {
  if (url === undefined) return false;
  return relayKey === undefined ? sameRelay(url, target.url) : equalBytes(relayKey, target.relayKey);
}
