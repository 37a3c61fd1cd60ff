import { LinkManager, type LinkManagerOptions, type PinnedPeer } from '#agent/links/index.ts';
import { RelayClient, type RelayClientConfig } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer, type RelayDialerOptions } from '#node/sockets/index.ts';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { createIdentity, signEnrolment, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { startRelayInFolder } from './relay-folder.ts';

/** A relay on a free port of loopback, without TLS and open unless told otherwise; `dispose` ends it and removes its files. */
export async function runRelay(
  options: Partial<RelayOptions> = {},
): Promise<Readonly<{ relay: RunningRelay; dispose(): Promise<void> }>> {
  const { relay, end } = await startRelayInFolder({
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
    ...options,
  });
  return { relay, dispose: end };
}

export function newIdentity(generation = 1): DeviceIdentity {
  const now = Math.floor(Date.now() / 1000);
  return createIdentity(nativeBackend, nativeBackend.randomBytes(32), { generation, now });
}

/** What is public about a device. */
export type Known = Pick<DeviceIdentity, 'peerId' | 'signingKey' | 'generation'> &
  Readonly<{ staticKey: Readonly<{ publicKey: Uint8Array }> }>;

/** A device as its peers have pinned it. */
export function pinOf(identity: Known): PinnedPeer {
  return {
    peerId: identity.peerId,
    signingKey: identity.signingKey,
    staticKey: identity.staticKey.publicKey,
    generation: identity.generation,
  };
}

/** A client of a running relay, not started. */
export function clientOf(
  identity: DeviceIdentity,
  config: RelayClientConfig,
  dialer: Partial<RelayDialerOptions> = {},
  longestWait: () => number = () => Infinity,
): RelayClient {
  return new RelayClient({
    longestWait,
    crypto: nativeBackend,
    identity,
    clock: systemClock,
    logger: silentLogger,
    dialer: createRelayDialer({ clock: systemClock, ...dialer }),
    config,
  });
}

/** Resolves when the client is online, rejects when it has failed for good. */
export function online(client: RelayClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (client.status.state === 'online') resolve();
      else if (client.failure !== undefined) reject(client.failure);
    };
    client.onStatus = look;
    look();
  });
}

export type TestDevice = Readonly<{
  identity: DeviceIdentity;
  client: RelayClient;
  links: LinkManager;
  pins: Map<PeerId, PinnedPeer>;
}>;

/** A device with a client and a link manager; `pins` decides whom it knows. */
export function deviceAt(
  config: RelayClientConfig,
  more: Partial<LinkManagerOptions> = {},
  dialer: Partial<RelayDialerOptions> = {},
): TestDevice {
  const identity = more.identity ?? newIdentity();
  // As the agent composes them: a session that waits does not wait as long as others for the relay.
  const client: RelayClient = clientOf(identity, config, dialer, () => (links.waiting > 0 ? 1000 : Infinity));
  const pins = new Map<PeerId, PinnedPeer>();
  const links: LinkManager = new LinkManager({
    crypto: nativeBackend,
    identity,
    clock: systemClock,
    logger: silentLogger,
    relay: client,
    peers: { lookup: (peerId) => pins.get(peerId) },
    onStream: (stream) => stream.refuse('link.no-service', 'none'),
    onChange: () => {
      if (links.waiting > 0) client.hurry();
    },
    ...more,
  });
  client.onPresence = (peerId) => links.presenceChanged(peerId);
  return { identity, client, links, pins };
}

/** Both know each other. */
export function pair(left: TestDevice, right: TestDevice): void {
  left.pins.set(right.identity.peerId, pinOf(right.identity));
  right.pins.set(left.identity.peerId, pinOf(left.identity));
}

/** The left one, online, takes the right one into its project, so that the relay connects them. */
export async function enrol(left: TestDevice, right: TestDevice): Promise<void> {
  const { relayKey, projects } = left.client;
  const [own] = projects;
  if (relayKey === undefined || own === undefined) throw new Error('the inviter is not online');
  const enrolment = await signEnrolment(left.identity, {
    relayKey,
    project: own.id,
    member: right.identity.peerId,
    role: 'member',
    notAfter: Math.floor(Date.now() / 1000) + 3600,
    serial: 1,
  });
  await left.client.enrol(enrolment);
}
