/**
 * One end of the measured path through a relay, as a process: a relay client and a link manager, with local TCP connections in streams.
 *
 *   peer.ts near RELAY_URL OWN_SECRET OTHER_SECRET          prints "PORT INTERACTIVE_PORT FRESH_PORT ENROLMENT"
 *   peer.ts far RELAY_URL OWN_SECRET OTHER_SECRET PORT ENROLMENT   prints "ready", connects to PORT
 */
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { signEnrolment } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { LinkManager } from '#agent/links/index.ts';
import { RelayClient } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { serveForwards, takeForward } from './forwards.ts';
import { knownPair } from './identities.ts';

const [side, url, ownSecret, otherSecret, serverPort, enrolment] = process.argv.slice(2);
if (url === undefined || ownSecret === undefined || otherSecret === undefined) throw new Error('arguments missing');

const { identity, pinned, now } = knownPair(ownSecret, otherSecret);

// Timers of the product keep no process alive.
setInterval(() => undefined, 1 << 30);
const relay = new RelayClient({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  dialer: createRelayDialer({ clock: systemClock }),
  config: {
    url,
    // The networks measured are our own.
    insecure: true,
    enrolments: () => (enrolment === undefined ? [] : [fromBase64Url(enrolment)]),
  },
});
const links = new LinkManager({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  relay,
  peers: { lookup: (peerId) => (peerId === pinned.peerId ? pinned : undefined) },
  onStream: (stream) => takeForward(stream, Number(serverPort)),
});

const online = new Promise<void>((resolve) => {
  relay.onStatus = (status) => {
    if (status.state === 'online') resolve();
    if (status.state === 'failed') throw new Error(`relay: ${status.problem ?? ''}`);
  };
});
relay.start();
await online;

if (side === 'near') {
  const project = relay.projects[0];
  if (project === undefined || relay.relayKey === undefined) throw new Error('no project');
  const facts = { relayKey: relay.relayKey, project: project.id, member: pinned.peerId, role: 'member' as const };
  const signed = await signEnrolment(identity, { ...facts, notAfter: now + 86_400, serial: now });
  const make = (): Promise<Session> => links.session(pinned.peerId);
  const ports = await serveForwards(make, { make, end: () => links.drop(pinned.peerId, 'measured') });
  process.stdout.write(`${ports.normal} ${ports.interactive} ${ports.fresh} ${toBase64Url(signed)}\n`);
} else {
  process.stdout.write('ready\n');
}
