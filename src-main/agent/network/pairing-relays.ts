import { equalBytes } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { shortPeerId, type DeviceIdentity } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RelayDialer } from '#node/sockets/index.ts';
import type { InviterRelay, JoinerRelay, JoinTarget } from '../pairing/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { connectAsJoiner, tryEnrolment, type RelayClient } from '../relay/index.ts';
import { mainProject, type Memberships } from './memberships.ts';
import { sameRelay, type RelaySettings } from './relay-settings.ts';

/** The relay connection of now. */
export type LiveRelay = Readonly<{ client: RelayClient; url: string }>;

export type InviterParts = Readonly<{
  crypto: CryptoBackend;
  settings: RelaySettings;
  clock: Clock;
  memberships: Memberships;
  peers: PeerBook;
}>;

/** @throws {ClawReachError} `relay.no-project`; `pairing.pending` for a device that may not let others in before its words are confirmed */
export function inviterRelay(
  { client, url }: LiveRelay,
  { settings, clock, memberships, peers, crypto }: InviterParts,
): InviterRelay {
  const { relayKey, projects } = client;
  const project = mainProject(projects);
  if (project === undefined && projects.length > 0) {
    throw new ClawReachError('pairing.pending', 'the words of this device are not confirmed yet', {
      details: { inviter: hostOf({ relayKey, settings, crypto, peers }) },
    });
  }
  if (relayKey === undefined || project === undefined) {
    throw new ClawReachError('relay.no-project', 'the relay gave this device no project');
  }
  return {
    // The key in the link says which relay it is, whatever it is called.
    url: settings.advertised ?? url,
    relayKey,
    tlsPin: settings.tlsPin,
    project,
    nextSerial: () => settings.nextSerial(clock.now()),
    openMailbox: (request) => client.openMailbox(request),
    knowsPending: client.knowsPending,
    noteEnrolment: (member, role, enrolment) => memberships.noteEnrolment(member, project, role, enrolment),
    enrol: (enrolment) => client.enrol(enrolment),
    removeMember: (member) => memberships.remove(member),
  };
}

/** Name of the peer that has let this device in as a pending member, or its short id; a dash where it is not known. */
function hostOf({
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
}>;

/**
 * A connection that may claim a mailbox: this device's own where it is online at that relay, else one as a joiner.
 * @param target from a link; undefined for the relay of the settings
 * @throws {ClawReachError} `relay.not-configured`; `pairing.other-relay` where following the link would take this device away from the relay
 * of its peers; what kept the connection from opening
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
  if (live?.client.status.state === 'online' && sameRelay(live.url, url)) {
    const { relayKey } = live.client;
    if (relayKey !== undefined && (target === undefined || equalBytes(relayKey, target.relayKey))) {
      return {
        url,
        relayKey,
        // The pin that this connection has shown; that of the link is what somebody says.
        tlsPin: settings.tlsPin,
        claimMailbox: (request) => live.client.claimMailbox(request),
        close: () => undefined,
      };
    }
  }
  const tlsPin = target === undefined ? settings.tlsPin : target.tlsPin;
  const relayKeyPin = target?.relayKey ?? settings.relayKey;
  const { crypto, identity, clock, logger, dialer, software } = parts;
  const config = {
    url,
    insecure: settings.insecure,
    ...(tlsPin === undefined ? {} : { tlsPin }),
    ...(relayKeyPin === undefined ? {} : { relayKeyPin }),
  };
  const joined = await connectAsJoiner({ crypto, identity, clock, logger, dialer, software, config }, signal);
  return {
    url,
    relayKey: joined.relayKey,
    tlsPin,
    claimMailbox: (request) => joined.claimMailbox(request),
    close: () => joined.close(),
  };
}

/** Reports whether the target is the configured relay, under any of its names; the key decides. */
function isOwn({ url, relayKey }: RelaySettings, target: JoinTarget): boolean {
  if (url === undefined) return false;
  return relayKey === undefined ? sameRelay(url, target.url) : equalBytes(relayKey, target.relayKey);
}
