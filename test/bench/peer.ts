/**
 * One end of the measured path, as a process: a relay client and a link manager, with local TCP connections carried in streams of kind
 * `tcp`. Forwards are not part of the product yet, so the few lines that carry them stand here.
 *
 *   peer.ts near RELAY_URL OWN_SECRET OTHER_SECRET          prints "PORT ENROLMENT", listens on PORT
 *   peer.ts far RELAY_URL OWN_SECRET OTHER_SECRET PORT ENROLMENT   prints "ready", connects to PORT
 */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { fromBase64Url, fromHex, toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity, signEnrolment } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { LinkManager } from '#agent/links/index.ts';
import { RelayClient } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';

const [side, url, ownSecret, otherSecret, serverPort, enrolment] = process.argv.slice(2);
if (url === undefined || ownSecret === undefined || otherSecret === undefined) throw new Error('arguments missing');

const now = Math.floor(Date.now() / 1000);
const identity = createIdentity(nativeBackend, fromHex(ownSecret), { generation: 1, now });
const other = createIdentity(nativeBackend, fromHex(otherSecret), { generation: 1, now });
const pinned = {
  peerId: other.peerId,
  signingKey: other.signingKey,
  staticKey: other.staticKey.publicKey,
  generation: 1,
};

// Timers of the product keep no process alive.
setInterval(() => undefined, 1 << 30);
const relay = new RelayClient({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  dialer: createRelayDialer({ clock: systemClock }),
  config: { url, enrolments: () => (enrolment === undefined ? [] : [fromBase64Url(enrolment)]) },
});
const links = new LinkManager({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  relay,
  peers: { lookup: (peerId) => (peerId === other.peerId ? pinned : undefined) },
  onStream(stream) {
    const socket = connect({ port: Number(serverPort), host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    carry(socket, stream.accept({}));
  },
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
  const facts = { relayKey: relay.relayKey, project: project.id, member: other.peerId, role: 'member' as const };
  const signed = signEnrolment(nativeBackend, identity, { ...facts, notAfter: now + 86_400, serial: now });
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    void links.session(other.peerId).then((session) => {
      carry(socket, session.open('tcp', {}, { priority: 'normal' }));
      socket.resume();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    process.stdout.write(`${address.port} ${toBase64Url(signed)}\n`);
  });
} else {
  process.stdout.write('ready\n');
}

function carry(socket: Socket, stream: LinkStream): void {
  socket.on('error', () => stream.reset(1));
  void toStream(socket, stream).catch(() => socket.destroy());
  void toSocket(socket, stream).catch(() => socket.destroy());
}

async function toStream(socket: Socket, stream: LinkStream): Promise<void> {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) await stream.write(chunk as Buffer);
  await stream.end();
}

async function toSocket(socket: Socket, stream: LinkStream): Promise<void> {
  for (;;) {
    const bytes = await stream.read();
    if (bytes === null) break;
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
}
